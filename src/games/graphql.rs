//! What an account publishes and plays, as a part of it.

use async_graphql::{Context, Result};

use super::{
    subscriptions::{CountSubscriptions, GameSubscription, GameSubscriptionFilter, Side, Subscriptions},
    titles::{CountOfStudio, Game, GamesOfStudio},
};
use crate::{
    graphql::{Ask as _, Connection, Loaded, Needs, auth, object},
    kernel::{AccountId, Page, PageArgs},
};

/// What an account publishes and plays.
#[derive(Debug)]
pub struct UserGames {
    /// Whose.
    pub account: AccountId,
}

#[object]
impl UserGames {
    /// All games that the studio has published, retired ones included, newest first, in pages.
    async fn games(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "So many from the start, or behind `after`. From 0 to 100; 20 if nothing is said.")]
        first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the end, or before `before`. From 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Game>> {
        let window = PageArgs { first, after, last, before, offset: None }.window("NEWEST")?;
        let page = ctx.load_there(GamesOfStudio { studio: self.account, window }).await?;
        Ok(Connection::new(Page::clone(&page), Loaded(CountOfStudio(self.account))))
    }

    /// The account's subscriptions to games, cancelled ones included, newest first, in pages.
    #[graphql(
        guard = "Needs::SELF_OR_STAFF.of(self.account)",
        directive = auth::apply(Needs::SELF_OR_STAFF.into())
    )]
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
        let (of, filter) = (Side::Player(self.account), filter.unwrap_or_default().into());
        let count = CountSubscriptions { of, filter };
        let page = ctx.load_there(Subscriptions { of, filter: count.filter.clone(), window }).await?;
        Ok(Some(Connection::new(Page::clone(&page), Loaded(count))))
    }
}
