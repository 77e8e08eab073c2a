//! Revoking an API token.

use super::{ApiToken, store};
use crate::{
    accounts::auth::{
        Auth,
        opaque::Digest,
        revocation::{self, Revocation},
    },
    db::Db,
    kernel::{ApiTokenId, Caller, Fault, Refusal},
};

/// It ends at once, everywhere.
pub async fn revoke(db: &Db, auth: &Auth, caller: &Caller, id: ApiTokenId) -> Result<ApiToken, Fault> {
    let now = db.now();
    let (token, news) = db
        .conn()
        .await?
        .transaction(async |conn| {
            let token = store::revoke(conn, id, caller.account, now)
                .await?
                .ok_or_else(|| Refusal::not_found("id", "API token"))?;
            let news = revocation::announce(conn, vec![Revocation::of_api_token(id)]).await?;
            Ok::<_, Fault>((token, news))
        })
        .await?;
    auth.hear(news);
    Ok(token)
}

/// By its secret, for whoever holds it.
pub async fn revoke_secret(db: &Db, auth: &Auth, digest: &Digest) -> Result<(), Fault> {
    let now = db.now();
    let news = db
        .conn()
        .await?
        .transaction(async |conn| {
            let revoked = store::revoke_by_digest(conn, digest, now).await?;
            revocation::announce(conn, revoked.into_iter().map(Revocation::of_api_token).collect()).await
        })
        .await?;
    auth.hear(news);
    Ok(())
}
