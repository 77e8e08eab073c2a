//! Forgetting what is long over: tokens, sessions, revocations and attempts.

mod store;

use chrono::TimeDelta;

use crate::{db::Db, kernel::Fault};

/// How long sessions and API tokens are kept beyond their end.
const KEPT: TimeDelta = TimeDelta::days(30);
/// How long attempts count.
const ATTEMPTS_KEPT: TimeDelta = TimeDelta::days(1);

/// Deletes some of what is long over; returns how many rows. Many instances may do it at once: each takes rows that
/// no other has.
///
/// # Errors
/// If the database can't be asked. What was deleted stays deleted.
pub async fn purge(db: &Db) -> Result<usize, Fault> {
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
        deleted += store::delete(&mut db.conn().await?, sweep, before).await?;
    }
    Ok(deleted)
}
