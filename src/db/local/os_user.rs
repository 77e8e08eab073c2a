//! The user that PostgreSQL runs as, which can't be root.

use std::{
    env,
    fs::DirBuilder,
    io::PipeWriter,
    os::unix::{
        ffi::OsStrExt as _,
        fs::{DirBuilderExt as _, MetadataExt as _, chown},
        process::CommandExt as _,
    },
    path::Path,
    process::{Command, Stdio},
};

use super::{LocalError, command::run};

/// Standard input ends with whoever holds its other end.
const TETHERED: &str = r#"
exec 3<&0 </dev/null
{ read -r end; kill -KILL 0; } <&3 >/dev/null 2>&1 &
tether=$!
exec 3<&-
"$@"
status=$?
kill -KILL $tether
exit $status
"#;

/// Who runs PostgreSQL and owns its files.
#[derive(Clone, Copy, Debug)]
pub enum OsUser {
    /// The user who runs this program.
    Myself,
    /// Someone else, as this program runs as root.
    Other {
        /// The user.
        uid: u32,
        /// The group.
        gid: u32,
    },
}

impl OsUser {
    /// Who should run what lives in `folder`, which need not exist yet. Root becomes the owner of the place,
    /// so that a user and root can take turns; where that is root too, a user made for such things.
    pub fn of(folder: &Path) -> Result<Self, LocalError> {
        if !rustix::process::geteuid().is_root() {
            return Ok(Self::Myself);
        }
        match folder.ancestors().find(|place| place.exists()).and_then(Self::owner_of) {
            Some(owner) if owner.has_name() => Ok(owner),
            _ => ["postgres", "nobody"].into_iter().find_map(Self::named).ok_or(LocalError::NoOsUser),
        }
    }

    /// Who owns a file, if it exists and is not root's, and this program can become someone else at all.
    pub fn owner_of(path: &Path) -> Option<Self> {
        let file = path.metadata().ok()?;
        let other = rustix::process::geteuid().is_root() && file.uid() != 0;
        other.then(|| Self::Other { uid: file.uid(), gid: file.gid() })
    }

    fn named(name: &str) -> Option<Self> {
        let id = |which| run(Self::Myself.command("id").args([which, name])).ok()?.parse().ok();
        Some(Self::Other { uid: id("-u")?, gid: id("-g")? })
    }

    /// Whether the system knows a name for the user: `initdb` refuses to work for one without.
    fn has_name(self) -> bool {
        run(self.command("id").arg("-un")).is_ok()
    }

    /// A command that this user will run, out of reach of the terminal's Ctrl-C and of settings that are
    /// meant for PostgreSQL's clients.
    pub fn command(self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(program.as_ref());
        command.current_dir("/").process_group(0).stdin(Stdio::null()).env("LC_ALL", "C").env("TZ", "UTC");
        for (name, _) in env::vars_os().filter(|(name, _)| name.as_bytes().starts_with(b"PG")) {
            command.env_remove(name);
        }
        if let Self::Other { uid, gid } = self {
            command.uid(uid).gid(gid);
        }
        command
    }

    /// A command that is killed, with all that it started, once the tether is dropped, be it by the end of
    /// this process.
    pub fn tethered(self, program: impl AsRef<Path>) -> Result<(Command, PipeWriter), LocalError> {
        let (end, tether) = std::io::pipe().map_err(LocalError::at(program.as_ref()))?;
        let mut command = self.command("/bin/sh");
        command.args(["-c", TETHERED, "sh"]).arg(program.as_ref()).stdin(end);
        Ok((command, tether))
    }

    /// Whether the user can walk to a folder: `/root` is closed to others.
    pub fn can_enter(self, folder: &Path) -> Result<bool, LocalError> {
        let Self::Other { .. } = self else { return Ok(true) };
        let mut enter = self.command("/bin/sh");
        enter.args(["-c", r#"cd -- "$1""#, "sh"]).arg(folder).stderr(Stdio::null());
        Ok(enter.status().map_err(LocalError::RootConfined)?.success())
    }

    /// Makes a folder that belongs to the user and is closed to others.
    pub fn make_folder(self, folder: &Path) -> Result<(), LocalError> {
        let mut private = DirBuilder::new();
        private.mode(0o700);
        let made = match self {
            Self::Other { uid, gid } if !self.can_make(folder) => {
                private.create(folder).and_then(|()| chown(folder, Some(uid), Some(gid)))
            }
            Self::Other { .. } => Ok(()),
            Self::Myself => private.create(folder),
        };
        made.map_err(LocalError::at(folder))
    }

    /// Root leaves it to the user where it can: in a folder that someone else may write to, root could be led
    /// astray by links.
    fn can_make(self, folder: &Path) -> bool {
        run(self.command("mkdir").args(["-m", "700"]).arg(folder)).is_ok()
    }

    /// Whether a folder is the user's and closed to others.
    pub fn owns_private_folder(self, folder: &Path) -> bool {
        let me = match self {
            Self::Myself => rustix::process::geteuid().as_raw(),
            Self::Other { uid, .. } => uid,
        };
        let found = folder.symlink_metadata();
        found.is_ok_and(|found| found.is_dir() && found.uid() == me && found.mode() & 0o777 == 0o700)
    }
}
