//! Who may see and change which account.

use super::{Account, AccountStatus};
use crate::{
    db::Db,
    kernel::{AccountId, Caller, Code, Denial, Fault, Path, Refusal, Role, at},
};

/// Whether an account is there for this viewer: a closed one is for staff alone, except through what refers to
/// it.
#[must_use]
pub fn may_see(viewer: Option<&Caller>, account: &Account) -> bool {
    account.status == AccountStatus::Active || viewer.is_some_and(Caller::is_staff)
}

/// Those of these accounts that are there for the viewer, for `node` and `nodes`.
///
/// # Errors
/// As [`Db::conn`].
pub async fn visible_accounts(
    db: &Db,
    viewer: Option<&Caller>,
    ids: &[AccountId],
) -> Result<Vec<Account>, Fault> {
    let mut accounts = super::store::find_all(&mut db.conn().await?, ids).await?;
    accounts.retain(|account| may_see(viewer, account));
    Ok(accounts)
}

/// The account that an input names, for someone who wants to do something with it.
pub(super) fn open_for(caller: &Caller, account: Option<Account>) -> Result<Account, Fault> {
    let account = account
        .filter(|account| may_see(Some(caller), account))
        .ok_or_else(|| Refusal::not_found("userId", "account"))?;
    match account.status {
        AccountStatus::Active => Ok(account),
        AccountStatus::Closed => {
            Err(Refusal::input(Code::Invalid, at("userId"), "This account is closed.").into())
        }
    }
}

/// One may close one's own account, staff those of others, and admins those of staff.
pub(super) fn may_close(caller: &Caller, account: &Account) -> Result<(), Denial> {
    if account.id == caller.account {
        return Ok(());
    }
    caller.must_be(if account.role.is_staff() { &[Role::Admin] } else { &[Role::Manager, Role::Admin] })
}

/// Someone must be left who can give roles. All admins have to be locked.
pub(super) fn not_the_last_admin(account: &Account, admins: &[AccountId], path: Path) -> Result<(), Refusal> {
    if account.role == Role::Admin && admins.iter().all(|admin| *admin == account.id) {
        let message = "This is the last admin. Make another one first.";
        return Err(Refusal::input(Code::LimitReached, path, message));
    }
    Ok(())
}
