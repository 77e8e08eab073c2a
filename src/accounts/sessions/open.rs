//! Opening a session, and what is handed out for it.

use chrono::{DateTime, TimeDelta, Utc};

use super::store;
use crate::{
    accounts::{
        ClientInfo,
        auth::{
            Auth, Grant,
            opaque::{Opaque, Secret},
        },
        users::Account,
    },
    db::Conn,
    kernel::{Caller, Credential, Fault, SessionId},
};

/// In what form an access token is handed out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AccessForm {
    /// Says by itself whose it is: a JWT.
    Signed,
    /// Says nothing.
    Opaque,
}

/// What signing in gives.
#[derive(Debug)]
pub struct SignedIn {
    /// Who is signed in.
    pub account: Account,
    session: SessionId,
    access_token: String,
    refresh_token: Secret,
    expires_at: DateTime<Utc>,
}

impl SignedIn {
    /// The token that acts for the account.
    #[must_use]
    pub fn access_token(&self) -> &str {
        &self.access_token
    }

    /// The token that gets the next pair.
    #[must_use]
    pub fn refresh_token(&self) -> &str {
        self.refresh_token.expose()
    }

    /// When the access token ends.
    #[must_use]
    pub fn expires_at(&self) -> DateTime<Utc> {
        self.expires_at
    }

    /// Who holds the access token.
    #[must_use]
    pub fn caller(&self) -> Caller {
        Caller {
            account: self.account.id,
            role: self.account.role,
            credential: Credential::Session(self.session),
            expires_at: Some(self.expires_at),
        }
    }
}

/// Opens a session of an account that has proved itself.
pub(super) async fn open(
    conn: &mut Conn,
    auth: &Auth,
    account: Account,
    from: &ClientInfo,
    form: AccessForm,
    now: DateTime<Utc>,
) -> Result<SignedIn, Fault> {
    let session = SessionId::fresh();
    let refresh_token = Secret::fresh(Opaque::Refresh)?;
    let end = auth.session_end(now);
    store::insert(conn, session, account.id, from.agent(), now, end).await?;
    store::insert_refresh(conn, &refresh_token.digest(), session, now, end).await?;
    hand_out(conn, auth, account, session, refresh_token, form, now).await
}

/// Makes an access token to go with a refresh token.
pub(super) async fn hand_out(
    conn: &mut Conn,
    auth: &Auth,
    account: Account,
    session: SessionId,
    refresh_token: Secret,
    form: AccessForm,
    now: DateTime<Utc>,
) -> Result<SignedIn, Fault> {
    let (access_token, expires_at) = match form {
        AccessForm::Signed => {
            let (role, epoch) = (account.role, account.token_epoch);
            auth.sign(Grant { account: account.id, session, role, epoch }, now)?
        }
        AccessForm::Opaque => {
            let token = Secret::fresh(Opaque::Access)?;
            let ttl = TimeDelta::from_std(auth.settings().access_ttl).map_err(Fault::broken)?;
            store::insert_access(conn, &token.digest(), session, now, now + ttl).await?;
            (token.expose().to_owned(), now + ttl)
        }
    };
    Ok(SignedIn { account, session, access_token, refresh_token, expires_at })
}
