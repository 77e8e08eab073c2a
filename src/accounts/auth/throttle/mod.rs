//! How often a password may be tried. Each attempt is counted before the password is looked at, by one statement,
//! so that a hundred at once get no further than a hundred in a row.
//!
//! For an account, from the fifth failure in a row on, one waits a second, then two, four and so on to a quarter of
//! an hour; success forgets the failures. An address may fail so many times a minute.

mod store;

use std::time::Duration;

use chrono::{DateTime, Utc};
use sha2::{Digest as _, Sha256};

use crate::{
    accounts::{ClientInfo, auth::hex},
    db::Db,
    kernel::{AccountId, Denial, Fault},
};

/// Whose password is tried.
#[derive(Clone, Debug)]
pub struct Login(String);

impl Login {
    /// An account's.
    pub fn of(account: AccountId) -> Self {
        Self::digest("account", &account.to_string())
    }

    /// Nobody's: no account has this name. Nothing about its count tells.
    pub fn unknown(text: &str) -> Self {
        Self::digest("name", &text.to_lowercase())
    }

    fn digest(kind: &str, text: &str) -> Self {
        let digest = Sha256::new_with_prefix(kind).chain_update(text).finalize();
        Self(format!("login:{}", hex(&digest)))
    }
}

/// An attempt that was counted as a failure, until it turns out otherwise.
#[derive(Debug)]
pub struct Attempt {
    login: String,
    address: String,
}

/// How often an address may fail, if attempts are counted at all.
#[derive(Clone, Copy, Debug)]
pub struct Throttle {
    failures_per_minute: Option<i32>,
}

impl Throttle {
    pub fn new(on: bool, failures_per_minute: u32) -> Self {
        let limit = i32::try_from(failures_per_minute).unwrap_or(i32::MAX).max(1);
        Self { failures_per_minute: on.then_some(limit) }
    }

    /// Counts an attempt; none if attempts are not counted.
    pub async fn count(self, db: &Db, login: &Login, from: &ClientInfo) -> Result<Option<Attempt>, Fault> {
        let Some(limit) = self.failures_per_minute else { return Ok(None) };
        let attempt = Attempt { login: login.0.clone(), address: format!("address:{}", from.origin()) };
        let now = db.now();
        let mut conn = db.conn().await?;
        if !store::count_address(&mut conn, &attempt.address, limit, now).await? {
            return Err(blocked(store::blocked_until(&mut conn, &attempt.address).await?, now));
        }
        if !store::count_login(&mut conn, &attempt.login, now).await? {
            return Err(blocked(store::blocked_until(&mut conn, &attempt.login).await?, now));
        }
        Ok(Some(attempt))
    }

    /// Takes back the count of an attempt with the right password, and the failures before it.
    pub async fn forgive(self, db: &Db, attempt: Attempt) -> Result<(), Fault> {
        let mut conn = db.conn().await?;
        store::forget_login(&mut conn, &attempt.login).await?;
        store::uncount_address(&mut conn, &attempt.address).await?;
        Ok(())
    }
}

fn blocked(until: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Fault {
    let wait = until.and_then(|until| (until - now).to_std().ok()).unwrap_or_default();
    // Whole seconds, upwards: whoever waits that long is let in.
    let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
    Denial::RateLimited(Duration::from_secs(seconds.max(1))).into()
}
