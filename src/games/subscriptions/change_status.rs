//! Pauses, resumes or cancels a subscription.

use super::{GameSubscription, GameSubscriptionStatus, events, policy, store};
use crate::{
    accounts,
    db::{Conn, Db},
    events::append,
    games::titles,
    kernel::{AccountId, Caller, Code, Denial, Fault, GameSubscriptionId, Refusal, Status as _, at},
};

/// Moves a subscription to its next status.
///
/// # Errors
/// Refused if the subscription is not there for the caller, can't become this, or is to go on although its
/// player's account is closed.
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
            if to == GameSubscriptionStatus::Active {
                can_play(conn, caller, subscription.player_id).await?;
            }
            let changed = store::set_status(conn, subscription.id, subscription.status, to, now).await?;
            let told = events::changed(&changed, Some(subscription.status));
            append(conn, Some(caller.account), now, vec![told]).await?;
            Ok(changed)
        })
        .await
}

/// What a closed account holds can be paused and cancelled, but not be taken up again.
async fn can_play(conn: &mut Conn, caller: &Caller, player: AccountId) -> Result<(), Fault> {
    if !accounts::hold_open(conn, &[player]).await?.is_empty() {
        return Ok(());
    }
    if player == caller.account {
        return Err(Denial::Unauthenticated.into());
    }
    Err(Refusal::input(Code::Invalid, at("id"), "The account of this player is closed.").into())
}
