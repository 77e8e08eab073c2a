//! Accounts as clients see them.

use async_graphql::{Context, Result};

use super::{Account, AccountStatus, FollowerCount, FollowersOf, FollowingCount, FollowingOf, Follows};
use crate::{
    accounts::{api_tokens::ApiTokensOf, sessions::SessionsOf},
    billing::UserBilling,
    catalogue::UserCatalogue,
    checkout::UserCheckout,
    games::UserGames,
    graphql::{Ask as _, Connection, Entity as _, Load, Loaded, Needs, Stored, auth, entity, enums, object},
    kernel::{Caller, Page, PageArgs, Role},
};

entity!(Account);
enums!(AccountStatus, Role);

/// An account, as everyone sees it; email, role and status are for itself and staff.
#[object(name = "User")]
#[expect(clippy::unnecessary_wraps, reason = "what is refused is null")]
impl Account {
    #[graphql(flatten)]
    fn entity(&self) -> Stored {
        self.stored()
    }

    /// Its name, unique without regard to case. It never changes.
    fn username(&self) -> &str {
        &self.username
    }

    /// What to show it as: the username, until its owner says otherwise.
    fn display_name(&self) -> &str {
        &self.display_name
    }

    /// What its owner says of themselves.
    fn bio(&self) -> Option<&str> {
        self.bio.as_deref()
    }

    /// Where its owner is reached.
    #[graphql(
        guard = "Needs::SELF_OR_STAFF.of(self.id)",
        directive = auth::apply(Needs::SELF_OR_STAFF.into())
    )]
    fn email(&self) -> Option<&str> {
        Some(&self.email)
    }

    /// What it may do in the store.
    #[graphql(
        guard = "Needs::SELF_OR_STAFF.of(self.id)",
        directive = auth::apply(Needs::SELF_OR_STAFF.into())
    )]
    fn role(&self) -> Option<Role> {
        Some(self.role)
    }

    /// Whether it can be used.
    #[graphql(
        guard = "Needs::SELF_OR_STAFF.of(self.id)",
        directive = auth::apply(Needs::SELF_OR_STAFF.into())
    )]
    fn status(&self) -> Option<AccountStatus> {
        Some(self.status)
    }

    /// Who follows it, the newest first.
    async fn followers(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "So many from the start, or behind `after`. From 0 to 100; 20 if nothing is said.")]
        first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the end, or before `before`. From 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Account>> {
        let window = PageArgs { first, after, last, before, offset: None }.window("FOLLOWERS")?;
        let (of, closed_too) = (self.id, ctx.viewer().is_some_and(Caller::is_staff));
        let page = ctx.load_there(FollowersOf { of, closed_too, window }).await?;
        Ok(Connection::new(Page::clone(&page), Loaded(FollowerCount { of, closed_too })))
    }

    /// Whom it follows, the newest first.
    async fn following(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "So many from the start, or behind `after`. From 0 to 100; 20 if nothing is said.")]
        first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the end, or before `before`. From 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Connection<Account>> {
        let window = PageArgs { first, after, last, before, offset: None }.window("FOLLOWING")?;
        let (of, closed_too) = (self.id, ctx.viewer().is_some_and(Caller::is_staff));
        let page = ctx.load_there(FollowingOf { of, closed_too, window }).await?;
        Ok(Connection::new(Page::clone(&page), Loaded(FollowingCount { of, closed_too })))
    }

    /// Whether the viewer follows it. False for visitors.
    async fn viewer_is_following(&self, ctx: &Context<'_>) -> Result<bool> {
        let Some(viewer) = ctx.viewer() else { return Ok(false) };
        let pair = Follows { follower: viewer.account, followed: self.id };
        Ok(ctx.load(pair).await?.is_some())
    }

    /// Where it is signed in, the newest first; at most 100.
    #[graphql(
        guard = "Needs::ONESELF.of(self.id)",
        directive = auth::apply(Needs::ONESELF.into())
    )]
    fn sessions(&self) -> Load<SessionsOf> {
        Load(SessionsOf(self.id))
    }

    /// Its API tokens, the newest first, without those that expired or were revoked.
    #[graphql(
        guard = "Needs::ONESELF.of(self.id)",
        directive = auth::apply(Needs::ONESELF.into())
    )]
    fn api_tokens(&self) -> Load<ApiTokensOf> {
        Load(ApiTokensOf(self.id))
    }

    #[graphql(flatten)]
    fn billing(&self) -> UserBilling {
        UserBilling { account: self.id }
    }

    #[graphql(flatten)]
    fn catalogue(&self) -> UserCatalogue {
        UserCatalogue { account: self.id }
    }

    #[graphql(flatten)]
    fn checkout(&self) -> UserCheckout {
        UserCheckout { account: self.id }
    }

    #[graphql(flatten)]
    fn games(&self) -> UserGames {
        UserGames { account: self.id }
    }
}
