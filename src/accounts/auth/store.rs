//! All SQL about whose an opaque token is.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::{
    prelude::*,
    sql_types::{self, Binary, Nullable, Timestamptz},
};
use diesel_async::RunQueryDsl;

use super::opaque::Digest;
use crate::{
    db::{
        Conn,
        schema::{access_tokens, accounts, refresh_tokens, sessions},
    },
    kernel::{AccountId, ApiTokenId, Role, SessionId},
};

/// How exact the time is when an API token was last used.
const LAST_USE: TimeDelta = TimeDelta::minutes(1);

/// A token with its account, which is open, and its session or API token, which has not ended.
#[derive(Queryable, Debug)]
pub struct Found<I> {
    pub through: I,
    pub account: AccountId,
    pub role: Role,
    pub epoch: i32,
    pub issued_at: DateTime<Utc>,
    pub expires_at: Option<DateTime<Utc>>,
}

pub async fn find_access(conn: &mut Conn, digest: &Digest) -> QueryResult<Option<Found<SessionId>>> {
    access_tokens::table
        .inner_join(sessions::table.inner_join(accounts::table))
        .filter(access_tokens::digest.eq(&digest[..]))
        .filter(sessions::ended_at.is_null())
        .filter(accounts::deleted_at.is_null())
        .select((
            sessions::id,
            accounts::id,
            accounts::role,
            accounts::token_epoch,
            access_tokens::created_at,
            access_tokens::expires_at.nullable(),
        ))
        .first(conn)
        .await
        .optional()
}

/// A refresh token that was not used yet.
pub async fn find_refresh(conn: &mut Conn, digest: &Digest) -> QueryResult<Option<Found<SessionId>>> {
    refresh_tokens::table
        .inner_join(sessions::table.inner_join(accounts::table))
        .filter(refresh_tokens::digest.eq(&digest[..]).and(refresh_tokens::used_at.is_null()))
        .filter(sessions::ended_at.is_null())
        .filter(accounts::deleted_at.is_null())
        .select((
            sessions::id,
            accounts::id,
            accounts::role,
            accounts::token_epoch,
            refresh_tokens::created_at,
            refresh_tokens::expires_at.nullable(),
        ))
        .first(conn)
        .await
        .optional()
}

#[derive(QueryableByName)]
struct ApiRow {
    #[diesel(sql_type = sql_types::Uuid)]
    through: ApiTokenId,
    #[diesel(sql_type = sql_types::Uuid)]
    account: AccountId,
    #[diesel(sql_type = sql_types::Text)]
    role: Role,
    #[diesel(sql_type = sql_types::Integer)]
    epoch: i32,
    #[diesel(sql_type = Timestamptz)]
    issued_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    expires_at: Option<DateTime<Utc>>,
}

/// Finds an API token and notes that it was used, unless that was noted a moment ago.
pub async fn use_api_token(
    conn: &mut Conn,
    digest: &Digest,
    now: DateTime<Utc>,
) -> QueryResult<Option<Found<ApiTokenId>>> {
    let row: Option<ApiRow> = diesel::sql_query(
        "WITH noted AS (
             UPDATE api_tokens SET last_used_at = $2
             WHERE digest = $1 AND revoked_at IS NULL AND (expires_at > $2 OR expires_at IS NULL)
                 AND (last_used_at < $3 OR last_used_at IS NULL))
         SELECT api_tokens.id AS through, accounts.id AS account, accounts.role, accounts.token_epoch AS epoch,
             api_tokens.created_at AS issued_at, api_tokens.expires_at
         FROM api_tokens JOIN accounts ON accounts.id = api_tokens.account_id
         WHERE api_tokens.digest = $1 AND api_tokens.revoked_at IS NULL AND accounts.deleted_at IS NULL",
    )
    .bind::<Binary, _>(&digest[..])
    .bind::<Timestamptz, _>(now)
    .bind::<Timestamptz, _>(now - LAST_USE)
    .get_result(conn)
    .await
    .optional()?;
    Ok(row.map(|row| Found {
        through: row.through,
        account: row.account,
        role: row.role,
        epoch: row.epoch,
        issued_at: row.issued_at,
        expires_at: row.expires_at,
    }))
}
