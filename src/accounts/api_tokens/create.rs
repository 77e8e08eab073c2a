//! Making an API token.

use chrono::{DateTime, Utc};

use super::{ApiToken, store};
use crate::{
    accounts::{
        auth::opaque::{Opaque, Secret},
        users::{self, AccountStatus},
    },
    db::Db,
    kernel::{ApiTokenId, Caller, Code, Credential, Denial, Fault, Refusal, Refusals, at},
};

const LONGEST_NAME: usize = 100;
const MOST: i64 = 50;

/// A stolen token must not make others that outlive it, so only a session makes tokens.
pub async fn create(
    db: &Db,
    caller: &Caller,
    name: &str,
    expires_at: Option<DateTime<Utc>>,
) -> Result<(ApiToken, Secret), Fault> {
    if let Credential::ApiToken(_) = caller.credential {
        return Err(Denial::Forbidden.into());
    }
    let now = db.now();
    let name = name.trim();
    let mut refusals = Refusals::default();
    if name.is_empty() || name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        refusals.invalid(at("name"), "A name is one line of 1 to 100 characters.");
    }
    if expires_at.is_some_and(|end| end <= now) {
        refusals.invalid(at("expiresAt"), "This moment has passed.");
    }
    refusals.done()?;
    let secret = Secret::fresh(Opaque::Api)?;
    let token = db
        .conn()
        .await?
        .transaction(async |conn| {
            // Locked, so that many at once are counted one after the other.
            users::store::lock(conn, caller.account)
                .await?
                .filter(|account| account.status == AccountStatus::Active)
                .ok_or(Denial::Unauthenticated)?;
            if store::count(conn, caller.account, now).await? >= MOST {
                let message = format!("An account has at most {MOST} API tokens. Revoke one first.");
                return Err(Refusal::input(Code::LimitReached, vec!["input".into()], message).into());
            }
            let new = store::NewRow {
                id: ApiTokenId::fresh(),
                account_id: caller.account,
                name,
                digest: &secret.digest(),
                created_at: now,
                expires_at,
            };
            Ok::<_, Fault>(store::insert(conn, new).await?)
        })
        .await?;
    Ok((token, secret))
}
