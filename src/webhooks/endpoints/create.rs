//! Makes webhooks.

use super::{Secret, Webhook, store, words};
use crate::{
    db::Db,
    events::{self, EventType},
    kernel::{Code, Fault, Refusal, Refusals, WebhookId, at, text},
};

/// There are no more, so that what is sent at a time stays bounded however slow all of them are.
const MOST: i64 = 100;

/// What a webhook is made of.
#[derive(Debug)]
pub struct NewWebhook {
    pub url: String,
    pub types: Vec<EventType>,
    pub description: String,
    pub is_enabled: bool,
}

/// The secret is told here alone.
pub async fn create(db: &Db, new: NewWebhook) -> Result<(Webhook, Secret), Fault> {
    let now = db.now();
    let mut refusals = Refusals::default();
    let url = words::url(&mut refusals, at("url"), db.shop(), &new.url);
    let types = words::types(&mut refusals, at("types"), new.types);
    let description = text::description(&mut refusals, at("description"), &new.description);
    refusals.done()?;
    let secret = Secret::fresh()?;
    let webhook = db
        .conn()
        .await?
        .transaction(async |conn| {
            // One after the other, so that many at once are counted.
            store::lock_all(conn).await?;
            if store::count(conn).await? >= MOST {
                let message = format!("There are {MOST} webhooks at most. Delete one first.");
                return Err(Refusal::input(Code::LimitReached, vec!["input".into()], message).into());
            }
            let row = store::NewRow {
                id: WebhookId::fresh(),
                url: &url,
                description: &description,
                types: &types,
                is_enabled: new.is_enabled,
                secret: secret.bytes(),
                since: events::newest(conn).await?,
                created_at: now,
                updated_at: now,
            };
            Ok::<_, Fault>(store::insert(conn, &row).await?)
        })
        .await?;
    Ok((webhook, secret))
}
