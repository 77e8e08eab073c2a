//! Webhooks as staff see them.

mod mutation;
mod node;
mod query;

pub use mutation::WebhookMutation;
pub use query::WebhookQuery;
