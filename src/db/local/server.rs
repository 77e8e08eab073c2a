//! The order in which a server is started and stopped.

use std::{
    fs::File,
    os::unix::ffi::OsStrExt as _,
    path::Path,
    thread::sleep,
    time::{Duration, Instant},
};

use super::{Durability, LocalError, cluster::Cluster, home::Home, postmaster, watcher};

/// How long the processes of a killed server may take to notice.
const LAST_BREATH: Duration = Duration::from_secs(20);
/// How long a server may take to stop.
const STOPPING: Duration = Duration::from_secs(10);

/// A PostgreSQL of the program's own. While any process holds one for the same home, the server lives; when
/// the last is dropped, or its process ends in whatever way, the server stops.
pub struct LocalPostgres {
    alive: File,
    in_use: File,
    cluster: Cluster,
}

impl LocalPostgres {
    /// Starts a server with its data below `home`, or joins the one that another process has started there.
    /// This blocks, for a second or two if there are no data yet.
    ///
    /// Root runs the server as the owner of the folder, else as `postgres` or `nobody`. So `home` must not be
    /// closed to other users; below a folder that is, another one in `/var/lib` takes its place.
    ///
    /// # Errors
    /// If no usable PostgreSQL is installed and none can be fetched, if `home` can't be written to, if this
    /// is a root that can't run programs as someone else, or if the server does not start.
    pub fn start(home: &Path, durability: Durability) -> Result<Self, LocalError> {
        let begun = Instant::now();
        let home = Home::open(home)?;
        let cluster = Cluster::open(&home, durability)?;
        let in_use = cluster.mark_in_use()?;
        let alive = match watcher::join(&cluster)? {
            Some(alive) if postmaster::await_ready(&cluster).is_ok() => alive,
            _ => {
                postmaster::clear_away(&cluster)?;
                launch(&cluster)?
            }
        };
        let (version, folder) = (cluster.programs.major, cluster.folder.display());
        tracing::info!("own PostgreSQL {version} in {folder} is ready after {:?}", begun.elapsed());
        Ok(Self { alive, in_use, cluster })
    }

    /// Where a database of the server is, for tokio-postgres.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        let host = escape(self.cluster.socket_folder.as_os_str().as_bytes());
        format!("postgres:///{}?user=postgres&host={host}&port=5432", escape(database.as_bytes()))
    }

    /// The major version.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.cluster.programs.major
    }

    /// Gives the server up like dropping does, and waits until it has ended if nobody else uses it, though no
    /// longer than 10 seconds. Close all connections first.
    pub fn stop(self) {
        let Self { alive, in_use, cluster } = self;
        let server = postmaster::find(&cluster);
        drop(alive);
        let _ = in_use.unlock();
        let begun = Instant::now();
        while server.is_some_and(|pid| postmaster::serves(pid, &cluster)) {
            let others_use_it = in_use.try_lock().is_err();
            if others_use_it {
                return;
            }
            // Whoever starts meanwhile needs the mark.
            let _ = in_use.unlock();
            if begun.elapsed() > STOPPING {
                tracing::warn!("the own PostgreSQL takes long to stop");
                return;
            }
            sleep(Duration::from_millis(10));
        }
    }
}

/// The processes of a server that was killed hold its shared memory until they notice: then it is tried
/// again.
fn launch(cluster: &Cluster) -> Result<File, LocalError> {
    let begun = Instant::now();
    loop {
        let alive = watcher::launch(cluster)?;
        match postmaster::await_ready(cluster) {
            Ok(()) => return Ok(alive),
            Err(LocalError::NotStarted { lines, .. })
                if lines.contains("is still in use") && begun.elapsed() < LAST_BREATH => {}
            Err(error) => return Err(error),
        }
        sleep(Duration::from_millis(100));
    }
}

/// What may stand in a URL as it is, and the rest as `%` and two digits.
fn escape(bytes: &[u8]) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_.".contains(&byte);
    bytes
        .iter()
        .map(|&byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn escapes_what_a_url_can_not_hold() {
        assert_eq!(escape("/a b/100%/ü.x-1_".as_bytes()), "/a%20b/100%25/%C3%BC.x-1_");
    }
}
