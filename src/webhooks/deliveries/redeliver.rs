//! Delivers once more what was delivered or has failed, or at once what is pending.

use super::{WebhookDelivery, store};
use crate::{
    db::Db,
    events,
    kernel::{Code, Fault, Refusal, WebhookDeliveryId, at},
    webhooks::endpoints,
};

/// It begins anew: should it fail, it is tried again for three days.
pub async fn redeliver(db: &Db, id: WebhookDeliveryId) -> Result<WebhookDelivery, Fault> {
    let now = db.now();
    db.conn()
        .await?
        .transaction(async |conn| {
            let no_such = || Refusal::not_found("deliveryId", "delivery");
            let delivery = store::by_id(conn, id).await?.ok_or_else(no_such)?;
            let webhook = endpoints::hold(conn, delivery.webhook_id).await?;
            let webhook = webhook.filter(|webhook| webhook.deleted_at.is_none()).ok_or_else(no_such)?;
            let refused = |message: &str| Refusal::input(Code::Invalid, at("deliveryId"), message);
            if !webhook.is_enabled {
                return Err(refused("Its webhook is not enabled.").into());
            }
            if events::by_ids(conn, &[delivery.event_id]).await?.is_empty() {
                return Err(refused("Its event is no longer kept.").into());
            }
            Ok(store::begin_anew(conn, id, now).await?)
        })
        .await
}
