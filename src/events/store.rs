//! All SQL about events.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::{
    dsl::{exists, max, select},
    pg::Pg,
    prelude::*,
    sql_types::{BigInt, Bool, Timestamptz},
};
use diesel_async::RunQueryDsl;

use super::{Event, Filter, NewEvent};
use crate::{
    db::{
        Conn, Db,
        schema::{event_readers, events},
    },
    kernel::{AccountId, EventId, Fault},
};

/// The lock of whoever gives places.
const LOCK: i64 = 0x736f_756b_6576;
/// How many events are removed by one statement.
const PORTION: i64 = 10_000;

/// Appends what a use case did, in its transaction and by one statement. `by` is nobody if it was the store itself.
///
/// # Errors
/// Whatever the database says.
pub async fn append(
    conn: &mut Conn,
    by: Option<AccountId>,
    at: DateTime<Utc>,
    new: Vec<NewEvent>,
) -> QueryResult<()> {
    if new.is_empty() {
        return Ok(());
    }
    let row = |event: NewEvent| {
        (
            events::id.eq(EventId::fresh()),
            events::kind.eq(event.kind),
            events::aggregate_id.eq(event.aggregate),
            events::version.eq(event.version),
            events::at.eq(at),
            events::actor_id.eq(by),
            events::payload.eq(event.payload),
        )
    };
    let rows: Vec<_> = new.into_iter().map(row).collect();
    diesel::insert_into(events::table).values(rows).execute(conn).await?;
    Ok(())
}

/// Whether any event waits for its place.
pub async fn any_waits(conn: &mut Conn) -> QueryResult<bool> {
    select(exists(events::table.filter(events::position.is_null()))).get_result(conn).await
}

/// Makes this transaction the one that gives places, unless another one does.
pub async fn take_turn(conn: &mut Conn) -> QueryResult<bool> {
    #[derive(QueryableByName)]
    struct Turn {
        #[diesel(sql_type = Bool)]
        mine: bool,
    }
    let turn: Turn = diesel::sql_query("SELECT pg_try_advisory_xact_lock($1) AS mine")
        .bind::<BigInt, _>(LOCK)
        .get_result(conn)
        .await?;
    Ok(turn.mine)
}

/// Gives up to so many events their places and says so to all instances; returns how many there were. A statement
/// of its own after the lock, so that it sees all that the turn before has given.
pub async fn give_places(conn: &mut Conn, most: i64) -> QueryResult<usize> {
    let given = diesel::sql_query(
        "WITH waiting AS ( \
             SELECT id, row_number() OVER (ORDER BY seq) AS place \
             FROM events WHERE position IS NULL ORDER BY seq LIMIT $1), \
         newest AS (SELECT coalesce(max(position), 0) AS position FROM events) \
         UPDATE events SET position = newest.position + place FROM waiting, newest \
         WHERE events.id = waiting.id",
    )
    .bind::<BigInt, _>(most)
    .execute(conn)
    .await?;
    if given > 0 {
        diesel::sql_query("SELECT pg_notify('souk_events', '')").execute(conn).await?;
    }
    Ok(given)
}

/// The place that was given last; 0 if there is none.
///
/// # Errors
/// Whatever the database says.
pub async fn newest(conn: &mut Conn) -> QueryResult<i64> {
    let newest: Option<i64> = events::table.select(max(events::position)).first(conn).await?;
    Ok(newest.unwrap_or(0))
}

/// The place of an event, if it has one.
pub async fn position(conn: &mut Conn, id: EventId) -> QueryResult<Option<i64>> {
    let found: Option<Option<i64>> =
        events::table.find(id).select(events::position).first(conn).await.optional()?;
    Ok(found.flatten())
}

/// The first event that is still there.
pub async fn oldest(conn: &mut Conn) -> QueryResult<Option<EventId>> {
    events::table
        .filter(events::position.is_not_null())
        .order(events::position)
        .select(events::id)
        .first(conn)
        .await
        .optional()
}

fn filtered(filter: &Filter, position: i64) -> events::BoxedQuery<'_, Pg> {
    let mut query = events::table.filter(events::position.gt(position)).into_boxed();
    query = match filter.types() {
        // Its index has the order only so.
        [kind] => query.filter(events::kind.eq(kind)),
        kinds => query.filter(events::kind.eq_any(kinds)),
    };
    if let Some(aggregate) = filter.aggregate {
        query = query.filter(events::aggregate_id.eq(aggregate));
    }
    query
}

/// What comes behind a position, in order.
///
/// # Errors
/// Whatever the database says.
pub async fn after(conn: &mut Conn, position: i64, filter: &Filter, limit: i64) -> QueryResult<Vec<Event>> {
    filtered(filter, position)
        .order(events::position)
        .limit(limit)
        .select(Event::as_select())
        .load(conn)
        .await
}

/// Those of these events that are kept.
///
/// # Errors
/// Whatever the database says.
pub async fn by_ids(conn: &mut Conn, ids: &[EventId]) -> QueryResult<Vec<Event>> {
    events::table
        .filter(events::id.eq_any(ids).and(events::position.is_not_null()))
        .select(Event::as_select())
        .load(conn)
        .await
}

pub async fn count(conn: &mut Conn, filter: &Filter) -> QueryResult<i64> {
    filtered(filter, 0).count().get_result(conn).await
}

/// Whether there is anything that a reader of this name has not handed on yet. It waits for nobody.
///
/// # Errors
/// Whatever the database says.
pub async fn is_behind(conn: &mut Conn, reader: &str) -> QueryResult<bool> {
    let read: Option<i64> =
        event_readers::table.find(reader).select(event_readers::position).first(conn).await.optional()?;
    Ok(newest(conn).await? > read.unwrap_or(0))
}

/// The place that a reader of this name has come to, which is 0 if there was none; the reader is seen at `now`. Nobody
/// else moves it on until the transaction ends.
///
/// # Errors
/// Whatever the database says.
pub async fn resume(conn: &mut Conn, reader: &str, now: DateTime<Utc>) -> QueryResult<i64> {
    diesel::insert_into(event_readers::table)
        .values((
            event_readers::name.eq(reader),
            event_readers::position.eq(0),
            event_readers::seen_at.eq(now),
        ))
        .on_conflict(event_readers::name)
        .do_update()
        .set(event_readers::seen_at.eq(now))
        .returning(event_readers::position)
        .get_result(conn)
        .await
}

/// Notes that a reader has handed on what lies between two places, or tells that another instance has moved it on.
///
/// # Errors
/// Whatever the database says.
pub async fn move_on(conn: &mut Conn, reader: &str, from: i64, to: i64) -> QueryResult<bool> {
    let reader = event_readers::table.find(reader).filter(event_readers::position.eq(from));
    let moved = diesel::update(reader).set(event_readers::position.eq(to)).execute(conn).await?;
    Ok(moved == 1)
}

/// Removes a portion of what is old enough and was handed on by all readers that were seen not longer ago, but never
/// the newest event, since the next place follows from it; returns how many there were. It looks at the oldest alone,
/// so that it needs no index by time.
///
/// # Errors
/// As [`Db::conn`].
pub async fn forget(db: &Db) -> Result<usize, Fault> {
    let kept = TimeDelta::from_std(db.shop().events_kept).unwrap_or(TimeDelta::MAX);
    let query = diesel::sql_query(
        "DELETE FROM events USING ( \
             SELECT id, at FROM events WHERE position < (SELECT max(position) FROM events) \
             AND position <= coalesce((SELECT min(position) FROM event_readers WHERE seen_at >= $2), position) \
             ORDER BY position LIMIT $1) AS oldest \
         WHERE events.id = oldest.id AND oldest.at < $2",
    );
    let query = query.bind::<BigInt, _>(PORTION).bind::<Timestamptz, _>(db.now() - kept);
    Ok(query.execute(&mut *db.conn().await?).await?)
}
