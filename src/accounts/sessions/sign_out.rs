//! Signing out.

use crate::{
    accounts::auth::{
        Auth,
        revocation::{self, Sessions},
    },
    db::Db,
    kernel::{Caller, Credential, Fault, SessionId},
};

/// Ends the session that asks. An API token has none, and false is told.
///
/// # Errors
/// If the database can't be asked.
pub async fn sign_out(db: &Db, auth: &Auth, caller: &Caller) -> Result<bool, Fault> {
    let Credential::Session(session) = caller.credential else { return Ok(false) };
    end(db, auth, session).await?;
    Ok(true)
}

/// Ends a session, for all instances. Ending it again does nothing.
pub(super) async fn end(db: &Db, auth: &Auth, session: SessionId) -> Result<(), Fault> {
    let now = db.now();
    let news = db
        .conn()
        .await?
        .transaction(async |conn| {
            let ended = revocation::end(conn, Sessions::One(session), now).await?;
            revocation::announce(conn, ended).await
        })
        .await?;
    auth.hear(news);
    Ok(())
}
