//! The rules that a store is set up with.

use std::time::Duration;

use super::{Clock, Currency};

/// Who may sell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Selling {
    /// Every account.
    Marketplace,
    /// Staff alone.
    Store,
}

/// What the features need to know of how the store is set up.
#[derive(Clone, Debug)]
pub struct Shop {
    /// The time.
    pub clock: Clock,
    /// The one currency of every amount.
    pub currency: Currency,
    /// Who may make products.
    pub selling: Selling,
    /// How long a bag may lie untouched before it is abandoned.
    pub bag_idle: Duration,
    /// How long an idempotency key is remembered.
    pub idempotency_kept: Duration,
    /// How long it can be read what has happened.
    pub events_kept: Duration,
    /// What a check-in costs by a membership that is given no fee of its own, in minor units.
    pub stream_fee: i64,
    /// How long a stream stays open without being renewed.
    pub stream_lease: Duration,
    /// Whether webhooks may be at addresses that are not public.
    pub private_webhooks: bool,
}
