//! A data folder with all that belongs to it.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use super::{
    Durability, LocalError,
    command::run,
    home::{Home, stand_in_name},
    os_user::OsUser,
    programs::Programs,
};

/// The longest folder whose socket every system can address: the path of a socket has at most 103 bytes.
const LONGEST_SOCKET_FOLDER: usize = 103 - "/.s.PGSQL.5432".len();

/// macOS lacks C.UTF-8; both sort by code point and know the letters of all languages.
const LOCALE: &[&str] = if cfg!(target_os = "macos") {
    &["--locale=en_US.UTF-8", "--lc-collate=C"]
} else {
    &["--locale=C.UTF-8"]
};

/// The data of one major version of PostgreSQL, and the programs that serve it.
pub struct Cluster {
    /// What lies around the data: log, FIFO and, if its path is not too long, the socket.
    pub folder: PathBuf,
    /// PostgreSQL's data folder.
    pub data: PathBuf,
    /// Where the socket is.
    pub socket_folder: PathBuf,
    /// Who runs the server.
    pub user: OsUser,
    /// The programs.
    pub programs: Programs,
    /// What has to outlive a crash.
    pub durability: Durability,
}

impl Cluster {
    /// Makes the data folder if there is none yet.
    pub fn open(home: &Home, durability: Durability) -> Result<Self, LocalError> {
        let programs = Programs::choose(home, |major| data_folder(home, durability, major).exists())?;
        let data = data_folder(home, durability, programs.major);
        let folder = cluster_folder(home, durability, programs.major);
        // PostgreSQL serves data to their owner alone.
        let user = OsUser::owner_of(&data).unwrap_or(home.user);
        let fits = folder.to_str().is_some_and(|path| path.len() <= LONGEST_SOCKET_FOLDER);
        let socket_folder =
            if fits { folder.clone() } else { Path::new("/tmp").join(stand_in_name(&folder)) };
        let cluster = Self { folder, data, socket_folder, user, programs, durability };
        if !cluster.data.exists() {
            warn_of_older(home, &cluster);
            cluster.init()?;
        }
        Ok(cluster)
    }

    /// Marks the server as in use, for as long as the file is open.
    pub fn mark_in_use(&self) -> Result<File, LocalError> {
        let mark = File::open(&self.data).map_err(LocalError::at(&self.data))?;
        mark.lock_shared().map_err(LocalError::at(&self.data))?;
        Ok(mark)
    }

    /// The data folder comes into being whole: what is killed on the way leaves a folder of another name.
    fn init(&self) -> Result<(), LocalError> {
        if !self.folder.exists() {
            self.user.make_folder(&self.folder)?;
        }
        for entry in fs::read_dir(&self.folder).map_err(LocalError::at(&self.folder))?.flatten() {
            if entry.file_name().to_string_lossy().starts_with("unfinished-") {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
        let unfinished = self.folder.join(format!("unfinished-{}", std::process::id()));
        let (mut initdb, _tether) = self.user.tethered(self.programs.path("initdb"))?;
        initdb.args([
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--text-search-config=english",
        ]);
        initdb.args(LOCALE).arg("--no-instructions");
        let kept = self.durability == Durability::Kept;
        if !kept || SYNCFS {
            initdb.arg("--no-sync");
        }
        run(initdb.arg("-D").arg(&unfinished))?;
        let folder = File::open(&self.folder).map_err(LocalError::at(&self.folder))?;
        if kept {
            flush_all(&folder).map_err(LocalError::at(&self.folder))?;
        }
        fs::rename(&unfinished, &self.data).map_err(LocalError::at(&self.data))?;
        // So that a crash of the machine does not take the new name back.
        folder.sync_all().map_err(LocalError::at(&self.folder))
    }
}

/// Whether a file system can be flushed at once, which takes a third of the time of flushing file by file.
const SYNCFS: bool = cfg!(target_os = "linux");

#[cfg(target_os = "linux")]
fn flush_all(folder: &File) -> io::Result<()> {
    Ok(rustix::fs::syncfs(folder)?)
}

/// `initdb` has done it.
#[cfg(not(target_os = "linux"))]
fn flush_all(_folder: &File) -> io::Result<()> {
    Ok(())
}

fn prefix(durability: Durability) -> &'static str {
    match durability {
        Durability::Kept => "postgres-",
        Durability::Throwaway => "throwaway-",
    }
}

fn cluster_folder(home: &Home, durability: Durability, major: u32) -> PathBuf {
    home.folder.join(format!("{}{major}", prefix(durability)))
}

fn data_folder(home: &Home, durability: Durability, major: u32) -> PathBuf {
    cluster_folder(home, durability, major).join("data")
}

/// Data of another major version can't be read: whoever misses them should know where they are.
fn warn_of_older(home: &Home, new: &Cluster) {
    for other in (1..new.programs.major).map(|major| data_folder(home, new.durability, major)) {
        if other.exists() {
            tracing::warn!(
                "PostgreSQL {} starts empty: older data stay in {}",
                new.programs.major,
                other.display()
            );
        }
    }
}
