//! Batched reads of events.

use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;

use super::{Event, store};
use crate::{
    graphql::{LoadError, Loaders, load_error},
    kernel::EventId,
};

/// An event by its id, as long as it is kept.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct EventById(pub EventId);

impl Loader<EventById> for Loaders {
    type Value = Arc<Event>;
    type Error = LoadError;

    async fn load(&self, keys: &[EventById]) -> Result<HashMap<EventById, Self::Value>, LoadError> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = store::by_ids(&mut *self.conn().await?, &ids).await.map_err(load_error)?;
        Ok(rows.into_iter().map(|row| (EventById(row.id), Arc::new(row))).collect())
    }
}
