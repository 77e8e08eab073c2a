//! What a field costs beside the objects that it returns.

use async_graphql::TypeDirective;

/// What a field costs, in points, beside the objects in its answer; 0 without this, and 5 for a mutation. Ten
/// objects cost a point: a page counts as full, and a list without pages as ten, until the answer shows how many
/// there are.
#[TypeDirective(location = "FieldDefinition", name = "cost")]
pub fn cost(#[graphql(desc = "How many points.")] weight: i32) {}

/// The weight of a field that has a password hashed, which takes as long as a thousand reads.
pub const HASHING: i32 = 20;
