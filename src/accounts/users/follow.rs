//! Following people.

use super::{Account, policy, store};
use crate::{
    db::Db,
    kernel::{AccountId, Caller, Code, Fault, Refusal, at},
};

/// Following twice is following once.
pub async fn follow(db: &Db, caller: &Caller, user: AccountId) -> Result<Account, Fault> {
    if user == caller.account {
        return Err(Refusal::input(Code::Invalid, at("userId"), "You can't follow yourself.").into());
    }
    let now = db.now();
    db.conn()
        .await?
        .transaction(async |conn| {
            let account = policy::open_for(caller, store::find(conn, user).await?)?;
            store::follow(conn, caller.account, user, now).await?;
            Ok(account)
        })
        .await
}

/// Whoever was not followed is not followed afterwards either.
pub async fn unfollow(db: &Db, caller: &Caller, user: AccountId) -> Result<Account, Fault> {
    let mut conn = db.conn().await?;
    let account = store::find(&mut conn, user)
        .await?
        .filter(|account| policy::may_see(Some(caller), account))
        .ok_or_else(|| Refusal::not_found("userId", "account"))?;
    store::unfollow(&mut conn, caller.account, user).await?;
    Ok(account)
}
