//! Who may see and change which subscription.

use super::{GameSubscription, store};
use crate::{
    db::Db,
    kernel::{AccountId, Actor, Caller, Fault, GameSubscriptionId, Refusal},
};

/// What the caller is to a subscription to a game of `studio`; nothing for strangers, who may not see it.
fn actors(caller: &Caller, subscription: &GameSubscription, studio: AccountId) -> Vec<Actor> {
    let mut actors = Vec::new();
    if caller.account == subscription.player_id {
        actors.push(Actor::Owner);
    }
    if caller.account == studio {
        actors.push(Actor::Studio);
    }
    if caller.is_staff() {
        actors.push(Actor::Staff);
    }
    actors
}

/// The subscription, if it is there for this caller, with what they are to it.
pub fn changeable(
    caller: &Caller,
    found: Option<(GameSubscription, AccountId)>,
) -> Result<(GameSubscription, Vec<Actor>), Fault> {
    found
        .map(|(subscription, studio)| {
            let actors = actors(caller, &subscription, studio);
            (subscription, actors)
        })
        .filter(|(_, actors)| !actors.is_empty())
        .ok_or_else(|| Refusal::not_found("id", "subscription").into())
}

/// Those of these subscriptions that the viewer may see, for `node` and `nodes`.
///
/// # Errors
/// As [`Db::conn`].
pub async fn visible_subscriptions(
    db: &Db,
    viewer: Option<&Caller>,
    ids: &[GameSubscriptionId],
) -> Result<Vec<GameSubscription>, Fault> {
    let Some(caller) = viewer else { return Ok(Vec::new()) };
    let found = store::with_studios(&mut db.conn().await?, ids).await?;
    let visible = |(subscription, studio): &(GameSubscription, AccountId)| {
        !actors(caller, subscription, *studio).is_empty()
    };
    Ok(found.into_iter().filter(visible).map(|(subscription, _)| subscription).collect())
}
