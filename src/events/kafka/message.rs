//! An event as Kafka gets it.

use chrono::{DateTime, SecondsFormat, Utc};
use diesel::{NullableExpressionMethods as _, Queryable, Selectable};
use rdkafka::{
    message::{Header, OwnedHeaders},
    producer::FutureRecord,
};
use serde::{Serialize, Serializer};
use serde_json::Value;
use uuid::Uuid;

use crate::db::schema::events;

/// An event, whose type is text here: an instance of a newer version may have written one of a type that this one
/// does not know, and nobody shall miss it.
#[derive(Queryable, Selectable, Serialize, Debug)]
#[diesel(table_name = events, check_for_backend(diesel::pg::Pg))]
#[serde(rename_all = "camelCase")]
pub struct Message {
    id: Uuid,
    #[serde(rename = "type")]
    kind: String,
    #[serde(serialize_with = "moment")]
    at: DateTime<Utc>,
    actor_id: Option<Uuid>,
    aggregate_id: Uuid,
    version: i32,
    /// Its place in the order of all events.
    #[diesel(select_expression = events::position.assume_not_null())]
    pub position: i64,
    payload: Value,
}

/// As in the API.
fn moment<S: Serializer>(at: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&at.to_rfc3339_opts(SecondsFormat::Micros, true))
}

impl Message {
    /// What decides on the partition: events of one thing stay in their order.
    pub fn key(&self) -> String {
        self.aggregate_id.to_string()
    }

    /// All of it.
    pub fn value(&self) -> String {
        serde_json::to_string(self).expect("its keys are text, and none of it refuses to be written")
    }

    /// The record of such a key and value.
    pub fn record<'a>(&self, topic: &'a str, key: &'a str, value: &'a str) -> FutureRecord<'a, str, str> {
        let headers = OwnedHeaders::new_with_capacity(2)
            .insert(Header { key: "event-id", value: Some(&self.id.to_string()) })
            .insert(Header { key: "event-type", value: Some(&self.kind) });
        FutureRecord::to(topic).key(key).payload(value).timestamp(self.at.timestamp_millis()).headers(headers)
    }
}
