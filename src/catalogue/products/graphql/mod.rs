//! Products as clients see them.

mod feed;
mod mutation;
mod node;
mod query;

pub use feed::ProductFeed;
pub use mutation::ProductMutation;
pub use query::{ProductQuery, UserCatalogue};
