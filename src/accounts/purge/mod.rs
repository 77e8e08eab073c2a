//! Forgetting what is long over: tokens, sessions, revocations and attempts.

mod store;

use chrono::TimeDelta;

use crate::{db::Db, kernel::Fault};

/// How long sessions and API tokens are kept beyond their end.
const KEPT: TimeDelta = TimeDelta::days(30);
/// How long attempts count.
const ATTEMPTS_KEPT: TimeDelta = TimeDelta::days(1);
/// How many rows one statement deletes, so that none holds its locks for long.
const BATCH: usize = 1000;

/// Deletes what is long over; returns how many rows. Many instances may do it at once: each takes rows that no other
/// has.
///
/// # Errors
/// If the database can't be asked. What was deleted stays deleted.
pub async fn purge(db: &Db) -> Result<u64, Fault> {
    let now = db.now();
    let mut deleted = 0;
    for (sweep, before) in [
        (store::ACCESS_TOKENS, now),
        (store::REFRESH_TOKENS, now),
        (store::SESSIONS, now - KEPT),
        (store::API_TOKENS, now - KEPT),
        (store::REVOCATIONS, now - KEPT),
        (store::ATTEMPTS, now - ATTEMPTS_KEPT),
    ] {
        loop {
            let rows = store::delete(&mut *db.conn().await?, sweep, before).await?;
            deleted += u64::try_from(rows).unwrap_or(u64::MAX);
            if rows < BATCH {
                break;
            }
        }
    }
    Ok(deleted)
}
