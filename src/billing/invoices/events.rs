//! What is told of invoices.

use serde_json::{Value, json};

use super::{Invoice, InvoiceLine};
use crate::{
    events::{EventType, NewEvent, money},
    kernel::{Currency, InvoiceId, Named as _},
};

/// Tells what an invoice is now, and which lines made it so. Texts that people wrote are left out.
pub fn changed(currency: Currency, invoice: &Invoice, lines: &[InvoiceLine]) -> NewEvent {
    let line = |line: &InvoiceLine| {
        json!({
            "id": line.id.to_string(),
            "amount": money(currency, line.amount),
            "removed": is_gone(line, invoice.id),
        })
    };
    let lines: Vec<Value> = lines.iter().map(line).collect();
    let payload = json!({
        "v": 1,
        "userId": invoice.user_id,
        "date": invoice.date,
        "status": invoice.status.name(),
        "amount": money(currency, invoice.amount),
        "lines": lines,
        "deleted": invoice.deleted_at.is_some(),
    });
    NewEvent::new(EventType::InvoiceChanged, invoice.id, invoice.version, &payload)
}

/// Whether a line was deleted or went to another invoice.
fn is_gone(line: &InvoiceLine, invoice: InvoiceId) -> bool {
    line.deleted_at.is_some() || line.invoice_id != invoice
}
