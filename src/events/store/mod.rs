//! All SQL about events.

mod append;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::{
    dsl::{exists, max, select},
    pg::Pg,
    prelude::*,
    sql_types::{Array, BigInt, Bool, Double, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::{Event, EventType, Filter};
use crate::{
    db::{
        Conn, Db, Prepare as _, among,
        schema::{event_readers, events},
    },
    kernel::{EventId, Fault},
};
pub use append::append;

/// The lock of whoever gives places.
const LOCK: i64 = 0x736f_756b_6576;
/// How many events are removed by one statement.
const PORTION: i64 = 10_000;

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
        .prepared()
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
    .prepared()
    .execute(conn)
    .await?;
    if given > 0 {
        diesel::sql_query("SELECT pg_notify('souk_events', '')").prepared().execute(conn).await?;
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

/// What happened last, between two places, to each of some things; the first of them by place. The things are what a
/// query finds for the id that it is asked with. Each is looked up by itself, so that it does not matter how much has
/// happened to others.
pub async fn last_of_each(
    conn: &mut Conn,
    (things, id): (&'static str, Uuid),
    types: &[EventType],
    from: i64,
    to: i64,
    limit: i64,
) -> QueryResult<Vec<Event>> {
    let query = format!(
        "SELECT last.* FROM ({things}) AS thing (id) CROSS JOIN LATERAL ( \
             SELECT * FROM events WHERE aggregate_id = thing.id AND position > $2 AND position <= $3 \
             AND kind = ANY ($4) ORDER BY position DESC LIMIT 1) AS last \
         ORDER BY last.position LIMIT $5"
    );
    diesel::sql_query(query)
        .bind::<SqlUuid, _>(id)
        .bind::<BigInt, _>(from)
        .bind::<BigInt, _>(to)
        .bind::<Array<Text>, _>(types)
        .bind::<BigInt, _>(limit)
        .prepared()
        .load(conn)
        .await
}

/// Those of these events that are kept.
///
/// # Errors
/// Whatever the database says.
pub async fn by_ids(conn: &mut Conn, ids: &[EventId]) -> QueryResult<Vec<Event>> {
    events::table
        .filter(events::id.eq(among(ids)).and(events::position.is_not_null()))
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

/// How far behind a reader is.
#[derive(QueryableByName, Debug)]
pub struct Lag {
    /// The reader's name.
    #[diesel(sql_type = Text)]
    pub reader: String,
    /// How many events it has not handed on.
    #[diesel(sql_type = BigInt)]
    pub events: i64,
    /// How many seconds ago the first of these happened.
    #[diesel(sql_type = Double)]
    pub seconds: f64,
}

/// How far behind each reader is, of those for whom events are kept.
///
/// # Errors
/// As [`Db::conn`].
pub async fn lags(db: &Db) -> Result<Vec<Lag>, Fault> {
    let query = diesel::sql_query(
        "SELECT name AS reader, \
             greatest(newest - greatest(event_readers.position, oldest - 1), 0) AS events, \
             coalesce(greatest(extract(epoch FROM $1 - next.at), 0), 0)::double precision AS seconds \
         FROM (SELECT coalesce(min(position), 1) AS oldest, coalesce(max(position), 0) AS newest FROM events) AS log \
         CROSS JOIN event_readers LEFT JOIN LATERAL ( \
             SELECT at FROM events WHERE position > event_readers.position ORDER BY position LIMIT 1 \
         ) AS next ON true \
         WHERE seen_at >= $2 ORDER BY name",
    );
    let query = query.bind::<Timestamptz, _>(db.now()).bind::<Timestamptz, _>(keeping_from(db));
    Ok(query.load(&mut db.conn().await?).await?)
}

/// What happened before this is no longer kept.
fn keeping_from(db: &Db) -> DateTime<Utc> {
    db.now() - TimeDelta::from_std(db.shop().events_kept).unwrap_or(TimeDelta::MAX)
}

/// Removes a portion of what is old enough and was handed on by all readers that were seen not longer ago, but never
/// the newest event, since the next place follows from it; returns how many there were. It looks at the oldest alone,
/// so that it needs no index by time.
///
/// # Errors
/// As [`Db::conn`].
pub async fn forget(db: &Db) -> Result<usize, Fault> {
    let query = diesel::sql_query(
        "DELETE FROM events USING ( \
             SELECT id, at FROM events WHERE position < (SELECT max(position) FROM events) \
             AND position <= coalesce((SELECT min(position) FROM event_readers WHERE seen_at >= $2), position) \
             ORDER BY position LIMIT $1) AS oldest \
         WHERE events.id = oldest.id AND oldest.at < $2",
    );
    let query = query.bind::<BigInt, _>(PORTION).bind::<Timestamptz, _>(keeping_from(db));
    Ok(query.execute(&mut db.conn().await?).await?)
}
