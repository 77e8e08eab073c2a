//! Who may see and change which webhook: staff, and nobody else.

use super::{Webhook, store};
use crate::{
    db::Db,
    kernel::{Caller, Fault, Refusal, WebhookId},
};

/// The webhook, if it is there to be changed.
pub fn changeable(found: Option<Webhook>) -> Result<Webhook, Fault> {
    found
        .filter(|webhook| webhook.deleted_at.is_none())
        .ok_or_else(|| Refusal::not_found("id", "webhook").into())
}

/// Those of these webhooks that the viewer may see, for `node` and `nodes`.
///
/// # Errors
/// As [`Db::conn`].
pub async fn visible_webhooks(
    db: &Db,
    viewer: Option<&Caller>,
    ids: &[WebhookId],
) -> Result<Vec<Webhook>, Fault> {
    if !viewer.is_some_and(Caller::is_staff) {
        return Ok(Vec::new());
    }
    Ok(store::by_ids(&mut db.conn().await?, ids).await?)
}
