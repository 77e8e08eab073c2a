//! What a token is good for.

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
}

/// What was found out about an opaque token.
#[derive(Clone)]
pub(super) struct Known {
    token: LiveToken,
    epoch: i32,
    read_at: DateTime<Utc>,
}

impl Auth {
    /// Who holds this token.
    ///
    /// # Errors
    /// [`Denial::Unauthenticated`] for everything that is not a good access or API token: nobody is taken for a
    /// visitor because of a bad one.
    pub async fn authenticate(&self, db: &Db, token: &str) -> Result<Caller, Fault> {
        match self.inspect(db, token).await? {
            Some(LiveToken { kind: TokenKind::Access | TokenKind::Api, caller, .. }) => Ok(caller),
            _ => Err(Denial::Unauthenticated.into()),
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
            && !self.is_revoked(&known)
        {
            return Ok(in_time(known.token, now));
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
        Ok(found.and_then(|known| in_time(known.token, now)))
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
        Some(LiveToken { kind: TokenKind::Access, caller, issued_at })
    }

    fn is_revoked(&self, known: &Known) -> bool {
        let caller = &known.token.caller;
        self.0.revoked.covers(subject(caller.credential), caller.account, known.epoch)
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
    Known { token: LiveToken { kind, caller, issued_at: found.issued_at }, epoch: found.epoch, read_at: now }
}

fn subject(credential: Credential) -> Uuid {
    match credential {
        Credential::Session(session) => session.uuid(),
        Credential::ApiToken(token) => token.uuid(),
    }
}

fn in_time(token: LiveToken, now: DateTime<Utc>) -> Option<LiveToken> {
    token.caller.expires_at.is_none_or(|end| now < end).then_some(token)
}
