//! Subscriptions, and how popular they make a game.

use async_graphql::{Context, Result};

use crate::{
    accounts::AccountById,
    games::{
        subscriptions::{
            GamePopularity, GameSubscription, GameSubscriptionStatus, popularity::NewSubscriptions,
        },
        titles::GameById,
    },
    graphql::{Ask as _, DateTime, Entity as _, LoadThere, Stored, enums, int, object},
    kernel::Status as _,
};

enums!(GameSubscriptionStatus);

/// A player's subscription to a game. Only its player, the game's studio and staff see it.
#[object(name = "GameSubscription")]
impl GameSubscription {
    #[graphql(flatten)]
    fn entity(&self) -> Stored {
        self.stored()
    }

    /// Who plays.
    fn player(&self) -> LoadThere<AccountById> {
        LoadThere(AccountById(self.player_id))
    }

    /// What is played.
    fn game(&self) -> LoadThere<GameById> {
        LoadThere(GameById(self.game_id))
    }

    /// Whether it goes on.
    fn status(&self) -> GameSubscriptionStatus {
        self.status
    }

    /// What the status may become next.
    fn next_statuses(&self) -> Vec<GameSubscriptionStatus> {
        self.status.next()
    }
}

/// How many subscriptions a game has. Whoever cancelled and came back counts under both: each subscription is
/// one. Those of players whose accounts were closed count as they were.
#[object(name = "GamePopularity")]
impl GamePopularity {
    /// Subscriptions that go on.
    fn active_subscribers(&self) -> i32 {
        int(self.active)
    }

    /// Subscriptions that rest.
    fn paused_subscribers(&self) -> i32 {
        int(self.paused)
    }

    /// Subscriptions that have ended.
    fn cancelled_subscribers(&self) -> i32 {
        int(self.cancelled)
    }

    /// All of them: active, paused and cancelled.
    fn total_subscribers(&self) -> i32 {
        int(self.active + self.paused + self.cancelled)
    }

    /// Subscriptions that began at a moment or later, whatever has become of them.
    async fn new_subscribers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "From this moment on.")] since: DateTime,
    ) -> Result<i32> {
        let count = ctx.load(NewSubscriptions { game: self.game, since: since.0 }).await?;
        Ok(int(count.unwrap_or(0)))
    }
}
