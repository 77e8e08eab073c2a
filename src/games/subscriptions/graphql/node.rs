//! Subscriptions, and how popular they make a game.

use std::sync::Arc;

use async_graphql::{Context, Object, Result};

use crate::{
    accounts::{Account, AccountById},
    games::{
        subscriptions::{
            GamePopularity, GameSubscription, GameSubscriptionStatus, popularity::NewSubscriptions,
        },
        titles::{Game, GameById},
    },
    graphql::{Ask as _, DateTime, Entity as _, Stored, int},
    kernel::Status as _,
};

/// A player's subscription to a game. Only its player, the game's studio and staff see it.
#[Object(name = "GameSubscription")]
impl GameSubscription {
    #[graphql(flatten)]
    async fn entity(&self) -> Stored {
        self.stored()
    }

    /// Who plays.
    async fn player(&self, ctx: &Context<'_>) -> Result<Arc<Account>> {
        ctx.load_there(AccountById(self.player_id)).await
    }

    /// What is played.
    async fn game(&self, ctx: &Context<'_>) -> Result<Arc<Game>> {
        ctx.load_there(GameById(self.game_id)).await
    }

    /// Whether it goes on.
    async fn status(&self) -> GameSubscriptionStatus {
        self.status
    }

    /// What the status may become next.
    async fn next_statuses(&self) -> Vec<GameSubscriptionStatus> {
        self.status.next()
    }
}

/// How many subscriptions a game has. Whoever cancelled and came back counts under both: each subscription is
/// one. Those of players whose accounts were closed count as they were.
#[Object(name = "GamePopularity")]
impl GamePopularity {
    /// Subscriptions that go on.
    async fn active_subscribers(&self) -> i32 {
        int(self.active)
    }

    /// Subscriptions that rest.
    async fn paused_subscribers(&self) -> i32 {
        int(self.paused)
    }

    /// Subscriptions that have ended.
    async fn cancelled_subscribers(&self) -> i32 {
        int(self.cancelled)
    }

    /// All of them: active, paused and cancelled.
    async fn total_subscribers(&self) -> i32 {
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
