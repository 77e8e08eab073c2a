//! Closes a stream that is locked, in the caller's transaction.

use chrono::{DateTime, Utc};

use super::{Outcome, Stream, store};
use crate::{
    billing::{
        invoices::{Charge, charge},
        memberships,
    },
    db::Conn,
    kernel::{Fault, InvoiceLineId},
};

pub const CHECKED_OUT: &str = "Check-out";
pub const RAN_OUT: &str = "Check-out, as the lease ran out";

/// Writes on the invoice of the month that it is closed, under this line's id. A stream whose lease ran out ended
/// then, and not when somebody noticed.
pub async fn close(
    conn: &mut Conn,
    stream: &Stream,
    line: InvoiceLineId,
    description: &str,
    now: DateTime<Utc>,
) -> Result<Outcome, Fault> {
    let membership = memberships::by_id(conn, stream.membership_id).await?;
    let charged = Charge { line, user: membership.user_id, amount: 0, description, at: now };
    let billed = charge(conn, charged).await?;
    let stream = store::close(conn, stream.id, now.min(stream.expires_at), line).await?;
    Ok(Outcome { stream, membership, billed: Some(billed) })
}
