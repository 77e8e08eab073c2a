//! How accounts prove who they are: passwords and the tokens that stand for them.
//!
//! An access token says by itself whose it is and is believed without a look-up, for a quarter of an hour at most.
//! A refresh token gets the next one and is good once. An API token is for programs and lasts until it is revoked.

mod inspect;
mod jwt;
pub(super) mod opaque;
mod password;
mod provider;
pub(super) mod revocation;
mod store;
mod throttle;

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use quick_cache::sync::Cache;
use thiserror::Error;

use self::{
    inspect::Known,
    jwt::Keys,
    opaque::{Digest, Opaque, Secret},
    password::Hasher,
    revocation::{News, Revoked},
    throttle::Throttle,
};
pub use self::{
    inspect::{LiveToken, TokenKind},
    jwt::Grant,
    password::check_password,
    throttle::Login,
};
use super::ClientInfo;
use crate::{db::Db, kernel::Fault};

/// How many opaque tokens are remembered between requests.
const REMEMBERED: usize = 10_000;
/// How long beyond its lifetime a token is reckoned with.
const MARGIN: Duration = Duration::from_mins(5);

/// How accounts prove who they are.
#[derive(Clone, Debug)]
pub struct AuthSettings {
    /// Secrets of 32 bytes or more. The first signs, all verify.
    pub signing_keys: Vec<String>,
    /// How hard passwords are to try: 4 to 31, each step twice the time.
    pub bcrypt_cost: u32,
    /// How long an access token is good.
    pub access_ttl: Duration,
    /// How long a session lasts without being used.
    pub refresh_ttl: Duration,
    /// How long the answer to a refresh can be had again, if it was lost.
    pub refresh_grace: Duration,
    /// Whether attempts at passwords are limited.
    pub throttle: bool,
    /// How often an address may fail.
    pub failures_per_minute: u32,
    /// Who issues the tokens.
    pub issuer: String,
    /// For whom they are.
    pub audience: String,
}

/// Why the settings make no sense.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum AuthError {
    /// Nothing to sign with.
    #[error("there is no signing key")]
    NoKey,
    /// A key that can be guessed.
    #[error("a signing key has at least {0} bytes")]
    ShortKey(usize),
    /// bcrypt knows no such cost.
    #[error("the cost of bcrypt is from 4 to 31")]
    Cost,
    /// Longer than time can be counted.
    #[error("tokens can't last that long")]
    Lifetime,
}

/// How accounts prove who they are. Clones share everything.
#[derive(Clone)]
pub struct Auth(Arc<Inner>);

struct Inner {
    settings: AuthSettings,
    keys: Keys,
    hasher: Hasher,
    throttle: Throttle,
    revoked: Revoked,
    known: Cache<Digest, Known>,
    refresh_ttl: TimeDelta,
    refresh_grace: TimeDelta,
}

impl Auth {
    /// Checks the settings.
    ///
    /// # Errors
    /// [`AuthError`].
    pub fn new(settings: AuthSettings) -> Result<Self, AuthError> {
        if !(4..=31).contains(&settings.bcrypt_cost) {
            return Err(AuthError::Cost);
        }
        let span = |time| TimeDelta::from_std(time).map_err(|_| AuthError::Lifetime);
        Ok(Self(Arc::new(Inner {
            keys: Keys::new(&settings)?,
            hasher: Hasher::new(settings.bcrypt_cost),
            throttle: Throttle::new(settings.throttle, settings.failures_per_minute),
            revoked: Revoked::new(settings.access_ttl.saturating_add(MARGIN)),
            known: Cache::new(REMEMBERED),
            refresh_ttl: span(settings.refresh_ttl)?,
            refresh_grace: span(settings.refresh_grace)?,
            settings,
        })))
    }

    /// The settings.
    #[must_use]
    pub fn settings(&self) -> &AuthSettings {
        &self.0.settings
    }

    /// The hash under which a password is stored.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] if too many others wait.
    pub async fn hash(&self, password: &str) -> Result<String, Fault> {
        self.0.hasher.hash(password).await
    }

    /// Whether this may become a password, and what is wrong with it.
    pub(super) async fn weigh(&self, password: &str, known: &[&str]) -> Result<Result<(), String>, Fault> {
        self.0.hasher.check(password, known).await
    }

    /// Whether `password` is the one with this hash. The attempt counts before that is known; without a hash the
    /// answer is no after the same time.
    pub(super) async fn prove(
        &self,
        db: &Db,
        from: &ClientInfo,
        login: &Login,
        password: &str,
        hash: Option<&str>,
    ) -> Result<bool, Fault> {
        let attempt = self.0.throttle.count(db, login, from).await?;
        let right = self.0.hasher.verify(password, hash).await?;
        if let Some(attempt) = attempt
            && right
        {
            self.0.throttle.forgive(db, attempt).await?;
        }
        Ok(right)
    }

    /// A new access token, and when it ends.
    pub(super) fn sign(&self, grant: Grant, now: DateTime<Utc>) -> Result<(String, DateTime<Utc>), Fault> {
        self.0.keys.sign(grant, now)
    }

    /// What a refresh token can be exchanged for: the same again, however often it is asked. The first is the one
    /// to take; the others come from keys that were replaced meanwhile.
    pub(super) fn successors(&self, token: &Secret) -> impl Iterator<Item = Secret> {
        let bits = self.0.keys.derive("souk refresh", token.expose());
        bits.map(|bits| Secret::of(Opaque::Refresh, bits))
    }

    /// When a session ends that is used now.
    pub(super) fn session_end(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        now + self.0.refresh_ttl
    }

    /// Until when the answer to a refresh can be had again.
    pub(super) fn grace_end(&self, used_at: DateTime<Utc>) -> DateTime<Utc> {
        used_at + self.0.refresh_grace
    }

    /// Takes note of what ended, once that is certain.
    pub(super) fn hear(&self, news: News) {
        self.0.revoked.hear(news);
    }

    /// Learns what ended before this instance came. Wait for it before serving.
    ///
    /// # Errors
    /// If the database can't be asked.
    pub async fn catch_up(&self, db: &Db) -> Result<(), Fault> {
        self.0.revoked.catch_up(&mut db.conn().await?).await
    }

    /// Keeps learning what other instances end; it never returns.
    pub async fn follow_revocations(self, url: String) {
        self.0.revoked.follow(&url).await;
    }
}

/// Bytes as people write them.
fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(value.into(), 16).unwrap_or_default();
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}
