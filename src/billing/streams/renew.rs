//! Moves the end of a stream's lease on.

use super::{Outcome, StreamStatus, check_out::none_open, events, lease_end, policy, store};
use crate::{
    accounts,
    billing::memberships,
    db::Db,
    events::{EventType, append},
    kernel::{Caller, Fault, StreamId},
};

/// Renews the caller's stream, if its lease has not run out.
///
/// # Errors
/// Refused if there is no such stream for the caller, or it is not open; denied if it is someone else's.
pub async fn renew(db: &Db, caller: &Caller, id: StreamId) -> Result<Outcome, Fault> {
    let now = db.now();
    db.conn()
        .await?
        .transaction(async |conn| {
            accounts::hold_caller(conn, caller).await?;
            let stream = policy::to_renew(caller, store::lock_with_user(conn, id).await?)?;
            if stream.status != StreamStatus::Open || stream.expires_at <= now {
                return Err(none_open(true).into());
            }
            let stream = store::renew(conn, stream.id, lease_end(db, now).max(stream.expires_at)).await?;
            let membership = memberships::by_id(conn, stream.membership_id).await?;
            let told = events::told(EventType::StreamRenewed, &stream, &membership);
            append(conn, Some(caller.account), now, vec![told]).await?;
            Ok(Outcome { stream, membership, billed: None })
        })
        .await
}
