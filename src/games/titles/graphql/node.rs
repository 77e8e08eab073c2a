//! A game.

use async_graphql::{Context, Result};

use crate::{
    accounts::AccountById,
    games::{
        subscriptions::{
            CountSubscriptions, GameSubscription, GameSubscriptionFilter, LiveSubscription, PopularityOf,
            Side, Subscriptions,
        },
        titles::{Game, GameStatus},
    },
    graphql::{
        Ask as _, Connection, Entity as _, Load, LoadThere, Loaded, Needs, Stored, auth, enums, object,
    },
    kernel::{Page, PageArgs},
};

enums!(GameStatus);

/// A game that a studio publishes, and that players subscribe to.
#[object(name = "Game")]
impl Game {
    #[graphql(flatten)]
    fn entity(&self) -> Stored {
        self.stored()
    }

    /// What it is called.
    fn title(&self) -> &str {
        &self.title
    }

    /// What it is, in plain text.
    fn description(&self) -> &str {
        &self.description
    }

    /// Whether it takes new subscriptions.
    fn status(&self) -> GameStatus {
        self.status
    }

    /// The studio that publishes it.
    fn studio(&self) -> LoadThere<AccountById> {
        LoadThere(AccountById(self.studio_id))
    }

    /// Whether the viewer may change and retire it.
    fn viewer_can_edit(&self, ctx: &Context<'_>) -> bool {
        ctx.viewer()
            .is_some_and(|caller| caller.is_self_or_staff(self.studio_id) && self.deleted_at.is_none())
    }

    /// The viewer's subscription that is not cancelled; null if there is none.
    fn viewer_subscription(&self, ctx: &Context<'_>) -> Option<Load<LiveSubscription>> {
        let viewer = ctx.viewer()?;
        Some(Load(LiveSubscription { player: viewer.account, game: self.id }))
    }

    /// How many subscribe to it.
    #[graphql(
        guard = "Needs::STUDIO_OF_GAME_OR_STAFF.of(self.studio_id)",
        directive = auth::apply(Needs::STUDIO_OF_GAME_OR_STAFF.into())
    )]
    fn popularity(&self) -> Load<PopularityOf> {
        Load(PopularityOf(self.id))
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
