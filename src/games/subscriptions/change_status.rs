//! Pauses, resumes or cancels a subscription.

use diesel_async::AsyncConnection as _;

use super::{GameSubscription, GameSubscriptionStatus, policy, store};
use crate::{
    db::Db,
    games::titles,
    kernel::{Caller, Fault, GameSubscriptionId, Status as _, at},
};

/// Moves a subscription to its next status.
///
/// # Errors
/// Refused if the subscription is not there for the caller, or can't become this.
pub async fn change_status(
    db: &Db,
    caller: &Caller,
    id: GameSubscriptionId,
    to: GameSubscriptionStatus,
) -> Result<GameSubscription, Fault> {
    let now = db.now();
    db.conn()
        .await?
        .transaction(async |conn| {
            let found = match store::lock(conn, id).await? {
                Some(found) => {
                    let studio = titles::studio_of(conn, found.game_id).await?;
                    Some((found, studio))
                }
                None => None,
            };
            let (subscription, actors) = policy::changeable(caller, found)?;
            let to = subscription.status.step(to, &actors, at("status"))?;
            Ok(store::set_status(conn, subscription.id, subscription.status, to, now).await?)
        })
        .await
}
