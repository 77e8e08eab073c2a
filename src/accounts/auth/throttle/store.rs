//! All SQL about attempts.

use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_types::{Integer, Text, Timestamptz},
};
use diesel_async::RunQueryDsl;

use crate::db::{Conn, schema::sign_in_attempts};

/// Whether this address may try. Its time runs in minutes, each from the first failure.
pub async fn count_address(
    conn: &mut Conn,
    subject: &str,
    limit: i32,
    now: DateTime<Utc>,
) -> QueryResult<bool> {
    let counted = diesel::sql_query(
        "INSERT INTO sign_in_attempts AS tried (subject, failures, blocked_until, updated_at)
         VALUES ($1, 1, $2 + interval '1 minute', $2)
         ON CONFLICT (subject) DO UPDATE SET
             failures = CASE WHEN tried.blocked_until <= $2 THEN 1 ELSE tried.failures + 1 END,
             blocked_until = CASE WHEN tried.blocked_until <= $2 THEN excluded.blocked_until
                                  ELSE tried.blocked_until END,
             updated_at = $2
         WHERE tried.blocked_until <= $2 OR tried.failures < $3",
    )
    .bind::<Text, _>(subject)
    .bind::<Timestamptz, _>(now)
    .bind::<Integer, _>(limit)
    .execute(conn)
    .await?;
    Ok(counted > 0)
}

/// Whether the password of this login may be tried. The first failures block nothing, whatever the clocks of those
/// say who try at the same moment.
pub async fn count_login(conn: &mut Conn, subject: &str, now: DateTime<Utc>) -> QueryResult<bool> {
    let counted = diesel::sql_query(
        "INSERT INTO sign_in_attempts AS tried (subject, failures, blocked_until, updated_at)
         VALUES ($1, 1, $2, $2)
         ON CONFLICT (subject) DO UPDATE SET
             failures = tried.failures + 1,
             blocked_until = CASE WHEN tried.failures < 4 THEN $2
                 ELSE $2 + least(power(2, least(tried.failures - 4, 20)) * interval '1 second',
                                 interval '15 minutes') END,
             updated_at = $2
         WHERE tried.failures < 5 OR tried.blocked_until <= $2",
    )
    .bind::<Text, _>(subject)
    .bind::<Timestamptz, _>(now)
    .execute(conn)
    .await?;
    Ok(counted > 0)
}

pub async fn blocked_until(conn: &mut Conn, subject: &str) -> QueryResult<Option<DateTime<Utc>>> {
    sign_in_attempts::table.find(subject).select(sign_in_attempts::blocked_until).first(conn).await.optional()
}

pub async fn forget_login(conn: &mut Conn, subject: &str) -> QueryResult<usize> {
    diesel::delete(sign_in_attempts::table.find(subject)).execute(conn).await
}

pub async fn uncount_address(conn: &mut Conn, subject: &str) -> QueryResult<usize> {
    diesel::update(sign_in_attempts::table.find(subject).filter(sign_in_attempts::failures.gt(0)))
        .set(sign_in_attempts::failures.eq(sign_in_attempts::failures - 1))
        .execute(conn)
        .await
}
