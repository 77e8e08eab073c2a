//! Opens a stream.

use super::{
    Outcome, Stream, StreamStatus,
    close::{Closing, close},
    events, lease_end, policy, store,
};
use crate::{
    accounts,
    billing::{
        Membership,
        invoices::{Charge, charge, invoice_changed},
        memberships, payer,
    },
    db::{Conn, Db, Keyed},
    events::{EventType, append},
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
    let (expires_at, currency) = (lease_end(db, now), db.shop().currency);
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
            take_credit(conn, &membership, Closing::run_out(currency, now)).await?;
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
                version: 1,
            };
            store::insert(conn, &stream).await?;
            let told = vec![
                events::told(EventType::StreamOpened, &stream, &membership),
                invoice_changed(currency, &billed.0, std::slice::from_ref(&billed.1)),
            ];
            append(conn, Some(caller.account), now, told).await?;
            Ok(Outcome { stream, membership, billed: Some(billed) })
        })
        .await
}

/// Finds a credit that no open stream takes. Streams whose leases ran out don't stand in the way, even if nobody
/// has closed them yet.
async fn take_credit(conn: &mut Conn, membership: &Membership, closing: Closing) -> Result<(), Fault> {
    if has_credit(conn, membership).await? {
        return Ok(());
    }
    for stream in store::lock_run_out_of(conn, membership.id, closing.now).await? {
        close(conn, &stream, Closing { line: InvoiceLineId::fresh(), ..closing }).await?;
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
