//! Accounts as clients see them.

use std::sync::Arc;

use async_graphql::{Context, Object, Result};

use super::{Account, AccountStatus, FollowerCount, FollowersOf, FollowingCount, FollowingOf, Follows};
use crate::{
    accounts::{
        api_tokens::{ApiToken, ApiTokensOf},
        sessions::{Session, SessionsOf},
    },
    billing::UserBilling,
    catalogue::UserCatalogue,
    checkout::UserCheckout,
    games::UserGames,
    graphql::{Ask as _, Connection, Entity as _, Loaded, Needs, Stored, auth, entity},
    kernel::{Caller, Page, PageArgs, Role},
};

entity!(Account);

/// An account, as everyone sees it; email, role and status are for itself and staff.
#[Object(name = "User")]
impl Account {
    #[graphql(flatten)]
    async fn entity(&self) -> Stored {
        self.stored()
    }

    /// Its name, unique without regard to case. It never changes.
    async fn username(&self) -> &str {
        &self.username
    }

    /// What to show it as: the username, until its owner says otherwise.
    async fn display_name(&self) -> &str {
        &self.display_name
    }

    /// What its owner says of themselves.
    async fn bio(&self) -> Option<&str> {
        self.bio.as_deref()
    }

    /// Where its owner is reached.
    #[graphql(
        guard = "Needs::SELF_OR_STAFF.of(self.id)",
        directive = auth::apply(Needs::SELF_OR_STAFF.into())
    )]
    async fn email(&self) -> Option<&str> {
        Some(&self.email)
    }

    /// What it may do in the store.
    #[graphql(
        guard = "Needs::SELF_OR_STAFF.of(self.id)",
        directive = auth::apply(Needs::SELF_OR_STAFF.into())
    )]
    async fn role(&self) -> Option<Role> {
        Some(self.role)
    }

    /// Whether it can be used.
    #[graphql(
        guard = "Needs::SELF_OR_STAFF.of(self.id)",
        directive = auth::apply(Needs::SELF_OR_STAFF.into())
    )]
    async fn status(&self) -> Option<AccountStatus> {
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
    async fn sessions(&self, ctx: &Context<'_>) -> Result<Option<Arc<Vec<Session>>>> {
        ctx.load(SessionsOf(self.id)).await
    }

    /// Its API tokens, the newest first, without those that expired or were revoked.
    #[graphql(
        guard = "Needs::ONESELF.of(self.id)",
        directive = auth::apply(Needs::ONESELF.into())
    )]
    async fn api_tokens(&self, ctx: &Context<'_>) -> Result<Option<Arc<Vec<ApiToken>>>> {
        ctx.load(ApiTokensOf(self.id)).await
    }

    #[graphql(flatten)]
    async fn billing(&self) -> UserBilling {
        UserBilling { account: self.id }
    }

    #[graphql(flatten)]
    async fn catalogue(&self) -> UserCatalogue {
        UserCatalogue { account: self.id }
    }

    #[graphql(flatten)]
    async fn checkout(&self) -> UserCheckout {
        UserCheckout { account: self.id }
    }

    #[graphql(flatten)]
    async fn games(&self) -> UserGames {
        UserGames { account: self.id }
    }
}
