//! Who may see and move which stream.

use super::{Stream, store};
use crate::{
    accounts::visible_accounts,
    db::Db,
    kernel::{AccountId, Caller, Denial, Fault, Refusal, StreamId},
};

/// The account that somebody checks in or out: one's own, or for staff anyone's.
pub async fn acting_for(db: &Db, caller: &Caller, user: Option<AccountId>) -> Result<AccountId, Fault> {
    let user = user.unwrap_or(caller.account);
    if user == caller.account {
        return Ok(user);
    }
    if !caller.is_staff() {
        return Err(Denial::Forbidden.into());
    }
    match visible_accounts(db, Some(caller), &[user]).await?.pop() {
        Some(account) => Ok(account.id),
        None => Err(Refusal::not_found("userId", "account").into()),
    }
}

fn there(caller: &Caller, found: Option<(Stream, AccountId)>) -> Result<(Stream, AccountId), Refusal> {
    found
        .filter(|(_, user)| caller.is_self_or_staff(*user))
        .ok_or_else(|| Refusal::not_found("streamId", "stream"))
}

/// The stream, if it is there for this caller, and of the user whom they name.
pub fn to_close(
    caller: &Caller,
    named: Option<AccountId>,
    found: Option<(Stream, AccountId)>,
) -> Result<Stream, Refusal> {
    let of_named = found.filter(|(_, user)| named.is_none_or(|named| named == *user));
    there(caller, of_named).map(|(stream, _)| stream)
}

/// The stream, if it is the caller's own.
pub fn to_renew(caller: &Caller, found: Option<(Stream, AccountId)>) -> Result<Stream, Fault> {
    let (stream, user) = there(caller, found)?;
    if user == caller.account { Ok(stream) } else { Err(Denial::Forbidden.into()) }
}

/// Those of these streams that the viewer may see, for `node` and `nodes`.
///
/// # Errors
/// As [`Db::conn`].
pub async fn visible_streams(
    db: &Db,
    viewer: Option<&Caller>,
    ids: &[StreamId],
) -> Result<Vec<Stream>, Fault> {
    let Some(caller) = viewer else { return Ok(Vec::new()) };
    let streams = store::with_users(&mut db.conn().await?, ids).await?;
    let own = streams.into_iter().filter(|(_, user)| caller.is_self_or_staff(*user));
    Ok(own.map(|(stream, _)| stream).collect())
}
