//! The account that a membership or an invoice is for.

mod store;

use crate::{
    accounts::AccountStatus,
    db::Conn,
    kernel::{AccountId, Code, Fault, Refusal, at},
};

/// Keeps the account that `field` names open until the transaction ends. Those who change what is billed to one
/// account take turns here, before they lock anything else of it.
pub async fn lock(conn: &mut Conn, field: &'static str, account: AccountId) -> Result<(), Fault> {
    match store::lock(conn, account).await? {
        Some(AccountStatus::Active) => Ok(()),
        Some(AccountStatus::Closed) => {
            Err(Refusal::input(Code::Invalid, at(field), "The account is closed.").into())
        }
        None => Err(Refusal::not_found(field, "account").into()),
    }
}
