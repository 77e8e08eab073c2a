//! From settings to a running store, and back to nothing.

mod admin;
mod database;
mod keys;
mod manifest;
mod serve;

use std::io::IsTerminal as _;

use thiserror::Error;
use tracing_subscriber::{EnvFilter, layer::SubscriberExt as _, util::SubscriberInitExt as _};

use crate::{
    api, billing, catalogue, checkout,
    config::{Cli, Command, LogFormat, Settings},
    db::{self, LocalError, MigrateError},
    demo, games,
    kernel::{Fault, mermaid},
};

pub use serve::{App, Running};

/// Why the program ended.
#[derive(Debug, Error)]
pub enum AppError {
    /// A setting can't be used.
    #[error("{0}")]
    Setting(String),
    /// The own PostgreSQL can't be run.
    #[error("{0}")]
    Local(#[from] LocalError),
    /// The schema can't be brought up to date.
    #[error("{0}")]
    Migrate(#[from] MigrateError),
    /// Nothing can be served.
    #[error("{0}")]
    Serve(String),
    /// Demo data or an admin can't be made.
    #[error("{0}")]
    Data(String),
}

impl AppError {
    /// A fault while data was written, in words for the operator.
    fn data(what: &str, fault: &Fault) -> Self {
        Self::Data(match fault {
            Fault::Refused(refusals) => format!("{what}: {refusals:?}"),
            Fault::Broken(error) | Fault::Unavailable(error) => format!("{what}: {error}"),
            other => format!("{what}: {other:?}"),
        })
    }
}

/// Does what the command line says.
///
/// # Errors
/// [`AppError`], which reads as one clear line.
pub async fn run(cli: Cli) -> Result<(), AppError> {
    let settings = cli.settings;
    match cli.command.unwrap_or(Command::Serve) {
        Command::Schema => {
            print!("{}", api::sdl());
            return Ok(());
        }
        Command::States => {
            print!("{}", states());
            return Ok(());
        }
        Command::Serve => {
            log(&settings)?;
            return serve::serve(settings).await;
        }
        Command::Migrate { revert_all } => {
            log(&settings)?;
            let database = database::open(&settings).await?;
            let (names, done) = if revert_all {
                (db::revert_all(database.url()).await?, "taken back")
            } else {
                (db::migrate(database.url()).await?, "applied")
            };
            for name in &names {
                println!("{done}: {name}");
            }
            println!("{} migrations {done}", names.len());
        }
        Command::Demo => {
            log(&settings)?;
            let database = database::migrated(&settings).await?;
            let loaded = database.fill(&settings).await?;
            println!(
                "{}",
                if loaded { "demo data loaded" } else { "the database is not empty: nothing was loaded" }
            );
        }
        Command::CreateAdmin { username, email } => {
            log(&settings)?;
            admin::create(&settings, &username, &email).await?;
            println!("the admin {username} can sign in");
        }
    }
    Ok(())
}

/// Every status machine as a Mermaid diagram.
#[must_use]
pub fn states() -> String {
    [
        mermaid::<catalogue::ProductStatus>(),
        mermaid::<checkout::BagStatus>(),
        mermaid::<checkout::OrderStatus>(),
        mermaid::<games::GameStatus>(),
        mermaid::<games::GameSubscriptionStatus>(),
        mermaid::<billing::MembershipStatus>(),
        mermaid::<billing::StreamStatus>(),
        mermaid::<billing::InvoiceStatus>(),
    ]
    .join("\n")
}

fn log(settings: &Settings) -> Result<(), AppError> {
    let filter =
        EnvFilter::try_new(&settings.log).map_err(|error| AppError::Setting(format!("SOUK_LOG: {error}")))?;
    let registry = tracing_subscriber::registry().with(filter);
    // Colours are for a terminal, see <https://no-color.org>: in a file they are signs that nobody can read.
    let is_coloured =
        std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|it| it.is_empty());
    let layer = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(is_coloured);
    match settings.log_format {
        LogFormat::Text => registry.with(layer.with_target(false)).try_init(),
        LogFormat::Json => registry.with(layer.json()).try_init(),
    }
    .map_err(|error| AppError::Setting(error.to_string()))
}
