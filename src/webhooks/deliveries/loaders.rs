//! Batched reads of deliveries.

use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;

use super::{DeliveryStatus, WebhookDelivery, store};
use crate::{
    graphql::{LoadError, Loaders, load_error},
    kernel::{Cursor, Page, WebhookId, Window},
};

/// Which deliveries a list is of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Filter {
    pub statuses: Option<Vec<DeliveryStatus>>,
}

/// The deliveries of a webhook.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Deliveries {
    pub webhook: WebhookId,
    pub filter: Filter,
    pub window: Window,
}

impl Loader<Deliveries> for Loaders {
    type Value = Arc<Page<WebhookDelivery>>;
    type Error = LoadError;

    async fn load(&self, keys: &[Deliveries]) -> Result<HashMap<Deliveries, Self::Value>, LoadError> {
        let mut pages = HashMap::new();
        let alike = Self::alike(keys, |key| (key.webhook.uuid(), (key.filter.clone(), key.window.clone())));
        for ((filter, window), webhooks) in alike {
            let rows = store::lists(&mut *self.conn().await?, &webhooks, &filter, &window)
                .await
                .map_err(load_error)?;
            let found = Self::pages(&window, webhooks, rows, |row| Cursor::by_id(row.id.uuid()));
            pages.extend(found.into_iter().map(|(webhook, page)| {
                let (filter, window) = (filter.clone(), window.clone());
                (Deliveries { webhook: webhook.into(), filter, window }, page)
            }));
        }
        Ok(pages)
    }
}

/// How many deliveries a webhook has.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct CountDeliveries {
    pub webhook: WebhookId,
    pub filter: Filter,
}

impl Loader<CountDeliveries> for Loaders {
    type Value = i64;
    type Error = LoadError;

    async fn load(&self, keys: &[CountDeliveries]) -> Result<HashMap<CountDeliveries, i64>, LoadError> {
        let mut counts = HashMap::new();
        for (filter, webhooks) in Self::alike(keys, |key| (key.webhook.uuid(), key.filter.clone())) {
            let rows =
                store::counts(&mut *self.conn().await?, &webhooks, &filter).await.map_err(load_error)?;
            counts.extend(rows.into_iter().map(|(webhook, count)| {
                (CountDeliveries { webhook: webhook.into(), filter: filter.clone() }, count)
            }));
        }
        Ok(counts)
    }
}
