//! All SQL about accounts and who follows whom.

mod lists;
mod rows;

pub use lists::*;
pub use rows::*;
