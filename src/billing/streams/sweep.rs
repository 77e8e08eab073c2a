//! Closes streams whose leases ran out.

use super::{
    close::{Closing, close},
    store,
};
use crate::{db::Db, kernel::Fault};

/// How many are closed at a time.
const BATCH: usize = 100;

/// Closes some streams whose leases ran out, each in a transaction of its own; returns how many. Any number of instances
/// may do this at once: each stream is closed once.
///
/// # Errors
/// As [`Db::conn`].
pub async fn close_run_out(db: &Db) -> Result<usize, Fault> {
    for closed in 0..BATCH {
        let now = db.now();
        let found = db
            .conn()
            .await?
            .transaction(async |conn| {
                let Some(stream) = store::lock_run_out(conn, now).await? else {
                    return Ok::<_, Fault>(false);
                };
                close(conn, &stream, Closing::run_out(db.shop().currency, now)).await?;
                Ok(true)
            })
            .await?;
        if !found {
            return Ok(closed);
        }
    }
    Ok(BATCH)
}
