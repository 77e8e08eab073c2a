//! The kit that every feature's GraphQL part is made of.

mod access;
pub mod catch;
mod connection;
mod context;
mod entity;
mod error;
mod id;
mod loads;
pub mod plan;
mod scalars;
mod user_error;
mod weight;

pub use access::{Access, Held, Needs, auth};
pub use connection::{Connection, Count, Edge, Loaded, PageInfo};
pub use context::Ask;

pub(crate) use entity::entity;
pub use entity::{Entity, Stored};
pub use error::{Problem, problem};
pub use loads::{Found, Key, Loads, alike, group, group_sorted, pages_of};
pub(crate) use plan::enums;
pub use plan::{Load, LoadThere, object};
pub use scalars::{Date, DateTime, Decimal, Json, Money, check_scalar, int};
pub use user_error::{IllegalTransition, InputError, OutOfStock, UserError, VersionConflict, settle};
pub use weight::{HASHING, cost};
