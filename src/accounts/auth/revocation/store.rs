//! All SQL about what ends.

use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::{
    dsl::{IntervalDsl as _, now},
    prelude::*,
    sql_types::Timestamptz,
};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::Revocation;
use crate::{
    db::{
        Conn,
        schema::{revocations, sessions},
    },
    kernel::{AccountId, SessionId},
};

/// The time of a row is the database's own: instances need not agree on theirs to hear of each other.
pub async fn insert(conn: &mut Conn, ended: &[Revocation]) -> QueryResult<()> {
    let rows: Vec<_> = ended
        .iter()
        .map(|ended| {
            (
                revocations::id.eq(Uuid::now_v7()),
                revocations::subject.eq(ended.subject),
                revocations::epoch.eq(ended.epoch),
            )
        })
        .collect();
    if !rows.is_empty() {
        diesel::insert_into(revocations::table).values(&rows).execute(conn).await?;
    }
    Ok(())
}

pub async fn since(conn: &mut Conn, span: Duration) -> QueryResult<Vec<Revocation>> {
    let seconds = i32::try_from(span.as_secs()).unwrap_or(i32::MAX);
    let rows: Vec<(Uuid, Option<i32>)> = revocations::table
        .filter(revocations::created_at.gt(now.into_sql::<Timestamptz>() - seconds.seconds()))
        .select((revocations::subject, revocations::epoch))
        .load(conn)
        .await?;
    Ok(rows.into_iter().map(|(subject, epoch)| Revocation { subject, epoch }).collect())
}

pub async fn end_one(conn: &mut Conn, session: SessionId, at: DateTime<Utc>) -> QueryResult<Vec<SessionId>> {
    diesel::update(sessions::table.find(session).filter(sessions::ended_at.is_null()))
        .set(sessions::ended_at.eq(at))
        .returning(sessions::id)
        .get_results(conn)
        .await
}

pub async fn end_others(
    conn: &mut Conn,
    account: AccountId,
    kept: Option<SessionId>,
    at: DateTime<Utc>,
) -> QueryResult<Vec<SessionId>> {
    let kept = kept.unwrap_or_else(|| Uuid::nil().into());
    let theirs = sessions::account_id.eq(account).and(sessions::ended_at.is_null());
    diesel::update(sessions::table.filter(theirs).filter(sessions::id.ne(kept)))
        .set(sessions::ended_at.eq(at))
        .returning(sessions::id)
        .get_results(conn)
        .await
}
