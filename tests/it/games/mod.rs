//! Games: publishing them, subscribing to them, who sees what of that, and finding them.

mod lists;
mod races;
mod sight;
mod subscriptions;
mod titles;
