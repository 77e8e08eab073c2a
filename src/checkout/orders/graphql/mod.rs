//! Orders as clients see them.

mod mutation;
mod node;
mod query;

pub use mutation::OrderMutation;
pub use query::{OrderQuery, UserCheckout};
