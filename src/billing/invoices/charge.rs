//! Puts something on a user's invoice of this month.

use chrono::{DateTime, Utc};

use super::{Invoice, InvoiceLine, InvoiceStatus, store};
use crate::{
    db::Conn,
    kernel::{AccountId, Fault, InvoiceId, InvoiceLineId},
};

/// Each attempt fails only if somebody settles the invoice between two statements.
const ATTEMPTS: usize = 5;

/// What is to be paid, and for what.
#[derive(Debug)]
pub struct Charge<'a> {
    /// The id of the line to be.
    pub line: InvoiceLineId,
    pub user: AccountId,
    pub amount: i64,
    pub description: &'a str,
    pub at: DateTime<Utc>,
}

/// Adds a line to the user's OUTSTANDING invoice of the month, and makes that if there is none, in the caller's
/// transaction.
pub async fn charge(conn: &mut Conn, charge: Charge<'_>) -> Result<(Invoice, InvoiceLine), Fault> {
    let invoice = lock_or_make(conn, charge.user, charge.at).await?;
    let line = store::NewLine {
        id: charge.line,
        invoice_id: invoice,
        amount: charge.amount,
        description: charge.description.to_owned(),
        created_at: charge.at,
        updated_at: charge.at,
    };
    let line = store::insert_line(conn, &line).await?;
    Ok((store::touch(conn, invoice, charge.at).await?, line))
}

async fn lock_or_make(conn: &mut Conn, user: AccountId, at: DateTime<Utc>) -> Result<InvoiceId, Fault> {
    let date = at.date_naive();
    for _ in 0..ATTEMPTS {
        if let Some(found) = store::lock_outstanding(conn, user, date).await? {
            return Ok(found);
        }
        // Two first charges of a month at once: one of them makes the invoice, the other one waits and finds it.
        let new = store::NewRow {
            id: InvoiceId::fresh(),
            user_id: user,
            date,
            status: InvoiceStatus::Outstanding,
            description: date.format("Streams of %B %Y").to_string(),
            created_at: at,
            updated_at: at,
        };
        store::insert_unless_there(conn, &new).await?;
    }
    Err(Fault::Unavailable("the invoice of the month was settled again and again".into()))
}
