//! Opens a stream.

use diesel_async::AsyncConnection as _;

use super::{Outcome, Stream, StreamStatus, close, lease_end, policy, store};
use crate::{
    accounts,
    billing::{
        Membership,
        invoices::{Charge, charge},
        memberships, payer,
    },
    db::{Conn, Db, Keyed},
    kernel::{AccountId, Caller, Code, Fault, InvoiceLineId, Refusal, StreamId},
};

/// Checks an account in, the caller's own if no other is named.
///
/// # Errors
/// Refused if the account is closed, no membership is valid today, or all of its credits are taken.
pub async fn check_in(
    db: &Db,
    caller: &Caller,
    user: Option<AccountId>,
    key: Option<String>,
) -> Result<Outcome, Fault> {
    let user = policy::acting_for(db, caller, user).await?;
    let keyed = Keyed::new(db, caller.account, key, "checkIn", user.uuid().as_bytes())?;
    let (id, now) = (StreamId::fresh(), db.now());
    let expires_at = lease_end(db, now);
    db.conn()
        .await?
        .transaction(async |conn| {
            if let Some(keyed) = &keyed
                && let Some(earlier) = keyed.claim(conn, id.uuid()).await?
            {
                return store::opened(conn, earlier.into()).await;
            }
            if user == caller.account {
                accounts::hold_caller(conn, caller).await?;
            } else {
                payer::lock(conn, "userId", user).await?;
            }
            let Some(membership) = memberships::lock_valid(conn, user, now.date_naive()).await? else {
                return Err(refused(Code::NoMembership, "No membership is valid today."));
            };
            take_credit(conn, &membership, now).await?;
            // Behind the lines of what was closed to make room.
            let line = InvoiceLineId::fresh();
            let charged =
                Charge { line, user, amount: membership.stream_fee, description: "Check-in", at: now };
            let billed = charge(conn, charged).await?;
            let stream = Stream {
                id,
                membership_id: membership.id,
                status: StreamStatus::Open,
                started_at: now,
                ended_at: None,
                expires_at,
                opened_line_id: line,
                closed_line_id: None,
            };
            store::insert(conn, &stream).await?;
            Ok(Outcome { stream, membership, billed: Some(billed) })
        })
        .await
}

/// Finds a credit that no open stream takes. Streams whose leases ran out don't stand in the way, even if nobody
/// has closed them yet.
async fn take_credit(
    conn: &mut Conn,
    membership: &Membership,
    now: chrono::DateTime<chrono::Utc>,
) -> Result<(), Fault> {
    if has_credit(conn, membership).await? {
        return Ok(());
    }
    for stream in store::lock_run_out_of(conn, membership.id, now).await? {
        close::close(conn, &stream, InvoiceLineId::fresh(), close::RAN_OUT, now).await?;
    }
    if has_credit(conn, membership).await? {
        return Ok(());
    }
    Err(refused(Code::NoCredits, "All credits of the membership are taken by open streams."))
}

async fn has_credit(conn: &mut Conn, membership: &Membership) -> Result<bool, Fault> {
    Ok(store::count_open(conn, membership.id).await? < i64::from(membership.credits))
}

fn refused(code: Code, message: &str) -> Fault {
    Refusal::input(code, vec!["input".into()], message).into()
}
