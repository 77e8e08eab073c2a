//! The small process that starts the server and stops it after its last user.

use std::{
    fs::{self, File, OpenOptions},
    io::Write as _,
    path::PathBuf,
    process,
    thread::sleep,
    time::{Duration, Instant},
};

use rustix::fs::{Mode, OFlags};

use super::{
    Durability, LocalError,
    cluster::Cluster,
    command::{forget, run},
};

const SCRIPT: &str = include_str!("watch.sh");

/// How long a watcher may take to answer: it is there already, but the machine may be very busy.
const PATIENCE: Duration = Duration::from_secs(10);

const SETTINGS: &[&str] = &[
    "listen_addresses=",
    "port=5432",
    "unix_socket_permissions=0700",
    "max_connections=200",
    "shared_buffers=64MB",
    "timezone=UTC",
    "jit=off",
];
/// Recovery after a crash is ten times faster if it does not open every file to flush it.
const LINUX_SETTINGS: &[&str] = &["recovery_init_sync_method=syncfs"];
/// Autovacuum would keep test databases busy that are to be dropped or copied.
const THROWAWAY_SETTINGS: &[&str] =
    &["fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_wal_size=4GB", "autovacuum=off"];

/// Becomes a user of the server if it runs: while the file is open, it goes on. Nothing if it does not run,
/// or is about to stop.
pub fn join(cluster: &Cluster) -> Result<Option<File>, LocalError> {
    let Some(mut alive) = knock(cluster) else { return Ok(None) };
    let name = format!("answer-{}", process::id());
    let answer = cluster.folder.join(&name);
    forget(fs::remove_file(&answer)).map_err(LocalError::at(&answer))?;
    // If this fails, the watcher has just gone.
    let _ = alive.write_all(format!("{name}\n").as_bytes());
    let begun = Instant::now();
    while is_there(cluster) && begun.elapsed() < PATIENCE {
        if fs::remove_file(&answer).is_ok() {
            return Ok(Some(alive));
        }
        sleep(Duration::from_millis(1));
    }
    Ok(None)
}

/// Starts the server, with this process as its first user.
pub fn launch(cluster: &Cluster) -> Result<File, LocalError> {
    let log = log(cluster);
    forget(fs::rename(&log, log.with_extension("log.old"))).map_err(LocalError::at(&log))?;
    let fifo = fifo(cluster);
    forget(fs::remove_file(&fifo)).map_err(LocalError::at(&fifo))?;
    run(cluster.user.command("mkfifo").args(["-m", "600"]).arg(&fifo))?;
    // Opening one end waits for someone at the other end; opening both at once does not.
    let _both_ends = OpenOptions::new().read(true).write(true).open(&fifo).map_err(LocalError::at(&fifo))?;
    let alive = OpenOptions::new().write(true).open(&fifo).map_err(LocalError::at(&fifo))?;
    let reader = File::open(&fifo).map_err(LocalError::at(&fifo))?;
    make_socket_folder(cluster)?;
    let mut watch = cluster.user.command("/bin/sh");
    watch.args(["-c", SCRIPT, "souk-postgres"]).arg(&cluster.folder);
    watch.arg(cluster.programs.path("postgres")).arg("-D").arg(&cluster.data);
    // A list, in which quotes keep a folder's commas its own.
    let socket_folders = cluster.socket_folder.to_string_lossy().replace('"', "\"\"");
    watch.arg("-c").arg(format!("unix_socket_directories=\"{socket_folders}\""));
    let linux: &[&str] = if cfg!(target_os = "linux") { LINUX_SETTINGS } else { &[] };
    let throwaway = if cluster.durability == Durability::Throwaway { THROWAWAY_SETTINGS } else { &[] };
    for setting in [SETTINGS, linux, throwaway].concat() {
        watch.args(["-c", setting]);
    }
    run(watch.stdin(reader))?;
    Ok(alive)
}

/// Whether a watcher waits for users.
pub fn is_there(cluster: &Cluster) -> bool {
    knock(cluster).is_some()
}

/// The server's log.
pub fn log(cluster: &Cluster) -> PathBuf {
    cluster.folder.join("postgres.log")
}

fn fifo(cluster: &Cluster) -> PathBuf {
    cluster.folder.join("alive")
}

/// A FIFO opens for writing without waiting only if someone reads it.
fn knock(cluster: &Cluster) -> Option<File> {
    let flags = OFlags::WRONLY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    rustix::fs::open(fifo(cluster), flags, Mode::empty()).ok().map(File::from)
}

/// The cluster's own folder is there. A stand-in below `/tmp` has to be made, by PostgreSQL's user, and to be
/// that user's, since others can write there too.
fn make_socket_folder(cluster: &Cluster) -> Result<(), LocalError> {
    let folder = &cluster.socket_folder;
    if *folder != cluster.folder && !cluster.user.owns_private_folder(folder) {
        run(cluster.user.command("mkdir").args(["-m", "700"]).arg(folder))?;
    }
    Ok(())
}
