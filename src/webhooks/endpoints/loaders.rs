//! Batched reads of webhooks.

use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;

use super::{Webhook, store};
use crate::{
    graphql::{LoadError, Loaders, load_error},
    kernel::WebhookId,
};

/// A webhook by its id, deleted ones included.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct WebhookById(pub WebhookId);

impl Loader<WebhookById> for Loaders {
    type Value = Arc<Webhook>;
    type Error = LoadError;

    async fn load(&self, keys: &[WebhookById]) -> Result<HashMap<WebhookById, Self::Value>, LoadError> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = store::by_ids(&mut *self.conn().await?, &ids).await.map_err(load_error)?;
        Ok(rows.into_iter().map(|row| (WebhookById(row.id), Arc::new(row))).collect())
    }
}
