//! Accounts as people see them: profiles, roles, who follows whom.
//!
//! A username and an email are unique without regard to case, closed accounts included. Anyone registers as a
//! customer or a studio; other roles are given by an admin, and the last admin can't lose his. Closing ends all
//! sessions and tokens at once and keeps everything that refers to the account.

mod change_password;
mod close;
mod follow;
mod graphql;
mod hold;
mod loaders;
mod node;
mod policy;
mod profile;
mod set_role;
pub(super) mod store;
mod update_profile;

use async_graphql::Enum;
use chrono::{DateTime, Utc};
use diesel::{
    deserialize::FromSqlRow,
    expression::AsExpression,
    prelude::{Queryable, Selectable},
    sql_types,
};

pub(super) use self::profile::Profile;
pub use self::{
    graphql::{UserMutation, UserQuery},
    hold::{hold_caller, hold_open},
    loaders::{
        AccountById, AccountByUsername, FollowerCount, FollowersOf, FollowingCount, FollowingOf, Follows,
    },
    policy::{may_see, visible_accounts},
};
use crate::{
    db::{Conn, schema::accounts},
    kernel::{AccountId, Fault, Moment, Role, named},
};

/// Whether an account can be used.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Hash, Debug, AsExpression, FromSqlRow)]
#[diesel(sql_type = sql_types::Text)]
pub enum AccountStatus {
    /// It can.
    Active,
    /// It was closed, for good. What refers to it stays.
    Closed,
}

named!(AccountStatus { Active = "ACTIVE", Closed = "CLOSED" });

/// An account. Its password is no part of it.
#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = accounts)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Its name, unique without regard to case.
    pub username: String,
    /// Where its owner is reached, unique without regard to case.
    pub email: String,
    /// What it is shown as.
    pub display_name: String,
    /// What its owner says of themselves.
    pub bio: Option<String>,
    /// What it may do.
    pub role: Role,
    /// Whether it can be used.
    pub status: AccountStatus,
    /// Which access tokens are good: those from this epoch.
    pub token_epoch: i32,
    /// When it was made.
    pub created_at: Moment,
    /// When it was last changed.
    pub updated_at: Moment,
    /// When it was closed.
    pub deleted_at: Option<Moment>,
    /// Grows by one at every change.
    pub version: i32,
}

/// An account that is about to be. Nothing of it is checked any more but what the database insists on.
#[derive(Clone, Copy, Debug)]
pub struct NewAccount<'a> {
    /// Its id.
    pub id: AccountId,
    /// Its name.
    pub username: &'a str,
    /// Where its owner is reached.
    pub email: &'a str,
    /// What it is shown as.
    pub display_name: &'a str,
    /// What its owner says of themselves.
    pub bio: Option<&'a str>,
    /// See [`super::Auth::hash`].
    pub password_hash: &'a str,
    /// What it may do.
    pub role: Role,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// Makes an account.
///
/// # Errors
/// A refusal if the username or the email is taken.
pub async fn create(conn: &mut Conn, new: NewAccount<'_>) -> Result<Account, Fault> {
    Ok(store::insert(conn, new).await?)
}
