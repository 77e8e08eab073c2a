//! What is told of subscriptions.

use serde_json::json;

use super::{GameSubscription, GameSubscriptionStatus};
use crate::{
    events::{EventType, NewEvent},
    kernel::Named as _,
};

/// Tells what a subscription is now, and what it was; nothing before it was made.
pub fn changed(subscription: &GameSubscription, from: Option<GameSubscriptionStatus>) -> NewEvent {
    let payload = json!({
        "v": 1,
        "playerId": subscription.player_id,
        "gameId": subscription.game_id,
        "from": from.map(GameSubscriptionStatus::name),
        "status": subscription.status.name(),
    });
    NewEvent::new(EventType::SubscriptionChanged, subscription.id, subscription.version, &payload)
}
