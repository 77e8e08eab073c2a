//! Deliveries: that a webhook is told of an event, once. One is pending until it was answered well, or has failed for
//! three days; staff can have it delivered anew as long as its event is kept.

mod fan_out;
mod forget;
mod graphql;
mod loaders;
mod redeliver;
mod store;
mod verdict;

use async_graphql::Enum;
use chrono::{DateTime, Utc};
use diesel::{Queryable, Selectable, deserialize::FromSqlRow, expression::AsExpression, sql_types};

pub(super) use fan_out::fan_out;
pub use forget::forget;
pub use graphql::DeliveryMutation;
pub(super) use graphql::WebhookDeliveryFilter;
pub(super) use loaders::{CountDeliveries, Deliveries};
pub(super) use store::{Claimed, Settled, claim, lapse, settle};
pub(super) use verdict::{Answer, verdict};

use crate::{
    db::schema::webhook_deliveries,
    events::EventType,
    kernel::{EventId, WebhookDeliveryId, WebhookId, named},
};

/// What has become of a delivery.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Hash, Debug, AsExpression, FromSqlRow)]
#[graphql(name = "WebhookDeliveryStatus")]
#[diesel(sql_type = sql_types::Text)]
pub enum DeliveryStatus {
    /// It is to be sent, perhaps once more.
    Pending,
    /// The endpoint has answered that it has it.
    Delivered,
    /// It was given up.
    Failed,
}

named!(DeliveryStatus { Pending = "PENDING", Delivered = "DELIVERED", Failed = "FAILED" });

/// That a webhook is told of an event.
#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = webhook_deliveries, check_for_backend(diesel::pg::Pg))]
pub struct WebhookDelivery {
    /// Its id.
    pub id: WebhookDeliveryId,
    /// Who is told.
    pub webhook_id: WebhookId,
    /// Of what, as long as that is kept.
    pub event_id: EventId,
    /// Of what kind that is.
    pub kind: EventType,
    /// What has become of it.
    pub status: DeliveryStatus,
    /// How often it was sent since it was made, or was to be delivered anew.
    pub attempts: i32,
    /// When that was last.
    pub last_attempt_at: Option<DateTime<Utc>>,
    /// When it is sent next.
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// With what it was last answered.
    pub response_status: Option<i32>,
    /// What was wrong with that.
    pub error: Option<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}
