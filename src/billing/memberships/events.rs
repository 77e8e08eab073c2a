//! What is told of memberships.

use serde_json::json;

use super::Membership;
use crate::{
    events::{EventType, NewEvent, money},
    kernel::Currency,
};

/// That a membership has run out is not told: it follows the calendar.
pub fn changed(currency: Currency, membership: &Membership) -> NewEvent {
    let payload = json!({
        "v": 1,
        "userId": membership.user_id,
        "validFrom": membership.valid_from,
        "validUntil": membership.valid_until,
        "credits": membership.credits,
        "streamFee": money(currency, membership.stream_fee),
        "cancelled": membership.cancelled_at.is_some(),
    });
    NewEvent::new(EventType::MembershipChanged, membership.id, membership.version, &payload)
}
