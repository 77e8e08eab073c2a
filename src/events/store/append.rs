//! Writes events, in the transactions of the use cases that they tell of.

use chrono::{DateTime, Utc};
use diesel::{
    QueryResult,
    sql_types::{Array, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl as _;

use super::super::NewEvent;
use crate::{
    db::{Conn, Prepare as _},
    kernel::{AccountId, EventId},
};

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
    let known = new.iter().zip(1..).find_map(|(event, place)| event.known.map(|query| (place, query)));
    let (mut ids, mut kinds, mut aggregates, mut versions, mut payloads) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for event in new {
        ids.push(EventId::fresh());
        kinds.push(event.kind);
        aggregates.push(event.aggregate);
        versions.push(event.version);
        payloads.push(event.payload);
    }
    diesel::sql_query(appending(known))
        .bind::<Array<SqlUuid>, _>(ids)
        .bind::<Array<Text>, _>(kinds)
        .bind::<Array<SqlUuid>, _>(aggregates)
        .bind::<Array<Integer>, _>(versions)
        .bind::<Array<Text>, _>(payloads)
        .bind::<Timestamptz, _>(at)
        .bind::<Nullable<SqlUuid>, _>(by)
        .prepared()
        .execute(conn)
        .await?;
    Ok(())
}

/// Appends events in their order, since `seq` is taken as they are written. The payload of one of them may be completed
/// by a query.
fn appending(known: Option<(usize, &str)>) -> String {
    let payload = match known {
        Some((which, query)) => {
            format!("CASE place WHEN {which} THEN payload::jsonb || ({query}) ELSE payload::jsonb END")
        }
        None => "payload::jsonb".to_owned(),
    };
    format!(
        "INSERT INTO events (id, kind, aggregate_id, version, payload, at, actor_id) \
         SELECT id, kind, aggregate_id, version, {payload}, $6, $7 FROM unnest($1, $2, $3, $4, $5) \
         WITH ORDINALITY AS new (id, kind, aggregate_id, version, payload, place) ORDER BY place"
    )
}
