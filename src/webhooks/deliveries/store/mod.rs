//! All SQL about deliveries.

mod lists;
mod queue;

pub use lists::{begin_anew, by_id, counts, lists};
pub use queue::{Claimed, Settled, claim, fan_out, first_heard, forget_before, lapse, settle};
