//! What ended before its time. Every instance keeps it in memory, so that ending a session, revoking an API token,
//! closing an account and changing a role are felt at once everywhere, and no request has to ask.
//!
//! The row that tells of it is written in the transaction of the cause; this instance knows right after that, the
//! others when they next read the news.

mod follow;
mod store;

use std::{
    collections::HashMap,
    sync::{PoisonError, RwLock},
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{
    db::Conn,
    kernel::{AccountId, ApiTokenId, Fault, SessionId},
};

/// Something that ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Revocation {
    subject: Uuid,
    /// Of an account only the tokens from before this epoch end.
    epoch: Option<i32>,
}

impl Revocation {
    /// The access tokens of an account that were made before it came to this epoch.
    pub fn of_account(account: AccountId, epoch: i32) -> Self {
        Self { subject: account.uuid(), epoch: Some(epoch) }
    }

    /// An API token.
    pub fn of_api_token(token: ApiTokenId) -> Self {
        Self { subject: token.uuid(), epoch: None }
    }

    fn of_session(session: SessionId) -> Self {
        Self { subject: session.uuid(), epoch: None }
    }
}

/// Some sessions.
#[derive(Clone, Copy, Debug)]
pub enum Sessions {
    /// This one.
    One(SessionId),
    /// All of an account, but this one.
    Others(AccountId, Option<SessionId>),
}

/// What was written and must be heard of after the commit.
#[must_use = "this instance has to hear of it after the commit"]
#[derive(Debug, Default)]
pub struct News(Vec<Revocation>);

/// Writes what ends. Call [`super::Auth::hear`] with it once the transaction is through.
pub async fn announce(conn: &mut Conn, ended: Vec<Revocation>) -> Result<News, Fault> {
    store::insert(conn, &ended).await?;
    Ok(News(ended))
}

/// Ends sessions, which has to be announced.
pub async fn end(conn: &mut Conn, sessions: Sessions, now: DateTime<Utc>) -> Result<Vec<Revocation>, Fault> {
    let ended = match sessions {
        Sessions::One(session) => store::end_one(conn, session, now).await?,
        Sessions::Others(account, kept) => store::end_others(conn, account, kept, now).await?,
    };
    Ok(ended.into_iter().map(Revocation::of_session).collect())
}

struct Entry {
    epoch: Option<i32>,
    forget_at: Instant,
}

/// What is known to have ended.
pub struct Revoked {
    entries: RwLock<HashMap<Uuid, Entry>>,
    /// How long a token may live on that was made before something ended.
    kept: Duration,
}

impl Revoked {
    pub fn new(kept: Duration) -> Self {
        Self { entries: RwLock::default(), kept }
    }

    /// Whether a token is no longer good that was made for `subject`, which is a session or an API token, when
    /// the account was in this epoch.
    pub fn covers(&self, subject: Uuid, account: AccountId, epoch: i32) -> bool {
        let entries = self.entries.read().unwrap_or_else(PoisonError::into_inner);
        if entries.is_empty() {
            return false;
        }
        let outdated = |entry: &Entry| entry.epoch.is_some_and(|least| epoch < least);
        entries.contains_key(&subject) || entries.get(&account.uuid()).is_some_and(outdated)
    }

    /// Notes what has ended.
    pub fn hear(&self, news: News) {
        self.note(news.0);
    }

    fn note(&self, ended: Vec<Revocation>) {
        if ended.is_empty() {
            return;
        }
        let forget_at = Instant::now() + self.kept;
        let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        for Revocation { subject, epoch } in ended {
            let entry = entries.entry(subject).or_insert(Entry { epoch, forget_at });
            // News may come twice and in any order.
            entry.epoch = entry.epoch.max(epoch);
        }
    }

    /// Forgets what no living token can be about.
    fn tidy(&self) {
        let now = Instant::now();
        let over = |entries: &HashMap<_, Entry>| entries.values().any(|entry| entry.forget_at <= now);
        if over(&self.entries.read().unwrap_or_else(PoisonError::into_inner)) {
            let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
            entries.retain(|_, entry| entry.forget_at > now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_loses_its_older_tokens_alone() {
        let revoked = Revoked::new(Duration::from_mins(1));
        let (account, session) = (AccountId::fresh(), SessionId::fresh());
        revoked.note(vec![Revocation::of_account(account, 2), Revocation::of_account(account, 1)]);
        assert!(revoked.covers(session.uuid(), account, 1));
        assert!(!revoked.covers(session.uuid(), account, 2));
        revoked.note(vec![Revocation::of_session(session)]);
        assert!(revoked.covers(session.uuid(), account, 2));
    }

    #[test]
    fn what_is_over_is_forgotten() {
        let revoked = Revoked::new(Duration::ZERO);
        let (account, session) = (AccountId::fresh(), SessionId::fresh());
        revoked.note(vec![Revocation::of_session(session)]);
        revoked.tidy();
        assert!(!revoked.covers(session.uuid(), account, 0));
    }
}
