//! All SQL about API tokens but that of using them, which is a matter of `auth`.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::ApiToken;
use crate::{
    accounts::auth::opaque::Digest,
    db::{Conn, among, schema::api_tokens},
    kernel::{AccountId, ApiTokenId},
};

#[derive(Insertable, Debug)]
#[diesel(table_name = api_tokens)]
pub struct NewRow<'a> {
    pub id: ApiTokenId,
    pub account_id: AccountId,
    pub name: &'a str,
    pub digest: &'a [u8],
    pub created_at: DateTime<Utc>,
    pub expires_at: Option<DateTime<Utc>>,
}

pub async fn insert(conn: &mut Conn, new: NewRow<'_>) -> QueryResult<ApiToken> {
    diesel::insert_into(api_tokens::table)
        .values(new)
        .returning(ApiToken::as_returning())
        .get_result(conn)
        .await
}

/// How many are good.
pub async fn count(conn: &mut Conn, of: AccountId, now: DateTime<Utc>) -> QueryResult<i64> {
    api_tokens::table
        .filter(api_tokens::account_id.eq(of).and(api_tokens::revoked_at.is_null()))
        .filter(api_tokens::expires_at.is_null().or(api_tokens::expires_at.gt(now)))
        .count()
        .get_result(conn)
        .await
}

/// Those that are good, the newest first.
pub async fn list(conn: &mut Conn, of: &[AccountId], now: DateTime<Utc>) -> QueryResult<Vec<ApiToken>> {
    api_tokens::table
        .filter(api_tokens::account_id.eq(among(of)).and(api_tokens::revoked_at.is_null()))
        .filter(api_tokens::expires_at.is_null().or(api_tokens::expires_at.gt(now)))
        .order(api_tokens::id.desc())
        .select(ApiToken::as_select())
        .load(conn)
        .await
}

/// Nothing if it is not this account's, or was revoked before.
pub async fn revoke(
    conn: &mut Conn,
    id: ApiTokenId,
    of: AccountId,
    now: DateTime<Utc>,
) -> QueryResult<Option<ApiToken>> {
    let live = api_tokens::account_id.eq(of).and(api_tokens::revoked_at.is_null());
    diesel::update(api_tokens::table.find(id).filter(live))
        .set(api_tokens::revoked_at.eq(now))
        .returning(ApiToken::as_returning())
        .get_result(conn)
        .await
        .optional()
}

pub async fn revoke_by_digest(
    conn: &mut Conn,
    digest: &Digest,
    now: DateTime<Utc>,
) -> QueryResult<Option<ApiTokenId>> {
    let live = api_tokens::digest.eq(&digest[..]).and(api_tokens::revoked_at.is_null());
    diesel::update(api_tokens::table.filter(live))
        .set(api_tokens::revoked_at.eq(now))
        .returning(api_tokens::id)
        .get_result(conn)
        .await
        .optional()
}
