//! Sessions: being signed in, from somewhere, for some time.
//!
//! A session gives an access token for some minutes and a refresh token that gets the next pair and is good once. A
//! refresh token that comes a second time was stolen or copied, and its session ends; only the answer that was just
//! lost can be had again. Signing in fails the same way in the same time whether there is an account or not.

mod graphql;
mod loaders;
mod node;
pub mod oauth;
mod open;
mod refresh;
mod register;
mod sign_in;
mod sign_out;
mod store;

use chrono::{DateTime, Utc};
use diesel::prelude::{Queryable, Selectable};

pub(super) use self::loaders::SessionsOf;
pub use self::{
    graphql::{SessionMutation, SessionQuery},
    open::{AccessForm, SignedIn},
    refresh::refresh,
    register::{Registration, register},
    sign_in::sign_in,
    sign_out::sign_out,
};
use crate::{
    db::schema::sessions,
    kernel::{AccountId, SessionId},
};

/// Somewhere an account is signed in.
#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = sessions)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Who is signed in.
    pub account_id: AccountId,
    /// With what program.
    pub user_agent: Option<String>,
    /// Since when.
    pub created_at: DateTime<Utc>,
    /// When it was last refreshed.
    pub last_used_at: DateTime<Utc>,
    /// When it ends, if it is not used.
    pub expires_at: DateTime<Utc>,
    /// When it ended before that.
    pub ended_at: Option<DateTime<Utc>>,
}
