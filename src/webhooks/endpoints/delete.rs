//! Deletes webhooks.

use super::{Webhook, policy, store};
use crate::{
    db::Db,
    kernel::{Fault, WebhookId},
};

/// What has not been delivered to it by then, never is.
pub async fn delete(db: &Db, id: WebhookId) -> Result<Webhook, Fault> {
    let now = db.now();
    db.conn()
        .await?
        .transaction(async |conn| {
            let webhook = policy::changeable(store::lock(conn, id).await?)?;
            Ok(store::delete(conn, webhook.id, now).await?)
        })
        .await
}
