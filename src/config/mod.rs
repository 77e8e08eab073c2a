//! Settings, from flags and environment variables.

mod settings;
mod values;

use clap::{Parser, Subcommand, ValueEnum};

pub use settings::Settings;

#[expect(clippy::doc_markdown, reason = "the doc comments are the help texts")]
/// A headless commerce backend: one binary, one PostgreSQL, one GraphQL graph.
///
/// Without DATABASE_URL it runs a PostgreSQL of its own, fills it with demo data, and needs no settings.
#[derive(Parser, Debug)]
#[command(version, max_term_width = 110)]
pub struct Cli {
    /// What to do; without it, `serve`.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// The settings.
    #[command(flatten)]
    pub settings: Settings,
}

/// What the program can do.
#[expect(clippy::doc_markdown, reason = "the doc comments are the help texts")]
#[derive(Subcommand, Clone, Debug)]
pub enum Command {
    /// Serve the store.
    Serve,
    /// Bring the database's schema up to date, and end.
    Migrate {
        /// Take every migration back instead, and with them all data.
        #[arg(long)]
        revert_all: bool,
    },
    /// Fill an empty database with demo data, and end.
    Demo,
    /// Make an account with the role ADMIN, and end. Its password is read from SOUK_ADMIN_PASSWORD, or else
    /// from standard input.
    CreateAdmin {
        /// 3 to 30 letters, digits, `_` and `-`.
        #[arg(long)]
        username: String,
        /// The account's email address.
        #[arg(long)]
        email: String,
    },
    /// Print the GraphQL schema.
    Schema,
    /// Print the status machines as Mermaid diagrams.
    States,
}

/// Whether demo data is loaded at the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Demo {
    /// Into an own database that is empty.
    Auto,
    /// Not by itself.
    Never,
}

/// Whether something is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Switch {
    /// It is.
    On,
    /// It is not.
    Off,
}

/// What documents are run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Documents {
    /// Any that fits the schema.
    Any,
    /// Those of the manifests.
    Trusted,
}

/// For whom the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines.
    Json,
}
