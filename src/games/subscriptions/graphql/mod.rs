//! Subscriptions to games as clients see them.

mod mutation;
mod node;
mod query;

pub use mutation::SubscriptionMutation;
pub use query::{GameSubscriptionFilter, SubscriptionQuery};
