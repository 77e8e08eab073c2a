//! Work that nobody asks for: what has ended is cleared away. Any number of instances may do it at once.

use std::time::Duration;

use tokio::task::JoinHandle;

use crate::{accounts, billing, checkout, db, db::Db, events, kernel::Fault};

/// How often.
const EVERY: Duration = Duration::from_mins(5);

/// Does all of it once.
///
/// # Errors
/// The first fault; what was done stays done.
pub async fn run_once(db: &Db) -> Result<(), Fault> {
    let tokens = accounts::purge(db).await?;
    let bags = checkout::abandon_idle(db).await?;
    let streams = billing::close_run_out(db).await?;
    let keys = db::forget_keys(db).await?;
    let events = events::forget(db).await?;
    tracing::debug!(tokens, bags, streams, keys, events, "cleared away");
    Ok(())
}

/// Does it now and then, until the handle is aborted.
#[must_use]
pub fn spawn(db: Db) -> JoinHandle<()> {
    #[expect(clippy::disallowed_methods, reason = "the app keeps the handle and ends the task")]
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(EVERY).await;
            if let Err(fault) = run_once(&db).await {
                tracing::warn!(?fault, "could not clear away what has ended");
            }
        }
    })
}
