//! Makes a delivery of each event for each webhook that is told of it. A portion of the log is handed on, and the
//! reader moved on behind it, by one transaction; whichever instance does it holds the reader meanwhile.

use super::store;
use crate::{db::Db, events, kernel::Fault};

/// The reader of the log.
const READER: &str = "webhooks";
/// How many events are handed on by one transaction.
const PORTION: i64 = 200;

/// What came of a portion.
#[derive(Debug)]
pub struct FannedOut {
    /// How many deliveries were made.
    pub made: usize,
    /// Whether there are more events to hand on.
    pub is_behind: bool,
}

/// Hands on what has happened, or a portion of it.
pub async fn fan_out(db: &Db) -> Result<FannedOut, Fault> {
    let now = db.now();
    let mut conn = db.conn().await?;
    if !events::is_behind(&mut conn, READER).await? {
        return Ok(FannedOut { made: 0, is_behind: false });
    }
    conn.transaction(async |conn| {
        let from = events::resume(conn, READER, now).await?;
        // Before the webhooks are read, so that of each event up to there all webhooks are seen that were made before
        // it was committed.
        let newest = events::newest(conn).await?;
        let (mut to, mut made) = (newest, 0);
        if let Some(since) = store::first_heard(conn).await? {
            to = newest.min(from.max(since) + PORTION);
            made = store::fan_out(conn, from, to, now).await?;
        }
        if to > from && !events::move_on(conn, READER, from, to).await? {
            return Err(Fault::broken("the reader of webhooks was moved on while it was held"));
        }
        Ok(FannedOut { made, is_behind: to < newest })
    })
    .await
}
