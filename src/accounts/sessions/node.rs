//! Sessions and tokens as clients see them.

use async_graphql::Context;

use super::Session;
use crate::{
    accounts::{
        auth::{LiveToken, TokenKind},
        users::AccountById,
    },
    graphql::{Ask as _, DateTime, Load, enums, object},
    kernel::{Credential, SessionId},
};

enums!(TokenKind);

/// Somewhere an account is signed in.
#[object(name = "Session")]
impl Session {
    /// Its id.
    fn id(&self) -> SessionId {
        self.id
    }

    /// When one signed in.
    fn created_at(&self) -> DateTime {
        DateTime(self.created_at)
    }

    /// When it was last refreshed.
    fn last_used_at(&self) -> DateTime {
        DateTime(self.last_used_at)
    }

    /// When it ends, unless it is refreshed before.
    fn expires_at(&self) -> DateTime {
        DateTime(self.expires_at)
    }

    /// What program signed in, as it calls itself.
    fn user_agent(&self) -> Option<&str> {
        self.user_agent.as_deref()
    }

    /// Whether it is the session that asks.
    fn current(&self, ctx: &Context<'_>) -> bool {
        ctx.viewer().is_some_and(|viewer| viewer.credential == Credential::Session(self.id))
    }
}

/// What is known of a token: nothing, if it is not good.
pub struct TokenInfo(pub Option<LiveToken>);

/// What is known of a token. If it is not good now, for whatever reason, nothing but that is told.
#[object]
impl TokenInfo {
    /// Whether it is good now.
    fn active(&self) -> bool {
        self.0.is_some()
    }

    /// What it is for.
    fn kind(&self) -> Option<TokenKind> {
        self.0.as_ref().map(|token| token.kind)
    }

    /// Whose it is.
    fn user(&self) -> Option<Load<AccountById>> {
        self.0.as_ref().map(|token| Load(AccountById(token.caller.account)))
    }

    /// When it ends. An API token may have no end.
    fn expires_at(&self) -> Option<DateTime> {
        self.0.as_ref()?.caller.expires_at.map(DateTime)
    }
}
