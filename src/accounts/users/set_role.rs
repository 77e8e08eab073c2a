//! Giving a role.

use super::{Account, policy, store};
use crate::{
    accounts::auth::{
        Auth,
        revocation::{self, News, Revocation},
    },
    db::Db,
    kernel::{AccountId, Caller, Denial, Fault, Role, at},
};

/// Access tokens tell their account's role, so those that tell the old one end.
pub async fn set_role(
    db: &Db,
    auth: &Auth,
    caller: &Caller,
    user: AccountId,
    role: Role,
) -> Result<Account, Fault> {
    let now = db.now();
    let (account, news) = db
        .conn()
        .await?
        .transaction(async |conn| {
            let admins = store::lock_admins(conn).await?;
            if !admins.contains(&caller.account) {
                // Another admin was quicker.
                return Err(Denial::Forbidden.into());
            }
            let account = policy::open_for(caller, store::lock(conn, user).await?)?;
            if account.role == role {
                return Ok((account, News::default()));
            }
            policy::not_the_last_admin(&account, &admins, at("role"))?;
            let account = store::set_role(conn, user, role, now).await?;
            let ended = Revocation::of_account(account.id, account.token_epoch);
            let news = revocation::announce(conn, vec![ended]).await?;
            Ok::<_, Fault>((account, news))
        })
        .await?;
    auth.hear(news);
    Ok(account)
}
