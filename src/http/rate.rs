//! How much one client may ask for: a bucket of points that fills again by itself, and a number of requests at a
//! time. Each instance of the store counts by itself.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Utc};
use clap::Args;
use quick_cache::sync::Cache;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::seats::{Holder, Seat, Seats};

/// Of how many clients it is remembered what they have left. A bucket that is forgotten is a full one.
const BUCKETS: usize = 65_536;

/// How much clients may ask for.
#[derive(Args, Clone, Copy, Debug)]
pub struct Rates {
    /// Points that an account's bucket gets back in a second; see `@cost` in the schema.
    #[arg(long, env = "SOUK_ACCOUNT_RATE", default_value_t = 100, global = true, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub account_rate: u32,
    /// Points that an account's bucket holds.
    #[arg(long, env = "SOUK_ACCOUNT_BURST", default_value_t = 1_000, global = true, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub account_burst: u32,
    /// The same for the visitors of an address.
    #[arg(long, env = "SOUK_ADDRESS_RATE", default_value_t = 20, global = true, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub address_rate: u32,
    /// The same for the visitors of an address.
    #[arg(long, env = "SOUK_ADDRESS_BURST", default_value_t = 200, global = true, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub address_burst: u32,
    /// Requests of an account, or of an address's visitors, at a time.
    #[arg(long, env = "SOUK_CONCURRENCY", default_value_t = 20, global = true, value_name = "N")]
    pub concurrency: usize,
    /// Requests at a time of all clients together.
    #[arg(long, env = "SOUK_IN_FLIGHT", default_value_t = 512, global = true, value_name = "N")]
    pub in_flight: usize,
}

/// Lets requests in. Clones share it.
#[derive(Clone)]
pub struct Gate {
    rates: Rates,
    /// None where clients are not limited.
    buckets: Option<Arc<Cache<Holder, Arc<Mutex<Bucket>>>>>,
    running: Seats,
    all: Arc<Semaphore>,
}

/// What a client has left.
#[derive(Clone, Copy, Debug)]
struct Bucket {
    points: f64,
    at: DateTime<Utc>,
}

/// Why a request is not let in.
#[derive(Debug, PartialEq, Eq)]
pub enum Refused {
    /// The client has too little left.
    Spent {
        /// When it will have enough.
        wait: Duration,
        /// What it has.
        remaining: u64,
        /// What it can have.
        limit: u64,
    },
    /// The client has as many requests under way as it may have.
    Crowding,
    /// The server has.
    Busy,
}

/// A request that was let in and charged, as long as this is held.
pub struct Admission {
    charge: Option<Charge>,
    #[expect(dead_code, reason = "they are given back when this is dropped")]
    held: (Option<Seat>, OwnedSemaphorePermit),
}

/// What was taken from whom.
struct Charge {
    bucket: Arc<Mutex<Bucket>>,
    points: u64,
    limit: u64,
}

impl Gate {
    /// A gate that nobody has come through yet; without `by_client` each client may ask for what it likes.
    #[must_use]
    pub fn new(rates: Rates, by_client: bool) -> Self {
        Self {
            rates,
            buckets: by_client.then(|| Arc::new(Cache::new(BUCKETS))),
            running: Seats::new(rates.concurrency, rates.concurrency),
            all: Arc::new(Semaphore::new(rates.in_flight)),
        }
    }

    /// How many requests are under way.
    #[must_use]
    pub fn under_way(&self) -> usize {
        self.rates.in_flight.saturating_sub(self.all.available_permits())
    }

    /// Lets a request in that may cost so many points, and charges them.
    ///
    /// # Errors
    /// [`Refused`], and nothing was charged.
    pub fn enter(&self, who: &Holder, points: u64, now: DateTime<Utc>) -> Result<Admission, Refused> {
        let permit = Arc::clone(&self.all).try_acquire_owned().map_err(|_| Refused::Busy)?;
        let Some(buckets) = &self.buckets else {
            return Ok(Admission { charge: None, held: (None, permit) });
        };
        let (rate, burst) = match who {
            Holder::Account(_) => (self.rates.account_rate, self.rates.account_burst),
            Holder::Address(_) => (self.rates.address_rate, self.rates.address_burst),
        };
        let seat = self.running.take(who.clone()).ok_or(Refused::Crowding)?;
        let full = || Arc::new(Mutex::new(Bucket { points: burst.into(), at: now }));
        let bucket = buckets
            .get_or_insert_with(who, || Ok::<_, std::convert::Infallible>(full()))
            .unwrap_or_else(|never| match never {});
        let limit = u64::from(burst);
        open(&bucket).take(points, rate, burst, now).map_err(|(wait, remaining)| Refused::Spent {
            wait,
            remaining,
            limit,
        })?;
        Ok(Admission { charge: Some(Charge { bucket, points, limit }), held: (Some(seat), permit) })
    }
}

impl Admission {
    /// Charges what the request has cost in truth, instead of what it might have cost. Tells what the client has
    /// left, and what it can have; nothing where it is not limited.
    pub fn settle(&mut self, points: u64) -> Option<(u64, u64)> {
        let charge = self.charge.as_mut()?;
        let mut bucket = open(&charge.bucket);
        bucket.points = (bucket.points + float(charge.points) - float(points)).min(float(charge.limit));
        charge.points = points;
        Some((whole(bucket.points), charge.limit))
    }
}

impl Bucket {
    /// Takes points out, or tells when there will be enough of them. What costs more than the bucket holds waits
    /// until it is full, and leaves a debt.
    fn take(
        &mut self,
        points: u64,
        rate: u32,
        burst: u32,
        now: DateTime<Utc>,
    ) -> Result<(), (Duration, u64)> {
        let passed = (now - self.at).to_std().unwrap_or_default();
        self.points = (self.points + passed.as_secs_f64() * f64::from(rate)).min(burst.into());
        self.at = now;
        let lacking = float(points).min(burst.into()) - self.points;
        if lacking > 0.0 {
            return Err((Duration::from_secs_f64(lacking / f64::from(rate)), whole(self.points)));
        }
        self.points -= float(points);
        Ok(())
    }
}

fn open(bucket: &Mutex<Bucket>) -> std::sync::MutexGuard<'_, Bucket> {
    bucket.lock().unwrap_or_else(PoisonError::into_inner)
}

#[expect(clippy::cast_precision_loss, reason = "points are few")]
fn float(points: u64) -> f64 {
    points as f64
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "points are few, and a debt is none"
)]
fn whole(points: f64) -> u64 {
    points.max(0.0) as u64
}
