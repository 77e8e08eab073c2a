//! What the endpoints of OAuth need beyond signing in and refreshing.

use super::{sign_out::end, store};
use crate::{
    accounts::{
        api_tokens,
        auth::{
            Auth, LiveToken,
            opaque::{Opaque, Secret},
        },
        users,
    },
    db::Db,
    kernel::{Caller, Credential, Fault},
};

/// What is told of a token that is good.
#[derive(Debug)]
pub struct Introspection {
    /// The token.
    pub token: LiveToken,
    /// The name of its account.
    pub username: String,
}

/// What a token is good for, as far as `caller` may know: accounts of their own tokens, staff of all.
///
/// # Errors
/// If the database can't be asked.
pub async fn introspect(
    db: &Db,
    auth: &Auth,
    caller: &Caller,
    token: &str,
) -> Result<Option<Introspection>, Fault> {
    let found = auth.inspect(db, token).await?.filter(|found| caller.is_self_or_staff(found.caller.account));
    let Some(token) = found else { return Ok(None) };
    let account = users::store::find(&mut db.conn().await?, token.caller.account).await?;
    Ok(account.map(|account| Introspection { token, username: account.username }))
}

/// Ends the session of a token, or the API token that it is. To hold it is right enough. What is no token of ours
/// is none of our business.
///
/// # Errors
/// If the database can't be asked.
pub async fn revoke(db: &Db, auth: &Auth, token: &str) -> Result<(), Fault> {
    let Some(secret) = Secret::read(token) else {
        return match auth.inspect(db, token).await? {
            Some(LiveToken { caller: Caller { credential: Credential::Session(session), .. }, .. }) => {
                end(db, auth, session).await
            }
            _ => Ok(()),
        };
    };
    let digest = secret.digest();
    let session = match secret.kind() {
        Opaque::Api => return api_tokens::revoke_secret(db, auth, &digest).await,
        Opaque::Access => store::session_of_access(&mut db.conn().await?, &digest).await?,
        Opaque::Refresh => store::session_of_refresh(&mut db.conn().await?, &digest).await?,
    };
    match session {
        Some(session) => end(db, auth, session).await,
        None => Ok(()),
    }
}
