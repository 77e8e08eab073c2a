//! Abandons bags that nobody has touched for long.

use chrono::TimeDelta;

use super::store;
use crate::{db::Db, kernel::Fault};

/// Abandons some idle bags; returns how many. Any number of instances may do this at once.
///
/// # Errors
/// As [`Db::conn`].
pub async fn abandon_idle(db: &Db) -> Result<usize, Fault> {
    let now = db.now();
    let idle = TimeDelta::from_std(db.shop().bag_idle).unwrap_or(TimeDelta::MAX);
    Ok(store::abandon_untouched_since(&mut db.conn().await?, now - idle, now).await?)
}
