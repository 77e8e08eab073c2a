//! Invoices and their lines.

use std::sync::Arc;

use async_graphql::{Context, Object, Result};

use crate::{
    accounts::{Account, AccountById},
    billing::invoices::{
        Invoice, InvoiceLine, InvoiceStatus,
        loaders::{InvoiceById, LinesOfInvoice},
    },
    graphql::{Ask as _, Date, Entity as _, Money, Stored},
    kernel::Status as _,
};

/// What a user is to pay. For its user and staff.
#[Object(name = "Invoice")]
impl Invoice {
    #[graphql(flatten)]
    async fn entity(&self) -> Stored {
        self.stored()
    }

    /// Who is to pay.
    async fn user(&self, ctx: &Context<'_>) -> Result<Arc<Account>> {
        ctx.load_there(AccountById(self.user_id)).await
    }

    /// Its day. Check-ins go to the OUTSTANDING invoice of their month, of which there is one at most.
    async fn date(&self) -> Date {
        Date(self.date)
    }

    /// Whether it is paid.
    async fn status(&self) -> InvoiceStatus {
        self.status
    }

    /// What the status may become next. Staff change it.
    async fn next_statuses(&self) -> Vec<InvoiceStatus> {
        self.status.next()
    }

    /// What it is for; may be empty.
    async fn description(&self) -> &str {
        &self.description
    }

    /// Always the sum of its lines; below zero if there are more credits than charges.
    async fn amount(&self, ctx: &Context<'_>) -> Money {
        Money::new(ctx.db().shop(), self.amount)
    }

    /// What it is made of, oldest first.
    async fn lines(&self, ctx: &Context<'_>) -> Result<Arc<Vec<InvoiceLine>>> {
        ctx.load_there(LinesOfInvoice(self.id)).await
    }
}

/// One position of an invoice. For the invoice's user and staff.
#[Object(name = "InvoiceLine")]
impl InvoiceLine {
    #[graphql(flatten)]
    async fn entity(&self) -> Stored {
        self.stored()
    }

    /// The invoice.
    async fn invoice(&self, ctx: &Context<'_>) -> Result<Arc<Invoice>> {
        ctx.load_there(InvoiceById(self.invoice_id)).await
    }

    /// What is to be paid for it; credits are negative.
    async fn amount(&self, ctx: &Context<'_>) -> Money {
        Money::new(ctx.db().shop(), self.amount)
    }

    /// What it is for; may be empty.
    async fn description(&self) -> &str {
        &self.description
    }
}
