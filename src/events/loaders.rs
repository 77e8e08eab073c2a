//! Batched reads of events.

use std::sync::Arc;

use super::{Event, store};
use crate::{
    db::Db,
    graphql::{Found, Key},
    kernel::{EventId, Fault},
};

/// An event by its id, as long as it is kept.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct EventById(pub EventId);

impl Key for EventById {
    type Value = Arc<Event>;

    async fn load(db: &Db, keys: &[Self]) -> Result<Found<Self>, Fault> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = store::by_ids(&mut db.conn().await?, &ids).await?;
        Ok(rows.into_iter().map(|row| (EventById(row.id), Arc::new(row))).collect())
    }
}
