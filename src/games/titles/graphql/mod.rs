//! Games as clients see them.

mod mutation;
mod node;
mod query;

pub use mutation::GameMutation;
pub use query::GameQuery;
