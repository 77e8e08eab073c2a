//! All SQL by which instances share the jobs. Each statement is a transaction of its own, so nothing is locked
//! while a job is done.

use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_types::{Text, Timestamptz},
};
use diesel_async::RunQueryDsl;

use crate::db::{Conn, Prepare as _, schema::jobs};

/// Takes the job until `lease`, if it is due; or else tells when it will be. A job that nobody has ever done is due,
/// and so is one that lies beyond `latest`, which only a wrong clock can have put there.
pub async fn claim(
    conn: &mut Conn,
    name: &str,
    now: DateTime<Utc>,
    lease: DateTime<Utc>,
    latest: DateTime<Utc>,
) -> QueryResult<Option<DateTime<Utc>>> {
    let take = diesel::sql_query(
        "INSERT INTO jobs (name, due_at) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE \
         SET due_at = excluded.due_at WHERE jobs.due_at <= $3 OR jobs.due_at > $4",
    );
    let taken = take
        .bind::<Text, _>(name)
        .bind::<Timestamptz, _>(lease)
        .bind::<Timestamptz, _>(now)
        .bind::<Timestamptz, _>(latest)
        .prepared()
        .execute(conn)
        .await?;
    if taken == 1 {
        return Ok(None);
    }
    jobs::table.find(name).select(jobs::due_at).first(conn).await.map(Some)
}

/// Moves the end of a lease, or tells that somebody else has the job by now.
pub async fn prolong(
    conn: &mut Conn,
    name: &str,
    lease: DateTime<Utc>,
    until: DateTime<Utc>,
) -> QueryResult<bool> {
    let held = jobs::table.find(name).filter(jobs::due_at.eq(lease));
    let moved = diesel::update(held).set(jobs::due_at.eq(until)).prepared().execute(conn).await?;
    Ok(moved == 1)
}
