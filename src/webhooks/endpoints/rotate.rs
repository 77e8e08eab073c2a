//! Gives a webhook a new secret.

use chrono::TimeDelta;

use super::{Secret, Webhook, policy, store};
use crate::{
    db::Db,
    kernel::{Fault, WebhookId},
};

/// How long the old secret signs beside the new one, so that a receiver can change over in peace.
const OVERLAP: TimeDelta = TimeDelta::hours(24);

/// One that was old already signs no more.
pub async fn rotate(db: &Db, id: WebhookId) -> Result<(Webhook, Secret), Fault> {
    let (now, secret) = (db.now(), Secret::fresh()?);
    let webhook = db
        .conn()
        .await?
        .transaction(async |conn| {
            let webhook = policy::changeable(store::lock(conn, id).await?)?;
            Ok::<_, Fault>(store::replace_secret(conn, webhook.id, secret.bytes(), now + OVERLAP, now).await?)
        })
        .await?;
    Ok((webhook, secret))
}
