//! Changing one's password.

use super::{Account, store};
use crate::{
    accounts::{
        ClientInfo,
        auth::{
            Auth, Login,
            revocation::{self, Sessions},
        },
    },
    db::Db,
    kernel::{Caller, Code, Credential, Denial, Fault, Refusal, Refusals, at},
};

/// Ends all sessions but the one that asks, since a password is often changed because someone else knows it.
/// API tokens stay: they are credentials of their own.
pub async fn change_password(
    db: &Db,
    auth: &Auth,
    from: &ClientInfo,
    caller: &Caller,
    current: &str,
    new: &str,
) -> Result<Account, Fault> {
    let (account, hash) =
        store::with_password(&mut db.conn().await?, caller.account).await?.ok_or(Denial::Unauthenticated)?;
    let mut refusals = Refusals::default();
    if !auth.prove(db, from, &Login::of(account.id), current, Some(&hash)).await? {
        refusals.add(wrong());
    }
    let known = [&*account.username, &*account.email, &*account.display_name];
    if let Err(message) = auth.weigh(new, &known).await? {
        refusals.invalid(at("newPassword"), message);
    }
    refusals.done()?;
    let new_hash = auth.hash(new).await?;
    let now = db.now();
    let kept = match caller.credential {
        Credential::Session(session) => Some(session),
        Credential::ApiToken(_) => None,
    };
    let (account, news) = db
        .conn()
        .await?
        .transaction(async |conn| {
            let account =
                store::set_password(conn, account.id, &hash, &new_hash, now).await?.ok_or_else(wrong)?;
            let ended = revocation::end(conn, Sessions::Others(account.id, kept), now).await?;
            Ok::<_, Fault>((account, revocation::announce(conn, ended).await?))
        })
        .await?;
    auth.hear(news);
    Ok(account)
}

fn wrong() -> Refusal {
    Refusal::input(Code::BadCredentials, at("currentPassword"), "This is not your password.")
}
