//! Batched reads of deliveries.

use std::sync::Arc;

use super::{DeliveryStatus, WebhookDelivery, store};
use crate::{
    db::Db,
    graphql::{Found, Key, alike, pages_of},
    kernel::{Cursor, Fault, Page, WebhookId, Window},
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

impl Key for Deliveries {
    type Value = Arc<Page<WebhookDelivery>>;

    async fn load(db: &Db, keys: &[Self]) -> Result<Found<Self>, Fault> {
        let mut pages = Found::<Self>::default();
        let alike = alike(keys, |key| (key.webhook.uuid(), (key.filter.clone(), key.window.clone())));
        for ((filter, window), webhooks) in alike {
            let rows = store::lists(&mut db.conn().await?, &webhooks, &filter, &window).await?;
            let found = pages_of(&window, webhooks, rows, |row| Cursor::by_id(row.id.uuid()));
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

impl Key for CountDeliveries {
    type Value = i64;

    async fn load(db: &Db, keys: &[Self]) -> Result<Found<Self>, Fault> {
        let mut counts = Found::<Self>::default();
        for (filter, webhooks) in alike(keys, |key| (key.webhook.uuid(), key.filter.clone())) {
            let rows = store::counts(&mut db.conn().await?, &webhooks, &filter).await?;
            counts.extend(rows.into_iter().map(|(webhook, count)| {
                (CountDeliveries { webhook: webhook.into(), filter: filter.clone() }, count)
            }));
        }
        Ok(counts)
    }
}
