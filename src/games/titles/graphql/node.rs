//! A game.

use std::sync::Arc;

use async_graphql::{Context, Object, Result};

use crate::{
    accounts::{Account, AccountById},
    games::{
        subscriptions::{
            CountSubscriptions, GamePopularity, GameSubscription, GameSubscriptionFilter, LiveSubscription,
            PopularityOf, Side, Subscriptions,
        },
        titles::{Game, GameStatus},
    },
    graphql::{Ask as _, Connection, Entity as _, Loaded, Needs, Stored, auth},
    kernel::{Page, PageArgs},
};

/// A game that a studio publishes, and that players subscribe to.
#[Object(name = "Game")]
impl Game {
    #[graphql(flatten)]
    async fn entity(&self) -> Stored {
        self.stored()
    }

    /// What it is called.
    async fn title(&self) -> &str {
        &self.title
    }

    /// What it is, in plain text.
    async fn description(&self) -> &str {
        &self.description
    }

    /// Whether it takes new subscriptions.
    async fn status(&self) -> GameStatus {
        self.status
    }

    /// The studio that publishes it.
    async fn studio(&self, ctx: &Context<'_>) -> Result<Arc<Account>> {
        ctx.load_there(AccountById(self.studio_id)).await
    }

    /// Whether the viewer may change and retire it.
    async fn viewer_can_edit(&self, ctx: &Context<'_>) -> bool {
        ctx.viewer()
            .is_some_and(|caller| caller.is_self_or_staff(self.studio_id) && self.deleted_at.is_none())
    }

    /// The viewer's subscription that is not cancelled; null if there is none.
    async fn viewer_subscription(&self, ctx: &Context<'_>) -> Result<Option<Arc<GameSubscription>>> {
        let Some(viewer) = ctx.viewer() else { return Ok(None) };
        ctx.load(LiveSubscription { player: viewer.account, game: self.id }).await
    }

    /// How many subscribe to it.
    #[graphql(
        guard = "Needs::STUDIO_OF_GAME_OR_STAFF.of(self.studio_id)",
        directive = auth::apply(Needs::STUDIO_OF_GAME_OR_STAFF.into())
    )]
    async fn popularity(&self, ctx: &Context<'_>) -> Result<Option<GamePopularity>> {
        ctx.load(PopularityOf(self.id)).await
    }

    /// Its subscriptions, cancelled ones included, newest first, in pages.
    #[graphql(
        guard = "Needs::STUDIO_OF_GAME_OR_STAFF.of(self.studio_id)",
        directive = auth::apply(Needs::STUDIO_OF_GAME_OR_STAFF.into())
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
        let (of, filter) = (Side::Game(self.id), filter.unwrap_or_default().into());
        let count = CountSubscriptions { of, filter };
        let page = ctx.load_there(Subscriptions { of, filter: count.filter.clone(), window }).await?;
        Ok(Some(Connection::new(Page::clone(&page), Loaded(count))))
    }
}
