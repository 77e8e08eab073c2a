//! Sessions and tokens as clients see them.

use std::sync::Arc;

use async_graphql::{Context, Object, Result};

use super::Session;
use crate::{
    accounts::{
        auth::{LiveToken, TokenKind},
        users::{Account, AccountById},
    },
    graphql::{Ask as _, DateTime},
    kernel::{Credential, SessionId},
};

/// Somewhere an account is signed in.
#[Object(name = "Session")]
impl Session {
    /// Its id.
    async fn id(&self) -> SessionId {
        self.id
    }

    /// When one signed in.
    async fn created_at(&self) -> DateTime {
        DateTime(self.created_at)
    }

    /// When it was last refreshed.
    async fn last_used_at(&self) -> DateTime {
        DateTime(self.last_used_at)
    }

    /// When it ends, unless it is refreshed before.
    async fn expires_at(&self) -> DateTime {
        DateTime(self.expires_at)
    }

    /// What program signed in, as it calls itself.
    async fn user_agent(&self) -> Option<&str> {
        self.user_agent.as_deref()
    }

    /// Whether it is the session that asks.
    async fn current(&self, ctx: &Context<'_>) -> bool {
        ctx.viewer().is_some_and(|viewer| viewer.credential == Credential::Session(self.id))
    }
}

/// What is known of a token: nothing, if it is not good.
pub struct TokenInfo(pub Option<LiveToken>);

/// What is known of a token. If it is not good now, for whatever reason, nothing but that is told.
#[Object]
impl TokenInfo {
    /// Whether it is good now.
    async fn active(&self) -> bool {
        self.0.is_some()
    }

    /// What it is for.
    async fn kind(&self) -> Option<TokenKind> {
        self.0.as_ref().map(|token| token.kind)
    }

    /// Whose it is.
    async fn user(&self, ctx: &Context<'_>) -> Result<Option<Arc<Account>>> {
        match &self.0 {
            Some(token) => ctx.load(AccountById(token.caller.account)).await,
            None => Ok(None),
        }
    }

    /// When it ends. An API token may have no end.
    async fn expires_at(&self) -> Option<DateTime> {
        self.0.as_ref()?.caller.expires_at.map(DateTime)
    }
}
