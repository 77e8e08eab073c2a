//! A PostgreSQL of the program's own: it runs an installed one with no set-up, no port, no password and no
//! orphan.
//!
//! Below the home folder stands one folder per major version of PostgreSQL, closed to other users:
//!
//! ```text
//! postgres-15/         `throwaway-15/` where nothing is kept
//!   data/              PostgreSQL's data folder
//!   .s.PGSQL.5432      the socket: the only way in
//!   alive              a FIFO that every process using the server holds open for writing
//!   postgres.log       the log since the start, `postgres.log.old` that of the start before
//! ```
//!
//! The FIFO is what ties the server to its users. A small shell process reads it, and stops the server at end
//! of file, which comes when the last user has dropped its [`LocalPostgres`], or has ended in whatever way,
//! since the kernel closes the files even of a process that was killed.

mod error;

#[cfg(unix)]
mod cluster;
#[cfg(unix)]
mod command;
#[cfg(unix)]
mod fetch;
#[cfg(unix)]
mod home;
#[cfg(unix)]
mod os_user;
#[cfg(unix)]
mod postmaster;
#[cfg(unix)]
mod programs;
#[cfg(unix)]
mod server;
#[cfg(unix)]
mod watcher;

#[cfg(not(unix))]
#[path = "unsupported.rs"]
mod server;

pub use error::LocalError;
pub use server::LocalPostgres;

/// What has to outlive a crash of the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// Every acknowledged commit.
    Kept,
    /// Nothing: for tests, which gain much speed from it.
    Throwaway,
}
