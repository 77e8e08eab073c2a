//! Finding subscriptions.

use async_graphql::{Context, InputObject, Object, Result};

use crate::{
    games::subscriptions::{
        GameSubscription, GameSubscriptionStatus,
        list::{Filter, list},
    },
    graphql::{Ask as _, Connection, Needs, auth},
    kernel::{AccountId, GameId, PageArgs},
};

/// Which subscriptions to list. All conditions must hold.
#[derive(InputObject, Debug, Default)]
pub struct GameSubscriptionFilter {
    /// In one of these statuses.
    statuses: Option<Vec<GameSubscriptionStatus>>,
    /// To this game.
    game_id: Option<GameId>,
    /// Of this player.
    player_id: Option<AccountId>,
}

impl From<GameSubscriptionFilter> for Filter {
    fn from(filter: GameSubscriptionFilter) -> Self {
        Self { statuses: filter.statuses, game: filter.game_id, player: filter.player_id }
    }
}

/// What can be read of subscriptions.
#[derive(Default)]
pub struct SubscriptionQuery;

#[Object]
impl SubscriptionQuery {
    /// Everyone's subscriptions to games, newest first, in pages.
    #[graphql(guard = "Needs::STAFF.any()", directive = auth::apply(Needs::STAFF.into()))]
    async fn subscriptions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "So many from the start, or behind `after`. From 0 to 100; 20 if nothing is said.")]
        first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the end, or before `before`. From 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
        #[graphql(desc = "Which subscriptions.")] filter: Option<GameSubscriptionFilter>,
    ) -> Result<Option<Connection<GameSubscription>>> {
        let window = PageArgs { first, after, last, before, offset: None }.window("NEWEST")?;
        let filter = Filter::from(filter.unwrap_or_default());
        let page = list(ctx.db(), &filter, &window).await?;
        Ok(Some(Connection::new(page, filter)))
    }
}
