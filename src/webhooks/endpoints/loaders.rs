//! Batched reads of webhooks.

use std::sync::Arc;

use super::{Webhook, store};
use crate::{
    db::Db,
    graphql::{Found, Key},
    kernel::{Fault, WebhookId},
};

/// A webhook by its id, deleted ones included.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct WebhookById(pub WebhookId);

impl Key for WebhookById {
    type Value = Arc<Webhook>;

    async fn load(db: &Db, keys: &[Self]) -> Result<Found<Self>, Fault> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = store::by_ids(&mut db.conn().await?, &ids).await?;
        Ok(rows.into_iter().map(|row| (WebhookById(row.id), Arc::new(row))).collect())
    }
}
