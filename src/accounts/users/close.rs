//! Closing an account.

use chrono::{DateTime, Utc};
use futures_util::future::BoxFuture;
use serde_json::json;

use super::{Account, policy, store};
use crate::{
    accounts::{
        ClientInfo,
        auth::{
            Auth, Login,
            revocation::{self, Revocation, Sessions},
        },
    },
    db::{Conn, Db},
    events::{self, EventType, NewEvent},
    kernel::{AccountId, Caller, Code, Currency, Denial, Fault, Refusal, at},
};

/// What else happens in the transaction that closes an account.
pub type Also = for<'c> fn(&'c mut Conn, &'c Closed) -> BoxFuture<'c, Result<(), Fault>>;

/// An account that is being closed.
#[derive(Debug)]
pub struct Closed {
    /// Which one.
    pub account: AccountId,
    /// By whom.
    pub by: AccountId,
    /// When.
    pub at: DateTime<Utc>,
    /// The store's currency.
    pub currency: Currency,
}

/// Whose account to close.
#[derive(Debug)]
pub struct Closing {
    /// Someone else's, by staff.
    pub user: Option<AccountId>,
    /// To close one's own.
    pub password: Option<String>,
}

/// Ends its sessions and tokens and keeps everything else.
pub async fn close(
    db: &Db,
    auth: &Auth,
    from: &ClientInfo,
    caller: &Caller,
    input: Closing,
    also: Also,
) -> Result<Account, Fault> {
    let user = input.user.unwrap_or(caller.account);
    let proved = if user == caller.account {
        Some(prove(db, auth, from, caller, input.password).await?)
    } else {
        None
    };
    let now = db.now();
    let (account, news) = db
        .conn()
        .await?
        .transaction(async |conn| {
            let admins = store::lock_admins(conn).await?;
            let account = policy::open_for(caller, store::lock(conn, user).await?)?;
            policy::may_close(caller, &account)?;
            policy::not_the_last_admin(&account, &admins, at("userId"))?;
            if let Some(hash) = &proved
                && !store::has_password(conn, user, hash).await?
            {
                return Err(wrong().into());
            }
            let account = store::close(conn, user, now).await?;
            let closed = NewEvent::new(EventType::AccountClosed, user, account.version, &json!({ "v": 1 }));
            events::append(conn, Some(caller.account), now, vec![closed]).await?;
            let closed = Closed { account: user, by: caller.account, at: now, currency: db.shop().currency };
            also(conn, &closed).await?;
            revocation::end(conn, Sessions::Others(user, None), now).await?;
            store::revoke_api_tokens(conn, user, now).await?;
            // All that was ever given to the account falls with its epoch, so no single token has to be named.
            let ended = Revocation::of_account(user, account.token_epoch);
            Ok::<_, Fault>((account, revocation::announce(conn, vec![ended]).await?))
        })
        .await?;
    auth.hear(news);
    Ok(account)
}

/// The hash that the password was found to match.
async fn prove(
    db: &Db,
    auth: &Auth,
    from: &ClientInfo,
    caller: &Caller,
    password: Option<String>,
) -> Result<String, Fault> {
    let Some(password) = password else {
        let message = "Closing your account needs your password.";
        return Err(Refusal::input(Code::Required, at("password"), message).into());
    };
    let (account, hash) =
        store::with_password(&mut db.conn().await?, caller.account).await?.ok_or(Denial::Unauthenticated)?;
    let right = auth.prove(db, from, &Login::of(account.id), &password, Some(&hash)).await?;
    if right { Ok(hash) } else { Err(wrong().into()) }
}

fn wrong() -> Refusal {
    Refusal::input(Code::BadCredentials, at("password"), "This is not your password.")
}
