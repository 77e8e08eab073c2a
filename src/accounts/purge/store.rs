//! All SQL that deletes what is over. Each statement takes at most 1000 rows that nobody else has locked.

use chrono::{DateTime, Utc};
use diesel::{QueryResult, sql_types::Timestamptz};
use diesel_async::RunQueryDsl;

use crate::db::Conn;

pub const ACCESS_TOKENS: &str = "
    DELETE FROM access_tokens WHERE digest IN (
        SELECT digest FROM access_tokens WHERE expires_at < $1 LIMIT 1000 FOR UPDATE SKIP LOCKED)";

pub const REFRESH_TOKENS: &str = "
    DELETE FROM refresh_tokens WHERE digest IN (
        SELECT digest FROM refresh_tokens WHERE expires_at < $1 LIMIT 1000 FOR UPDATE SKIP LOCKED)";

/// With the tokens that are left of them.
pub const SESSIONS: &str = "
    WITH over AS (
        SELECT id FROM sessions WHERE coalesce(ended_at, expires_at) < $1 LIMIT 1000 FOR UPDATE SKIP LOCKED),
    access AS (DELETE FROM access_tokens USING over WHERE session_id = over.id),
    refresh AS (DELETE FROM refresh_tokens USING over WHERE session_id = over.id)
    DELETE FROM sessions USING over WHERE sessions.id = over.id";

pub const API_TOKENS: &str = "
    DELETE FROM api_tokens WHERE id IN (
        SELECT id FROM api_tokens WHERE revoked_at < $1 OR expires_at < $1 LIMIT 1000 FOR UPDATE SKIP LOCKED)";

/// A token that was made before one of these has long ended by itself.
pub const REVOCATIONS: &str = "
    DELETE FROM revocations WHERE id IN (
        SELECT id FROM revocations WHERE created_at < $1 LIMIT 1000 FOR UPDATE SKIP LOCKED)";

pub const ATTEMPTS: &str = "
    DELETE FROM sign_in_attempts WHERE subject IN (
        SELECT subject FROM sign_in_attempts WHERE updated_at < $1 LIMIT 1000 FOR UPDATE SKIP LOCKED)";

/// Returns how many rows were deleted.
pub async fn delete(conn: &mut Conn, sweep: &'static str, before: DateTime<Utc>) -> QueryResult<usize> {
    diesel::sql_query(sweep).bind::<Timestamptz, _>(before).execute(conn).await
}
