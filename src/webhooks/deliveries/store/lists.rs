//! Deliveries as staff see them.

use chrono::{DateTime, Utc};
use diesel::{dsl::count_star, pg::Pg, prelude::*};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::{
    db::{Conn, PerParent, newest_first, parent_id, schema::webhook_deliveries},
    kernel::{WebhookDeliveryId, Window},
    webhooks::deliveries::{DeliveryStatus, WebhookDelivery, loaders::Filter},
};

pub async fn by_id(conn: &mut Conn, id: WebhookDeliveryId) -> QueryResult<Option<WebhookDelivery>> {
    webhook_deliveries::table.find(id).select(WebhookDelivery::as_select()).first(conn).await.optional()
}

/// Makes it as it was when it was new, and due.
pub async fn begin_anew(
    conn: &mut Conn,
    id: WebhookDeliveryId,
    now: DateTime<Utc>,
) -> QueryResult<WebhookDelivery> {
    diesel::update(webhook_deliveries::table.find(id))
        .set((
            webhook_deliveries::status.eq(DeliveryStatus::Pending),
            webhook_deliveries::attempts.eq(0),
            webhook_deliveries::next_attempt_at.eq(now),
        ))
        .returning(WebhookDelivery::as_returning())
        .get_result(conn)
        .await
}

fn of_parent(filter: &Filter) -> webhook_deliveries::BoxedQuery<'_, Pg> {
    let query = webhook_deliveries::table.filter(webhook_deliveries::webhook_id.eq(parent_id())).into_boxed();
    match filter.statuses.as_deref() {
        None => query,
        // Its index has the order only so.
        Some([status]) => query.filter(webhook_deliveries::status.eq(status)),
        Some(statuses) => query.filter(webhook_deliveries::status.eq_any(statuses)),
    }
}

/// A page of what was or is delivered to each of these webhooks.
pub async fn lists(
    conn: &mut Conn,
    webhooks: &[Uuid],
    filter: &Filter,
    window: &Window,
) -> QueryResult<Vec<(Uuid, WebhookDelivery)>> {
    let query = of_parent(filter).select(WebhookDelivery::as_select());
    let list = newest_first!(query, window, webhook_deliveries::id);
    PerParent { parents: webhooks.to_vec(), list }.load(conn).await
}

pub async fn counts(conn: &mut Conn, webhooks: &[Uuid], filter: &Filter) -> QueryResult<Vec<(Uuid, i64)>> {
    let list = of_parent(filter).select(count_star());
    PerParent { parents: webhooks.to_vec(), list }.load(conn).await
}
