//! Products as clients see them.

mod mutation;
mod node;
mod query;

pub use mutation::ProductMutation;
pub use query::{ProductQuery, UserCatalogue};
