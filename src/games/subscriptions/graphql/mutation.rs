//! Subscribing to games, and what becomes of a subscription.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};

use crate::{
    games::subscriptions::{GameSubscription, GameSubscriptionStatus, change_status, subscribe},
    graphql::{Ask as _, Needs, UserError, auth, settle},
    kernel::{Fault, GameId, GameSubscriptionId},
};

/// What to subscribe to.
#[derive(InputObject, Debug)]
pub struct SubscribeInput {
    /// The game; it must be ACTIVE, and its studio's account open.
    game_id: GameId,
}

/// A subscription's next status.
#[derive(InputObject, Debug)]
pub struct ChangeSubscriptionStatusInput {
    /// The subscription.
    id: GameSubscriptionId,
    /// What its status is to become; see `nextStatuses`.
    status: GameSubscriptionStatus,
}

/// What came of subscribing, or of changing a subscription.
#[derive(SimpleObject)]
pub struct GameSubscriptionPayload {
    /// The subscription as it is now; null if nothing was done.
    subscription: Option<GameSubscription>,
    /// What has to be mended first.
    user_errors: Vec<UserError>,
}

fn payload(outcome: Result<GameSubscription, Fault>) -> Result<Option<GameSubscriptionPayload>> {
    let (subscription, user_errors) = settle(outcome)?;
    Ok(Some(GameSubscriptionPayload { subscription, user_errors }))
}

/// What players can do, and studios and staff for them.
#[derive(Default)]
pub struct SubscriptionMutation;

#[Object]
impl SubscriptionMutation {
    /// Subscribes the viewer to a game. A player holds one subscription to a game that is not cancelled; another
    /// is refused as `ALREADY_SUBSCRIBED`.
    #[graphql(guard = "Needs::CUSTOMER.any()", directive = auth::apply(Needs::CUSTOMER.into()))]
    async fn subscribe(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The game.")] input: SubscribeInput,
    ) -> Result<Option<GameSubscriptionPayload>> {
        payload(subscribe::subscribe(ctx.db(), ctx.caller()?, input.game_id).await)
    }

    /// Pauses, resumes or cancels a subscription: its player, the game's studio, or staff. Resuming works for a
    /// retired game, too, but not for a player whose account is closed.
    #[graphql(
        guard = "Needs::SELF_OR_STUDIO_OF_GAME_OR_STAFF.any()",
        directive = auth::apply(Needs::SELF_OR_STUDIO_OF_GAME_OR_STAFF.into())
    )]
    async fn change_subscription_status(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The subscription and its next status.")] input: ChangeSubscriptionStatusInput,
    ) -> Result<Option<GameSubscriptionPayload>> {
        let (db, caller) = (ctx.db(), ctx.caller()?);
        payload(change_status::change_status(db, caller, input.id, input.status).await)
    }
}
