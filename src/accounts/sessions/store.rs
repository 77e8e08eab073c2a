//! All SQL about sessions and the tokens that keep them going.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::Session;
use crate::{
    accounts::{auth::opaque::Digest, users::Account},
    db::{
        Conn, PerParent, parent_id,
        schema::{access_tokens, accounts, refresh_tokens, sessions},
    },
    kernel::{AccountId, SessionId},
};

/// How many sessions of an account are shown.
const SHOWN: i64 = 100;

pub async fn insert(
    conn: &mut Conn,
    id: SessionId,
    account: AccountId,
    user_agent: Option<String>,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::insert_into(sessions::table)
        .values((
            sessions::id.eq(id),
            sessions::account_id.eq(account),
            sessions::user_agent.eq(user_agent),
            sessions::created_at.eq(now),
            sessions::last_used_at.eq(now),
            sessions::expires_at.eq(expires_at),
        ))
        .execute(conn)
        .await
}

pub async fn insert_refresh(
    conn: &mut Conn,
    digest: &Digest,
    session: SessionId,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::insert_into(refresh_tokens::table)
        .values((
            refresh_tokens::digest.eq(&digest[..]),
            refresh_tokens::session_id.eq(session),
            refresh_tokens::created_at.eq(now),
            refresh_tokens::expires_at.eq(expires_at),
        ))
        .execute(conn)
        .await
}

pub async fn insert_access(
    conn: &mut Conn,
    digest: &Digest,
    session: SessionId,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::insert_into(access_tokens::table)
        .values((
            access_tokens::digest.eq(&digest[..]),
            access_tokens::session_id.eq(session),
            access_tokens::created_at.eq(now),
            access_tokens::expires_at.eq(expires_at),
        ))
        .execute(conn)
        .await
}

/// The session that a refresh token belongs to, locked, so that one token is exchanged after the other; and its
/// account.
pub async fn lock_by_refresh(conn: &mut Conn, digest: &Digest) -> QueryResult<Option<(Session, Account)>> {
    let Some(session) = session_of_refresh(conn, digest).await? else { return Ok(None) };
    let session: Session =
        sessions::table.find(session).select(Session::as_select()).for_update().first(conn).await?;
    // In a statement of its own, since the lock may have been waited for.
    let account = accounts::table.find(session.account_id).select(Account::as_select()).first(conn).await?;
    Ok(Some((session, account)))
}

/// How a refresh token stands.
#[derive(Queryable, Selectable, Debug)]
#[diesel(table_name = refresh_tokens)]
pub struct RefreshToken {
    pub expires_at: DateTime<Utc>,
    pub used_at: Option<DateTime<Utc>>,
    pub successor: Option<Vec<u8>>,
}

pub async fn find_refresh(conn: &mut Conn, digest: &Digest) -> QueryResult<Option<RefreshToken>> {
    refresh_tokens::table.find(&digest[..]).select(RefreshToken::as_select()).first(conn).await.optional()
}

/// Whether a refresh token was exchanged; one that is not there any more counts as well.
pub async fn is_used(conn: &mut Conn, digest: &[u8]) -> QueryResult<bool> {
    let used_at: Option<Option<DateTime<Utc>>> =
        refresh_tokens::table.find(digest).select(refresh_tokens::used_at).first(conn).await.optional()?;
    Ok(used_at != Some(None))
}

pub async fn use_refresh(
    conn: &mut Conn,
    digest: &Digest,
    successor: &Digest,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::update(refresh_tokens::table.find(&digest[..]))
        .set((refresh_tokens::used_at.eq(now), refresh_tokens::successor.eq(&successor[..])))
        .execute(conn)
        .await
}

pub async fn touch(
    conn: &mut Conn,
    id: SessionId,
    now: DateTime<Utc>,
    expires_at: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::update(sessions::table.find(id))
        .set((sessions::last_used_at.eq(now), sessions::expires_at.eq(expires_at)))
        .execute(conn)
        .await
}

pub async fn session_of_refresh(conn: &mut Conn, digest: &Digest) -> QueryResult<Option<SessionId>> {
    refresh_tokens::table.find(&digest[..]).select(refresh_tokens::session_id).first(conn).await.optional()
}

pub async fn session_of_access(conn: &mut Conn, digest: &Digest) -> QueryResult<Option<SessionId>> {
    access_tokens::table.find(&digest[..]).select(access_tokens::session_id).first(conn).await.optional()
}

/// The newest open sessions of each of these accounts.
pub async fn list(conn: &mut Conn, of: Vec<Uuid>, now: DateTime<Utc>) -> QueryResult<Vec<(Uuid, Session)>> {
    let list = sessions::table
        .filter(sessions::account_id.eq(parent_id()))
        .filter(sessions::ended_at.is_null().and(sessions::expires_at.gt(now)))
        .select(Session::as_select())
        .order(sessions::id.desc())
        .limit(SHOWN);
    PerParent { parents: of, list }.load(conn).await
}
