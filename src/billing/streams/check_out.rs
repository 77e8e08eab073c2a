//! Closes a stream.

use super::{
    Outcome, Stream, StreamStatus,
    close::{Closing, close},
    policy, store,
};
use crate::{
    db::{Conn, Db, Keyed},
    kernel::{AccountId, Caller, Code, Fault, InvoiceLineId, Refusal, StreamId, at},
};

/// Each attempt fails only if all streams that were open a moment ago were closed by others.
const ATTEMPTS: usize = 5;

/// Closes the stream that is named, or else the oldest open one of the account, the caller's own if no other is
/// named.
///
/// # Errors
/// Refused if there is no such stream for the caller, or it is not open.
pub async fn check_out(
    db: &Db,
    caller: &Caller,
    user: Option<AccountId>,
    stream: Option<StreamId>,
    key: Option<String>,
) -> Result<Outcome, Fault> {
    let acting_for = policy::acting_for(db, caller, user).await?;
    let input = format!("{user:?} {stream:?}");
    let keyed = Keyed::new(db, caller.account, key, "checkOut", input.as_bytes())?;
    let (line, now, named) = (InvoiceLineId::fresh(), db.now(), stream.is_some());
    db.conn()
        .await?
        .transaction(async |conn| {
            if let Some(keyed) = &keyed
                && let Some(earlier) = keyed.claim(conn, line.uuid()).await?
            {
                return store::closed_by(conn, earlier.into()).await;
            }
            let stream = match stream {
                Some(id) => {
                    let found = store::lock_with_user(conn, id).await?;
                    let stream = policy::to_close(caller, user, found)?;
                    Some(stream).filter(|stream| stream.status == StreamStatus::Open)
                }
                None => lock_oldest(conn, acting_for).await?,
            };
            let Some(stream) = stream.as_ref() else { return Err(none_open(named).into()) };
            let (by, currency) = (Some(caller.account), db.shop().currency);
            close(conn, stream, Closing { by, line, currency, now }).await
        })
        .await
}

/// Two at once close two streams: whoever waited in vain for the oldest takes the next one.
async fn lock_oldest(conn: &mut Conn, user: AccountId) -> Result<Option<Stream>, Fault> {
    for _ in 0..ATTEMPTS {
        let open = store::open_of_user(conn, user).await?;
        if open.is_empty() {
            return Ok(None);
        }
        for id in open {
            if let Some(stream) = store::lock_open(conn, id).await? {
                return Ok(Some(stream));
            }
        }
    }
    Ok(None)
}

/// What is said where there is nothing to close or to renew.
pub fn none_open(named: bool) -> Refusal {
    if named {
        Refusal::input(Code::NoOpenStream, at("streamId"), "This stream is not open any more.")
    } else {
        Refusal::input(Code::NoOpenStream, vec!["input".into()], "No stream is open.")
    }
}
