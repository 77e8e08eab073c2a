//! Webhooks: programs of others are told what has happened, by signed requests as the specification of Standard
//! Webhooks has them. Staff say where an endpoint is and of what it is told. Each event that it is told of becomes a
//! delivery, once, which any instance sends, and sends again until it is answered well or three days are over.

mod deliveries;
mod endpoints;
mod sending;

use async_graphql::MergedObject;

pub use deliveries::{WebhookDelivery, forget};
pub use endpoints::{Webhook, visible_webhooks};
pub use sending::{Client, Courier};

/// What can be read of webhooks.
#[derive(MergedObject, Default)]
pub struct WebhooksQuery(endpoints::WebhookQuery);

/// What staff can do with webhooks.
#[derive(MergedObject, Default)]
pub struct WebhooksMutation(endpoints::WebhookMutation, deliveries::DeliveryMutation);
