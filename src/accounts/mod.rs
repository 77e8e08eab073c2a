//! Accounts: who there is, how they prove it, and what they may do.
//!
//! Anyone may register. An account proves itself by its password and then holds a session, whose tokens speak for
//! it; programs hold API tokens. A role tells what an account may do in the store. An account is closed, never
//! deleted, since much refers to it.

mod api_tokens;
mod auth;
mod client;
mod purge;
mod sessions;
mod users;

use async_graphql::MergedObject;

pub use self::{
    api_tokens::{ApiToken, ApiTokenMutation},
    auth::{Auth, AuthError, AuthSettings, LiveToken, TokenKind, check_password},
    client::ClientInfo,
    purge::purge,
    sessions::{
        AccessForm, Registration, Session, SessionMutation, SessionQuery, SignedIn,
        oauth::{Introspection, introspect, revoke},
        refresh, register, sign_in, sign_out,
    },
    users::{
        Account, AccountById, AccountByUsername, AccountStatus, NewAccount, UserMutation, UserQuery, create,
        hold_caller, hold_open, may_see, visible_accounts,
    },
};

/// What can be read of accounts.
#[derive(MergedObject, Default)]
pub struct AccountQuery(UserQuery, SessionQuery);

/// What can be done with accounts.
#[derive(MergedObject, Default)]
pub struct AccountMutation(UserMutation, SessionMutation, ApiTokenMutation);
