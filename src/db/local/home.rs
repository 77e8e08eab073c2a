//! The folder that everything lives in.

use std::{
    fmt::Write as _,
    fs::{self, File, Permissions},
    os::unix::{ffi::OsStrExt as _, fs::PermissionsExt as _},
    path::{Path, PathBuf},
};

use sha2::{Digest as _, Sha256};

use super::{LocalError, command::run, os_user::OsUser};

/// The home folder, locked: one process at a time starts a server in it.
pub struct Home {
    /// Where it is.
    pub folder: PathBuf,
    /// Who runs PostgreSQL in it.
    pub user: OsUser,
    _lock: File,
}

impl Home {
    /// Makes the folder if need be, and waits until no other process is starting a server in it. Where
    /// PostgreSQL's user can't walk to the folder, another one takes its place.
    pub fn open(asked: &Path) -> Result<Self, LocalError> {
        let asked = std::path::absolute(asked).map_err(LocalError::at(asked))?;
        let mut user = OsUser::of(&asked)?;
        let mut folder = make(&asked, user)?;
        if !user.can_enter(&folder)? {
            let elsewhere = Path::new("/var/lib").join(stand_in_name(&folder));
            tracing::info!(
                "{} is closed to the user that runs PostgreSQL: using {}",
                folder.display(),
                elsewhere.display()
            );
            user = OsUser::of(&elsewhere)?;
            folder = make(&elsewhere, user)?;
            // Whatever root's umask is; what lies in it is closed.
            fs::set_permissions(&folder, Permissions::from_mode(0o755)).map_err(LocalError::at(&folder))?;
        }
        let lock = File::open(&folder).map_err(LocalError::at(&folder))?;
        lock.lock().map_err(LocalError::at(&folder))?;
        Ok(Self { folder, user, _lock: lock })
    }
}

/// The name of the folder that stands in for another: always the same, and of no other.
pub fn stand_in_name(folder: &Path) -> String {
    format!("souk-{}", hex(&Sha256::digest(folder.as_os_str().as_bytes())[..8]))
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut digits, byte| {
        // Writing to a string can't fail.
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}

/// Makes the folder: by PostgreSQL's user where it can, who may be the one that comes back without root.
/// Gives one path for it, however it was spelled, since PostgreSQL's processes are known by it.
fn make(folder: &Path, user: OsUser) -> Result<PathBuf, LocalError> {
    if !folder.exists() {
        let _ = run(user.command("mkdir").arg("-p").arg(folder));
    }
    fs::create_dir_all(folder).and_then(|()| fs::canonicalize(folder)).map_err(LocalError::at(folder))
}
