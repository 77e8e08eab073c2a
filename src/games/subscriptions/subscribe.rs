//! A player begins with a game.

use super::{GameSubscription, GameSubscriptionStatus, events, store};
use crate::{
    accounts,
    db::Db,
    events::append,
    games::titles::{self, GameStatus},
    kernel::{Caller, Denial, Fault, GameId, GameSubscriptionId, Refusal, Refusals, Role, at},
};

/// Subscribes the caller to a game.
///
/// # Errors
/// Refused if there is no such game, it takes no new subscriptions, or the caller holds one that is not
/// cancelled; denied if the caller is no customer.
pub async fn subscribe(db: &Db, caller: &Caller, game: GameId) -> Result<GameSubscription, Fault> {
    caller.must_be(&[Role::Customer])?;
    let new = store::NewRow {
        id: GameSubscriptionId::fresh(),
        player_id: caller.account,
        game_id: game,
        status: GameSubscriptionStatus::Active,
        created_at: db.now(),
        updated_at: db.now(),
    };
    db.conn()
        .await?
        .transaction(async |conn| {
            // It can't be retired, and neither account be closed, until this is done.
            let game = titles::hold(conn, game)
                .await?
                .filter(|game| game.deleted_at.is_none())
                .ok_or_else(|| Refusal::not_found("gameId", "game"))?;
            let open = accounts::hold_open(conn, &[caller.account, game.studio_id]).await?;
            if !open.contains(&caller.account) {
                return Err(Denial::Unauthenticated.into());
            }
            let mut refusals = Refusals::default();
            if game.status == GameStatus::Retired {
                refusals.invalid(
                    at("gameId"),
                    format!("“{}” is retired: it takes no new subscriptions.", game.title),
                );
            } else if !open.contains(&game.studio_id) {
                refusals.invalid(
                    at("gameId"),
                    format!("The studio of “{}” is closed: it takes no new subscriptions.", game.title),
                );
            }
            refusals.done()?;
            let subscription = store::insert(conn, &new).await?;
            let told = events::changed(&subscription, None);
            append(conn, Some(caller.account), new.created_at, vec![told]).await?;
            Ok(subscription)
        })
        .await
}
