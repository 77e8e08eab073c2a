//! Removes deliveries of events that are no longer kept.

use chrono::TimeDelta;

use super::store;
use crate::{db::Db, kernel::Fault};

/// Removes some of those that are as old as forgotten events; returns how many. Any number of instances may do this
/// at once.
///
/// # Errors
/// As [`Db::conn`].
pub async fn forget(db: &Db) -> Result<usize, Fault> {
    let kept = TimeDelta::from_std(db.shop().events_kept).unwrap_or(TimeDelta::MAX);
    Ok(store::forget_before(&mut db.conn().await?, db.now() - kept).await?)
}
