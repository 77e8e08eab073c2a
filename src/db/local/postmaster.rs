//! The server's main process as its files tell of it.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    thread::sleep,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};

use super::{
    LocalError,
    cluster::Cluster,
    command::{forget, run},
    watcher,
};

/// How long recovery from a crash may take, and how long a leftover server may take to stop.
const PATIENCE: Duration = Duration::from_mins(1);

/// The process that the cluster's server runs as, if there is one.
pub fn find(cluster: &Cluster) -> Option<Pid> {
    named_in(&pid_file(cluster)).filter(|pid| serves(*pid, cluster))
}

/// Waits until the server takes connections.
pub fn await_ready(cluster: &Cluster) -> Result<(), LocalError> {
    let begun = Instant::now();
    loop {
        // The eighth line says so.
        let status = fs::read_to_string(pid_file(cluster)).unwrap_or_default();
        if status.lines().nth(7).is_some_and(|line| line.trim() == "ready") {
            return Ok(());
        }
        if begun.elapsed() > PATIENCE || !watcher::is_there(cluster) {
            let log = watcher::log(cluster);
            let text = fs::read(&log).unwrap_or_default();
            let text = String::from_utf8_lossy(&text);
            let lines: Vec<_> = text.lines().collect();
            let lines = lines[lines.len().saturating_sub(6)..].join("\n");
            return Err(LocalError::NotStarted { log, lines });
        }
        sleep(Duration::from_millis(5));
    }
}

/// Makes room for a new server: stops one that nobody watches any more, and removes what dead ones left. A
/// lock file of theirs would stop the start if its number has passed to another process by now, or if the
/// dead process was never reaped.
pub fn clear_away(cluster: &Cluster) -> Result<(), LocalError> {
    for lock in [pid_file(cluster), cluster.socket_folder.join(".s.PGSQL.5432.lock")] {
        let begun = Instant::now();
        while let Some(pid) = named_in(&lock).filter(|pid| serves(*pid, cluster)) {
            if begun.elapsed() > PATIENCE {
                return Err(LocalError::Leftover(pid.as_raw_nonzero().get()));
            }
            // Asked to stop fast; again and again, as it may just have begun and not be listening yet.
            let _ = kill_process(pid, Signal::INT);
            sleep(Duration::from_millis(20));
        }
        forget(fs::remove_file(&lock)).map_err(LocalError::at(&lock))?;
    }
    Ok(())
}

/// Whether a process is the cluster's server. The number alone means nothing: those of ended processes are
/// given to new ones.
pub fn serves(pid: Pid, cluster: &Cluster) -> bool {
    let pid = pid.as_raw_nonzero().to_string();
    let arguments = fs::read(format!("/proc/{pid}/cmdline"))
        .map(|bytes| String::from_utf8_lossy(&bytes).replace('\0', " "))
        .or_else(|_| run(Command::new("ps").args(["-o", "args=", "-p", &pid])).map(|args| args + " "));
    arguments.is_ok_and(|arguments| arguments.contains(&format!(" -D {} ", cluster.data.display())))
}

fn pid_file(cluster: &Cluster) -> PathBuf {
    cluster.data.join("postmaster.pid")
}

fn named_in(lock: &Path) -> Option<Pid> {
    Pid::from_raw(fs::read_to_string(lock).ok()?.lines().next()?.trim().parse().ok()?)
}
