//! Why there is no server.

use std::{
    io,
    path::{Path, PathBuf},
};

use thiserror::Error;

/// Why the own PostgreSQL could not be started.
#[derive(Debug, Error)]
pub enum LocalError {
    /// This program runs a PostgreSQL of its own on Unix alone.
    #[error("an own PostgreSQL is run on Unix only: set DATABASE_URL")]
    UnsupportedPlatform,
    /// No PostgreSQL is there that would do, and none could be fetched.
    #[error("{}", no_postgres(.unfit, .not_fetched))]
    NoPostgres {
        /// What is wrong with those that are installed.
        unfit: Vec<String>,
        /// Why fetching one failed.
        not_fetched: String,
    },
    /// `PG_BIN` names a folder without a PostgreSQL that would do.
    #[error("PG_BIN={}: {fault}", .folder.display())]
    PgBin {
        /// The folder.
        folder: PathBuf,
        /// What is wrong with it.
        fault: String,
    },
    /// A folder can't be made, read, written or locked.
    #[error("can't keep PostgreSQL's files in {}: {source}", .path.display())]
    Folder {
        /// The folder, or what lies in it.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// PostgreSQL refuses to run as root, and there is no one else to run it as.
    #[error("PostgreSQL does not run as root, and there is no user `postgres` or `nobody` to run it as")]
    NoOsUser,
    /// PostgreSQL refuses to run as root, and this root may not become someone else.
    #[error(
        "PostgreSQL does not run as root, and this root may not run it as another user ({0}): \
         start as an ordinary user or set DATABASE_URL"
    )]
    RootConfined(io::Error),
    /// A program that is needed on the way failed.
    #[error("{program}: {fault}")]
    Program {
        /// The program.
        program: String,
        /// What it said.
        fault: String,
    },
    /// What was fetched is not what this program was made to trust.
    #[error("the fetched PostgreSQL is not the expected one and was not used")]
    Forged,
    /// The server ended, or did not become ready in time.
    #[error("PostgreSQL did not start; {} ends with:\n{lines}", .log.display())]
    NotStarted {
        /// The log file.
        log: PathBuf,
        /// Its last lines.
        lines: String,
    },
    /// A server that nobody watches any more keeps the data.
    #[error("a PostgreSQL left over from before (process {0}) does not stop")]
    Leftover(i32),
}

impl LocalError {
    /// Turns the system's answer about `path` into an error that names it.
    pub(super) fn at(path: &Path) -> impl FnOnce(io::Error) -> Self {
        |source| Self::Folder { path: path.to_owned(), source }
    }
}

fn no_postgres(unfit: &[String], not_fetched: &str) -> String {
    let found = match unfit {
        [] => "no PostgreSQL is installed".to_owned(),
        unfit => format!("no installed PostgreSQL will do ({})", unfit.join("; ")),
    };
    format!(
        "DATABASE_URL is not set, {found}, and none could be fetched ({not_fetched}). Do one of:
  Debian, Ubuntu   apt-get install postgresql
  Fedora           dnf install postgresql-server postgresql-contrib
  Alpine           apk add postgresql postgresql-contrib
  Arch             pacman -S postgresql
  macOS            brew install postgresql@18
  or set DATABASE_URL=postgres://user:password@host/database
  or set PG_BIN to a folder with the programs postgres and initdb"
    )
}
