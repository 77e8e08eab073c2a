//! Keeps accounts open while something happens that only an open account may do.

use super::store;
use crate::{
    db::Conn,
    kernel::{AccountId, Caller, Denial, Fault},
};

/// Those of these accounts that are open, which they stay until the transaction ends. Closing locks an account
/// before the products that it archives, so this comes before the lock of a product, too.
///
/// # Errors
/// Whatever the database says.
pub async fn hold_open(conn: &mut Conn, accounts: &[AccountId]) -> Result<Vec<AccountId>, Fault> {
    Ok(store::hold_open(conn, accounts).await?)
}

/// Keeps the caller's own account open until the transaction ends.
///
/// # Errors
/// Denied if it was closed since the caller's token was checked.
pub async fn hold_caller(conn: &mut Conn, caller: &Caller) -> Result<(), Fault> {
    if hold_open(conn, &[caller.account]).await?.is_empty() {
        return Err(Denial::Unauthenticated.into());
    }
    Ok(())
}
