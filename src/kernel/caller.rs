//! Who asks.

use async_graphql::Enum;
use chrono::{DateTime, Utc};
use diesel::{deserialize::FromSqlRow, expression::AsExpression, sql_types};

use super::{AccountId, ApiTokenId, Denial, SessionId, named};

/// What an account may do in the store.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Hash, Debug, AsExpression, FromSqlRow)]
#[diesel(sql_type = sql_types::Text)]
pub enum Role {
    /// Buys, plays and sells: every account that is nothing else.
    Customer,
    /// Publishes games, and sells.
    Studio,
    /// Staff: runs the store.
    Manager,
    /// Staff that also gives roles.
    Admin,
}

named!(Role { Customer = "CUSTOMER", Studio = "STUDIO", Manager = "MANAGER", Admin = "ADMIN" });

impl Role {
    /// Managers and admins.
    #[must_use]
    pub fn is_staff(self) -> bool {
        matches!(self, Self::Manager | Self::Admin)
    }
}

/// By what the caller has proved to be who they are.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Credential {
    /// A token of this session.
    Session(SessionId),
    /// This API token.
    ApiToken(ApiTokenId),
}

impl Credential {
    /// Whether it is a program's.
    #[must_use]
    pub fn is_api_token(self) -> bool {
        matches!(self, Self::ApiToken(_))
    }
}

/// A signed-in account, as its token tells.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The account.
    pub account: AccountId,
    /// Its role when the token was made; a change of role ends the account's access tokens.
    pub role: Role,
    /// What it signed in with.
    pub credential: Credential,
    /// When the token ends; an API token may last for ever.
    pub expires_at: Option<DateTime<Utc>>,
}

impl Caller {
    /// Managers and admins.
    #[must_use]
    pub fn is_staff(&self) -> bool {
        self.role.is_staff()
    }

    /// Whether a thing of `owner` is the caller's own or the caller is staff.
    #[must_use]
    pub fn is_self_or_staff(&self, owner: AccountId) -> bool {
        self.account == owner || self.is_staff()
    }

    /// Refuses everyone whose role is not among `roles`.
    ///
    /// # Errors
    /// [`Denial::Forbidden`].
    pub fn must_be(&self, roles: &[Role]) -> Result<(), Denial> {
        if roles.contains(&self.role) { Ok(()) } else { Err(Denial::Forbidden) }
    }
}
