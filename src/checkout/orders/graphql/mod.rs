//! Orders as clients see them.

mod feed;
mod mutation;
mod node;
mod query;

pub use feed::OrderFeed;
pub use mutation::OrderMutation;
pub use query::{OrderQuery, UserCheckout};
