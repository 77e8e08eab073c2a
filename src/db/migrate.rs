//! The schema and its changes, embedded in the program.

use diesel::{QueryableByName, sql_types};
use diesel_async::{AsyncMigrationHarness, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection as _};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness as _, embed_migrations};
use thiserror::Error;

use super::{Conn, connect};

/// Every change of the schema, forward and back.
pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!();

/// The lock that keeps two starting instances from migrating at once.
const LOCK: i64 = 0x736f_756b;

/// Why the schema could not be brought up to date.
#[derive(Debug, Error)]
pub enum MigrateError {
    /// The database can't be reached.
    #[error("can't connect to the database: {0}")]
    Connect(#[from] diesel::ConnectionError),
    /// It refused.
    #[error("can't take the migration lock: {0}")]
    Lock(#[from] diesel::result::Error),
    /// A migration failed.
    #[error("a migration failed: {0}")]
    Migration(Box<dyn std::error::Error + Send + Sync>),
}

/// Brings the schema up to date; returns the names of the migrations that ran.
///
/// # Errors
/// [`MigrateError`]; a migration that fails leaves nothing behind.
pub async fn migrate(url: &str) -> Result<Vec<String>, MigrateError> {
    let mut harness = locked(url).await?;
    blocking(|| harness.run_pending_migrations(MIGRATIONS).map(names))
}

/// The names of the migrations that the database lacks.
///
/// # Errors
/// [`MigrateError`].
pub async fn pending_migrations(url: &str) -> Result<Vec<String>, MigrateError> {
    let mut harness = AsyncMigrationHarness::new(harnessed(url).await?);
    blocking(|| {
        let pending = harness.pending_migrations(MIGRATIONS)?;
        Ok(pending.iter().map(|migration| migration.name().to_string()).collect())
    })
}

/// Takes every migration back, newest first, and with them all data.
///
/// # Errors
/// [`MigrateError`].
pub async fn revert_all(url: &str) -> Result<Vec<String>, MigrateError> {
    let mut harness = locked(url).await?;
    blocking(|| harness.revert_all_migrations(MIGRATIONS).map(names))
}

/// A connection as the harness wants it.
async fn harnessed(url: &str) -> Result<AsyncPgConnection, MigrateError> {
    let (client, link) = connect(url).await?;
    Ok(AsyncPgConnection::try_from_client_and_connection(client, link).await?)
}

/// The lock ends with the connection.
async fn locked(url: &str) -> Result<AsyncMigrationHarness<AsyncPgConnection>, MigrateError> {
    let mut conn = harnessed(url).await?;
    diesel::sql_query("SELECT pg_advisory_lock($1)")
        .bind::<sql_types::BigInt, _>(LOCK)
        .execute(&mut conn)
        .await?;
    Ok(AsyncMigrationHarness::new(conn))
}

fn names(versions: Vec<diesel::migration::MigrationVersion<'_>>) -> Vec<String> {
    versions.into_iter().map(|version| version.to_string()).collect()
}

/// The harness waits for the database where it stands, which a worker thread must be told.
fn blocking<T>(
    work: impl FnOnce() -> Result<T, Box<dyn std::error::Error + Send + Sync>>,
) -> Result<T, MigrateError> {
    tokio::task::block_in_place(work).map_err(MigrateError::Migration)
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = sql_types::Bool)]
    found: bool,
}

/// Makes the database `name` on the server whose database `postgres` is at `url`, if it is not there.
///
/// # Errors
/// [`MigrateError`].
pub async fn create_database(url: &str, name: &str) -> Result<(), MigrateError> {
    let mut conn = Conn::open(url).await?;
    // Two that start at once would both find it missing.
    diesel::sql_query("SELECT pg_advisory_lock($1)")
        .bind::<sql_types::BigInt, _>(LOCK)
        .execute(&mut conn)
        .await?;
    let Found { found } =
        diesel::sql_query("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1) AS found")
            .bind::<sql_types::Text, _>(name)
            .get_result(&mut conn)
            .await?;
    if !found {
        conn.batch_execute(&format!("CREATE DATABASE \"{name}\"")).await?;
    }
    Ok(())
}
