//! Signing in.

use super::{AccessForm, SignedIn, open::open};
use crate::{
    accounts::{
        ClientInfo,
        auth::{Auth, Login},
        users::{Account, AccountStatus, store},
    },
    db::Db,
    kernel::{Code, Fault, Refusal},
};

/// Opens a session for a username or an email with its password.
///
/// # Errors
/// The same refusal in the same time for a wrong password, a closed account and none at all.
pub async fn sign_in(
    db: &Db,
    auth: &Auth,
    from: &ClientInfo,
    login: &str,
    password: &str,
    form: AccessForm,
) -> Result<SignedIn, Fault> {
    let login = login.trim();
    let found = find(db, login).await?;
    let key = found.as_ref().map_or_else(|| Login::unknown(login), |(account, _)| Login::of(account.id));
    let found = found.filter(|(account, _)| account.status == AccountStatus::Active);
    let right = auth.prove(db, from, &key, password, found.as_ref().map(|(_, hash)| &**hash)).await?;
    let Some((account, hash)) = found.filter(|_| right) else { return Err(refused().into()) };
    let now = db.now();
    db.conn()
        .await?
        .transaction(async |conn| {
            // Closing it or changing its password ends all its sessions; one that is opened at the same moment
            // must not be overlooked.
            let account = store::keep_with_password(conn, account.id, &hash).await?.ok_or_else(refused)?;
            open(conn, auth, account, from, form, now).await
        })
        .await
}

async fn find(db: &Db, login: &str) -> Result<Option<(Account, String)>, Fault> {
    // The database knows no such character and would not even look.
    if login.contains('\0') {
        return Ok(None);
    }
    Ok(store::with_password_by_login(&mut db.conn().await?, login).await?)
}

fn refused() -> Refusal {
    Refusal::input(Code::BadCredentials, vec!["input".into()], "The login or the password is wrong.")
}
