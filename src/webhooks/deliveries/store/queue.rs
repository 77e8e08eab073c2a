//! Deliveries as they are made, sent and forgotten, by any number of instances at once.

use chrono::{DateTime, Utc};
use diesel::{
    dsl::min,
    prelude::*,
    sql_types::{Array, BigInt, Bytea, Integer, Text, Timestamptz, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::{
    db::{
        Conn,
        schema::{webhook_deliveries, webhooks},
    },
    kernel::{EventId, WebhookDeliveryId, WebhookId},
    webhooks::deliveries::DeliveryStatus,
};

/// The place behind which the first of the enabled webhooks is told of events; nothing if there is none.
pub async fn first_heard(conn: &mut Conn) -> QueryResult<Option<i64>> {
    webhooks::table
        .filter(webhooks::is_enabled.and(webhooks::deleted_at.is_null()))
        .select(min(webhooks::since))
        .first(conn)
        .await
}

/// Makes the deliveries of all events between two places; returns how many there are. An id is one of version 7: the
/// time of the event's, and random bits of its own.
pub async fn fan_out(conn: &mut Conn, from: i64, to: i64, now: DateTime<Utc>) -> QueryResult<usize> {
    let query = diesel::sql_query(
        "INSERT INTO webhook_deliveries (id, webhook_id, event_id, kind, next_attempt_at, created_at) \
         SELECT encode(substr(uuid_send(events.id), 1, 8) || substr(uuid_send(gen_random_uuid()), 9, 8), 'hex')::uuid, \
             webhooks.id, events.id, events.kind, $3, $3 \
         FROM events JOIN webhooks ON events.kind = ANY (webhooks.types) AND events.position > webhooks.since \
         WHERE events.position > $1 AND events.position <= $2 \
             AND webhooks.is_enabled AND webhooks.deleted_at IS NULL \
         ON CONFLICT ON CONSTRAINT webhook_deliveries_once DO NOTHING",
    );
    query.bind::<BigInt, _>(from).bind::<BigInt, _>(to).bind::<Timestamptz, _>(now).execute(conn).await
}

/// A delivery that is this instance's to send. It shows itself to no log, for the secrets in it.
#[derive(QueryableByName)]
pub struct Claimed {
    #[diesel(sql_type = SqlUuid)]
    pub id: WebhookDeliveryId,
    #[diesel(sql_type = Integer)]
    pub attempts: i32,
    #[diesel(sql_type = Timestamptz)]
    pub last_attempt_at: DateTime<Utc>,
    #[diesel(sql_type = SqlUuid)]
    pub webhook_id: WebhookId,
    #[diesel(sql_type = SqlUuid)]
    pub event_id: EventId,
    #[diesel(sql_type = Text)]
    pub url: String,
    /// The newest first.
    #[diesel(sql_type = Array<Bytea>)]
    pub secrets: Vec<Vec<u8>>,
}

/// Takes deliveries that are due until `lease`, so many of each webhook less those that are `under_way` here.
pub async fn claim(
    conn: &mut Conn,
    now: DateTime<Utc>,
    lease: DateTime<Utc>,
    each: i64,
    under_way: &[(Uuid, i64)],
) -> QueryResult<Vec<Claimed>> {
    let (busy, counts): (Vec<_>, Vec<_>) = under_way.iter().copied().unzip();
    let query = diesel::sql_query(
        "WITH due AS MATERIALIZED ( \
             SELECT free.id FROM webhooks \
             LEFT JOIN unnest($4, $5) AS busy (id, count) ON busy.id = webhooks.id \
             CROSS JOIN LATERAL ( \
                 SELECT id FROM webhook_deliveries \
                 WHERE webhook_id = webhooks.id AND status = 'PENDING' AND next_attempt_at <= $1 \
                 ORDER BY next_attempt_at LIMIT $3 - coalesce(busy.count, 0) FOR UPDATE SKIP LOCKED) AS free \
             WHERE webhooks.is_enabled AND webhooks.deleted_at IS NULL), \
         taken AS ( \
             UPDATE webhook_deliveries SET attempts = attempts + 1, last_attempt_at = $1, next_attempt_at = $2 \
             FROM due WHERE webhook_deliveries.id = due.id RETURNING webhook_deliveries.*) \
         SELECT taken.id, attempts, last_attempt_at, webhook_id, event_id, url, \
             CASE WHEN old_secret_until > $1 THEN ARRAY[secret, old_secret] ELSE ARRAY[secret] END AS secrets \
         FROM taken JOIN webhooks ON webhooks.id = webhook_id",
    );
    query
        .bind::<Timestamptz, _>(now)
        .bind::<Timestamptz, _>(lease)
        .bind::<BigInt, _>(each)
        .bind::<Array<SqlUuid>, _>(busy)
        .bind::<Array<BigInt>, _>(counts)
        .load(conn)
        .await
}

/// What has become of a delivery.
#[derive(AsChangeset, Debug)]
#[diesel(table_name = webhook_deliveries, treat_none_as_null = true)]
pub struct Settled {
    pub status: DeliveryStatus,
    pub next_attempt_at: Option<DateTime<Utc>>,
    pub response_status: Option<i32>,
    pub error: Option<String>,
}

/// Notes what has become of a delivery, unless its lease ran out and someone has taken it since.
pub async fn settle(conn: &mut Conn, claimed: &Claimed, settled: &Settled) -> QueryResult<()> {
    let mine = webhook_deliveries::last_attempt_at.eq(claimed.last_attempt_at);
    diesel::update(webhook_deliveries::table.find(claimed.id).filter(mine))
        .set(settled)
        .execute(conn)
        .await?;
    Ok(())
}

/// Gives up some of what is pending for webhooks that are told nothing more; returns how many.
pub async fn lapse(conn: &mut Conn) -> QueryResult<usize> {
    diesel::sql_query(
        "UPDATE webhook_deliveries SET status = 'FAILED', next_attempt_at = NULL, \
             error = 'The webhook was disabled or deleted.' \
         WHERE id IN (SELECT pending.id FROM webhooks CROSS JOIN LATERAL ( \
             SELECT id FROM webhook_deliveries WHERE webhook_id = webhooks.id AND status = 'PENDING' \
             LIMIT 1000 FOR UPDATE SKIP LOCKED) AS pending \
         WHERE NOT is_enabled OR deleted_at IS NOT NULL LIMIT 1000)",
    )
    .execute(conn)
    .await
}

/// Removes a portion of what was made before `then`; returns how many there were. It looks at the oldest alone, as
/// their ids tell, so that it needs no index by time.
pub async fn forget_before(conn: &mut Conn, then: DateTime<Utc>) -> QueryResult<usize> {
    let query = diesel::sql_query(
        "DELETE FROM webhook_deliveries USING ( \
             SELECT id, created_at FROM webhook_deliveries ORDER BY id LIMIT 10000) AS oldest \
         WHERE webhook_deliveries.id = oldest.id AND oldest.created_at < $1",
    );
    query.bind::<Timestamptz, _>(then).execute(conn).await
}
