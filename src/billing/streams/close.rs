//! Closes a stream that is locked, in the caller's transaction.

use chrono::{DateTime, Utc};

use super::{Outcome, Stream, events, store};
use crate::{
    billing::{
        invoices::{Charge, charge, invoice_changed},
        memberships,
    },
    db::Conn,
    events::{EventType, append},
    kernel::{AccountId, Currency, Fault, InvoiceLineId},
};

/// How a stream is closed.
#[derive(Clone, Copy, Debug)]
pub struct Closing {
    /// Who checks out; nobody if the lease ran out.
    pub by: Option<AccountId>,
    /// The id of the line to be.
    pub line: InvoiceLineId,
    pub currency: Currency,
    pub now: DateTime<Utc>,
}

impl Closing {
    /// By the store itself.
    pub fn run_out(currency: Currency, now: DateTime<Utc>) -> Self {
        Self { by: None, line: InvoiceLineId::fresh(), currency, now }
    }
}

/// Writes on the invoice of the month that it is closed. A stream whose lease ran out ended then, and not when
/// somebody noticed.
pub async fn close(conn: &mut Conn, stream: &Stream, closing: Closing) -> Result<Outcome, Fault> {
    let Closing { by, line, currency, now } = closing;
    let membership = memberships::by_id(conn, stream.membership_id).await?;
    let description = if by.is_some() { "Check-out" } else { "Check-out, as the lease ran out" };
    let charged = Charge { line, user: membership.user_id, amount: 0, description, at: now };
    let billed = charge(conn, charged).await?;
    let stream = store::close(conn, stream.id, now.min(stream.expires_at), line).await?;
    let told = vec![
        events::told(EventType::StreamClosed, &stream, &membership),
        invoice_changed(currency, &billed.0, std::slice::from_ref(&billed.1)),
    ];
    append(conn, by, now, told).await?;
    Ok(Outcome { stream, membership, billed: Some(billed) })
}
