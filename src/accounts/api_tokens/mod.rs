//! API tokens: how programs act for an account, until they are told not to.
//!
//! A token says nothing by itself and is shown once. It can do all that its account can, except make more tokens.
//! An account has at most 50 that are good.

mod create;
mod graphql;
mod loaders;
mod revoke;
mod store;

use chrono::{DateTime, Utc};
use diesel::prelude::{Queryable, Selectable};

pub use self::graphql::ApiTokenMutation;
pub(super) use self::{loaders::ApiTokensOf, revoke::revoke_secret};
use crate::{
    db::schema::api_tokens,
    kernel::{AccountId, ApiTokenId},
};

/// An API token, without its secret, which is not kept.
#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = api_tokens)]
pub struct ApiToken {
    /// Its id.
    pub id: ApiTokenId,
    /// For whom it acts.
    pub account_id: AccountId,
    /// What its owner calls it.
    pub name: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was last used, to a minute or two.
    pub last_used_at: Option<DateTime<Utc>>,
    /// When it ends by itself.
    pub expires_at: Option<DateTime<Utc>>,
}
