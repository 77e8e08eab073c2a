//! Who may see and change which invoice.

use super::{Invoice, InvoiceLine, InvoiceStatus, store};
use crate::{
    db::Db,
    kernel::{AccountId, Caller, Code, Fault, InvoiceId, InvoiceLineId, Named as _, Refusal, at},
};

/// What is deleted is for staff alone.
pub fn may_see(viewer: Option<&Caller>, invoice: &Invoice) -> bool {
    may_see_of(viewer, invoice.user_id, invoice.deleted_at.is_some())
}

fn may_see_of(viewer: Option<&Caller>, user: AccountId, deleted: bool) -> bool {
    viewer.is_some_and(|caller| caller.is_staff() || (caller.account == user && !deleted))
}

/// The invoice that `field` names, if it can be changed at all. That the caller is staff is known already.
pub fn there(field: &'static str, invoice: Option<Invoice>) -> Result<Invoice, Fault> {
    invoice
        .filter(|invoice| invoice.deleted_at.is_none())
        .ok_or_else(|| Refusal::not_found(field, "invoice").into())
}

/// Lines of an invoice that is paid or void stay as they are.
pub fn open(field: &'static str, invoice: &Invoice) -> Result<(), Refusal> {
    if invoice.status == InvoiceStatus::Outstanding {
        return Ok(());
    }
    let message = format!("This invoice is {}: its lines can't be changed.", invoice.status.name());
    Err(Refusal::input(Code::Invalid, at(field), message))
}

/// Those of these invoices that the viewer may see, for `node` and `nodes`.
///
/// # Errors
/// As [`Db::conn`].
pub async fn visible_invoices(
    db: &Db,
    viewer: Option<&Caller>,
    ids: &[InvoiceId],
) -> Result<Vec<Invoice>, Fault> {
    let mut invoices = store::by_ids(&mut db.conn().await?, ids).await?;
    invoices.retain(|invoice| may_see(viewer, invoice));
    Ok(invoices)
}

/// Those of these lines that the viewer may see, for `node` and `nodes`.
///
/// # Errors
/// As [`Db::conn`].
pub async fn visible_invoice_lines(
    db: &Db,
    viewer: Option<&Caller>,
    ids: &[InvoiceLineId],
) -> Result<Vec<InvoiceLine>, Fault> {
    let lines = store::lines_with_users(&mut db.conn().await?, ids).await?;
    let visible =
        |(line, user): &(InvoiceLine, AccountId)| may_see_of(viewer, *user, line.deleted_at.is_some());
    Ok(lines.into_iter().filter(visible).map(|(line, _)| line).collect())
}
