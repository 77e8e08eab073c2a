//! async-graphql as `#[object]` has it: the library, but for how an object is resolved.

pub use async_graphql::*;

/// The library's, but for how an object is resolved.
pub mod resolver_utils {
    pub use async_graphql::resolver_utils::*;

    pub use crate::graphql::plan::answer::resolve_container;
}
