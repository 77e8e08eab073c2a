//! What a token is good for.

use std::time::Duration;

use async_graphql::Enum;
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::{
    Auth,
    jwt::Signed,
    opaque::{Digest, Opaque, Secret},
    store::{self, Found},
};
use crate::{
    db::Db,
    kernel::{Caller, Credential, Denial, Fault},
};

/// How long an account's role is believed after it was read. What ends meanwhile is known all the same.
const BELIEVED: TimeDelta = TimeDelta::seconds(60);
/// How often it is asked whether a token is still good that something holds on to.
const WATCHED: Duration = Duration::from_millis(250);
/// Access tokens say more than a kilobyte at no time.
const LONGEST: usize = 2048;

/// What a token is for.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum TokenKind {
    /// Acts for an account for some minutes.
    Access,
    /// Gets the next access token.
    Refresh,
    /// Acts for an account until it is revoked.
    Api,
}

/// A token of ours that is good now.
#[derive(Clone, Debug)]
pub struct LiveToken {
    /// What it is for.
    pub kind: TokenKind,
    /// Who holds it.
    pub caller: Caller,
    /// When it was made.
    pub issued_at: DateTime<Utc>,
    /// The account's epoch when it was made, or when an opaque one was looked up.
    epoch: i32,
}

impl LiveToken {
    fn is_in_time(&self, now: DateTime<Utc>) -> bool {
        self.caller.expires_at.is_none_or(|end| now < end)
    }
}

/// What was found out about an opaque token.
#[derive(Clone)]
pub(super) struct Known {
    token: LiveToken,
    read_at: DateTime<Utc>,
}

impl Auth {
    /// The token that acts for an account.
    ///
    /// # Errors
    /// [`Denial::Unauthenticated`] for everything that is not a good access or API token: nobody is taken for a
    /// visitor because of a bad one.
    pub async fn authenticate(&self, db: &Db, token: &str) -> Result<LiveToken, Fault> {
        match self.inspect(db, token).await? {
            Some(token @ LiveToken { kind: TokenKind::Access | TokenKind::Api, .. }) => Ok(token),
            _ => Err(Denial::Unauthenticated.into()),
        }
    }

    /// Waits until a token is no longer good, because its time is over or it was revoked. For what outlives the
    /// request that a token came with.
    pub async fn outlive(&self, db: &Db, token: &LiveToken) {
        while token.is_in_time(db.now()) && !self.is_revoked(token) {
            tokio::time::sleep(WATCHED).await;
        }
    }

    /// What this token is good for, if it is ours and good now.
    ///
    /// # Errors
    /// If the database can't be asked.
    pub async fn inspect(&self, db: &Db, token: &str) -> Result<Option<LiveToken>, Fault> {
        if token.len() > LONGEST {
            return Ok(None);
        }
        let now = db.now();
        let Some(secret) = Secret::read(token) else { return Ok(self.inspect_signed(token, now)) };
        let digest = secret.digest();
        if let Some(known) = self.0.known.get(&digest)
            && now - known.read_at < BELIEVED
            && !self.is_revoked(&known.token)
        {
            return Ok(Some(known.token).filter(|token| token.is_in_time(now)));
        }
        let found = self.look_up(db, secret.kind(), &digest, now).await?;
        match &found {
            // What becomes of a refresh token, the next use has to see.
            Some(known) if known.token.kind != TokenKind::Refresh => {
                self.0.known.insert(digest, known.clone());
            }
            Some(_) => {}
            None => {
                self.0.known.remove(&digest);
            }
        }
        Ok(found.map(|known| known.token).filter(|token| token.is_in_time(now)))
    }

    fn inspect_signed(&self, token: &str, now: DateTime<Utc>) -> Option<LiveToken> {
        let Signed { grant, issued_at, expires_at } = self.0.keys.read(token, now)?;
        if self.0.revoked.covers(grant.session.uuid(), grant.account, grant.epoch) {
            return None;
        }
        let caller = Caller {
            account: grant.account,
            role: grant.role,
            credential: Credential::Session(grant.session),
            expires_at: Some(expires_at),
        };
        Some(LiveToken { kind: TokenKind::Access, caller, issued_at, epoch: grant.epoch })
    }

    fn is_revoked(&self, token: &LiveToken) -> bool {
        let caller = &token.caller;
        self.0.revoked.covers(subject(caller.credential), caller.account, token.epoch)
    }

    async fn look_up(
        &self,
        db: &Db,
        kind: Opaque,
        digest: &Digest,
        now: DateTime<Utc>,
    ) -> Result<Option<Known>, Fault> {
        let mut conn = db.conn().await?;
        let known = match kind {
            Opaque::Access => store::find_access(&mut conn, digest)
                .await?
                .map(|found| known(found, TokenKind::Access, Credential::Session, now)),
            Opaque::Refresh => store::find_refresh(&mut conn, digest)
                .await?
                .map(|found| known(found, TokenKind::Refresh, Credential::Session, now)),
            Opaque::Api => store::use_api_token(&mut conn, digest, now)
                .await?
                .map(|found| known(found, TokenKind::Api, Credential::ApiToken, now)),
        };
        Ok(known)
    }
}

fn known<I>(
    found: Found<I>,
    kind: TokenKind,
    credential: impl Fn(I) -> Credential,
    now: DateTime<Utc>,
) -> Known {
    let caller = Caller {
        account: found.account,
        role: found.role,
        credential: credential(found.through),
        expires_at: found.expires_at,
    };
    let token = LiveToken { kind, caller, issued_at: found.issued_at, epoch: found.epoch };
    Known { token, read_at: now }
}

fn subject(credential: Credential) -> Uuid {
    match credential {
        Credential::Session(session) => session.uuid(),
        Credential::ApiToken(token) => token.uuid(),
    }
}
