//! What an endpoint is sent, as the specification of Standard Webhooks has it. `docs/webhooks.md` tells of it.

use chrono::{DateTime, SecondsFormat, Utc};
use hyper::{
    Request,
    header::{CONTENT_TYPE, USER_AGENT},
};
use serde_json::json;

use crate::{
    events::Event,
    kernel::{Fault, Named as _},
    webhooks::endpoints::{Secret, signatures},
};

/// An event for the endpoint at `url`, signed by each of the secrets at `now`.
pub fn request(
    url: &str,
    event: &Event,
    secrets: &[Secret],
    now: DateTime<Utc>,
) -> Result<Request<String>, Fault> {
    let (id, timestamp, body) = (event.id.to_string(), now.timestamp(), body(event));
    Request::post(url)
        .header(CONTENT_TYPE, "application/json")
        .header(USER_AGENT, concat!("Souk/", env!("CARGO_PKG_VERSION")))
        .header("webhook-id", &id)
        .header("webhook-timestamp", timestamp)
        .header("webhook-signature", signatures(secrets, &id, timestamp, &body)?)
        .body(body)
        .map_err(Fault::broken)
}

fn body(event: &Event) -> String {
    let body = json!({
        // As the specification writes them: `order.placed`.
        "type": event.kind.name().to_lowercase().replace('_', "."),
        "timestamp": event.at.to_rfc3339_opts(SecondsFormat::Micros, true),
        "data": {
            "id": event.id.to_string(),
            "aggregateId": event.aggregate_id,
            "version": event.version,
            "actorId": event.actor_id.map(|actor| actor.to_string()),
            "payload": event.payload,
        },
    });
    body.to_string()
}
