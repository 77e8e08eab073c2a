//! Invoices and their lines.

use async_graphql::Context;

use crate::{
    accounts::AccountById,
    billing::invoices::{
        Invoice, InvoiceLine, InvoiceStatus,
        loaders::{InvoiceById, LinesOfInvoice},
    },
    graphql::{Ask as _, Date, Entity as _, LoadThere, Money, Stored, enums, object},
    kernel::Status as _,
};

enums!(InvoiceStatus);

/// What a user is to pay. For its user and staff.
#[object(name = "Invoice")]
impl Invoice {
    #[graphql(flatten)]
    fn entity(&self) -> Stored {
        self.stored()
    }

    /// Who is to pay.
    fn user(&self) -> LoadThere<AccountById> {
        LoadThere(AccountById(self.user_id))
    }

    /// Its day. Check-ins go to the OUTSTANDING invoice of their month, of which there is one at most.
    fn date(&self) -> Date {
        Date(self.date)
    }

    /// Whether it is paid.
    fn status(&self) -> InvoiceStatus {
        self.status
    }

    /// What the status may become next. Staff change it.
    fn next_statuses(&self) -> Vec<InvoiceStatus> {
        self.status.next()
    }

    /// What it is for; may be empty.
    fn description(&self) -> &str {
        &self.description
    }

    /// Always the sum of its lines; below zero if there are more credits than charges.
    fn amount(&self, ctx: &Context<'_>) -> Money {
        Money::new(ctx.db().shop(), self.amount)
    }

    /// What it is made of, oldest first.
    #[by_id(LinesOfInvoice)]
    fn lines(&self) -> LoadThere<LinesOfInvoice> {
        LoadThere(LinesOfInvoice(self.id))
    }
}

/// One position of an invoice. For the invoice's user and staff.
#[object(name = "InvoiceLine")]
impl InvoiceLine {
    #[graphql(flatten)]
    fn entity(&self) -> Stored {
        self.stored()
    }

    /// The invoice.
    fn invoice(&self) -> LoadThere<InvoiceById> {
        LoadThere(InvoiceById(self.invoice_id))
    }

    /// What is to be paid for it; credits are negative.
    fn amount(&self, ctx: &Context<'_>) -> Money {
        Money::new(ctx.db().shop(), self.amount)
    }

    /// What it is for; may be empty.
    fn description(&self) -> &str {
        &self.description
    }
}
