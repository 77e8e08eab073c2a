//! Changes where a webhook is, of what it is told, and whether it is.

use super::{Webhook, policy, store, words};
use crate::{
    db::Db,
    events::{self, EventType},
    kernel::{Fault, Refusals, WebhookId, at, expect_version, text},
};

/// What is to be changed; `None` leaves it.
#[derive(Debug)]
pub struct Update {
    pub id: WebhookId,
    pub expected_version: Option<i32>,
    pub url: Option<String>,
    pub types: Option<Vec<EventType>>,
    pub description: Option<String>,
    pub is_enabled: Option<bool>,
}

pub async fn update(db: &Db, input: Update) -> Result<Webhook, Fault> {
    let mut refusals = Refusals::default();
    let mut changes = store::Changes {
        url: input.url.map(|written| words::url(&mut refusals, at("url"), db.shop(), &written)),
        types: input.types.map(|written| words::types(&mut refusals, at("types"), written)),
        description: input
            .description
            .map(|written| text::description(&mut refusals, at("description"), &written)),
        is_enabled: input.is_enabled,
        since: None,
        updated_at: db.now(),
    };
    db.conn()
        .await?
        .transaction(async |conn| {
            let webhook = policy::changeable(store::lock(conn, input.id).await?)?;
            refusals.done()?;
            expect_version(input.expected_version, webhook.version)?;
            if !webhook.is_enabled && changes.is_enabled == Some(true) {
                // Of what has happened meanwhile it is not told.
                changes.since = Some(events::newest(conn).await?);
            }
            Ok(store::update(conn, webhook.id, &changes).await?)
        })
        .await
}
