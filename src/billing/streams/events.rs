//! What is told of streams.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::json;

use super::Stream;
use crate::{
    billing::Membership,
    events::{EventType, NewEvent},
    kernel::Named as _,
};

pub fn told(kind: EventType, stream: &Stream, membership: &Membership) -> NewEvent {
    let moment = |at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::Micros, true);
    let payload = json!({
        "v": 1,
        "userId": membership.user_id,
        "membershipId": membership.id.to_string(),
        "status": stream.status.name(),
        "startedAt": moment(stream.started_at),
        "endedAt": stream.ended_at.map(moment),
        "expiresAt": moment(stream.expires_at),
    });
    NewEvent::new(kind, stream.id, stream.version, &payload)
}
