//! Writing invoices. All of it is for staff.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};

use crate::{
    billing::invoices::{
        Invoice, InvoiceLine, InvoiceStatus, change_status,
        create::{NewInvoice, create},
        delete, lines, update,
    },
    graphql::{Ask as _, Date, Decimal, Needs, UserError, auth, settle},
    kernel::{AccountId, Fault, InvoiceId, InvoiceLineId},
};

/// A line of a new invoice.
#[derive(InputObject, Debug)]
pub struct InvoiceLineInput {
    /// What is to be paid; a credit is negative.
    amount: Decimal,
    /// What it is for, at most 1,000 characters.
    description: Option<String>,
}

/// A new invoice.
#[derive(InputObject, Debug)]
pub struct CreateInvoiceInput {
    /// Who is to pay.
    user_id: AccountId,
    /// Its day; today if nothing is said. An account has one OUTSTANDING invoice in a month at most.
    date: Option<Date>,
    /// OUTSTANDING if nothing is said; PAID and VOID for what was settled elsewhere.
    status: Option<InvoiceStatus>,
    /// What it is for, at most 1,000 characters.
    description: Option<String>,
    /// Its lines, at most 100. More can be added later, as long as it is OUTSTANDING.
    lines: Option<Vec<InvoiceLineInput>>,
    /// 1 to 255 characters of your choice: sent again with the same key and the same input, one invoice is made,
    /// and the answer is the same invoice.
    idempotency_key: Option<String>,
}

/// What is to be changed of an invoice; what is left out stays.
#[derive(InputObject, Debug)]
pub struct UpdateInvoiceInput {
    /// The invoice.
    id: InvoiceId,
    /// Change nothing unless it has this version.
    expected_version: Option<i32>,
    /// Who is to pay it from now on.
    user_id: Option<AccountId>,
    /// Its day.
    date: Option<Date>,
    /// What it is for, at most 1,000 characters.
    description: Option<String>,
}

/// An invoice's next status.
#[derive(InputObject, Debug)]
pub struct ChangeInvoiceStatusInput {
    /// The invoice.
    id: InvoiceId,
    /// What its status is to become; see `nextStatuses`.
    status: InvoiceStatus,
    /// Change nothing unless it has this version.
    expected_version: Option<i32>,
}

/// Which invoice to delete.
#[derive(InputObject, Debug)]
pub struct DeleteInvoiceInput {
    /// The invoice, which is OUTSTANDING.
    id: InvoiceId,
}

/// A new line.
#[derive(InputObject, Debug)]
pub struct CreateInvoiceLineInput {
    /// The invoice, which is OUTSTANDING, and whose account is open.
    invoice_id: InvoiceId,
    /// What is to be paid; a credit is negative.
    amount: Decimal,
    /// What it is for, at most 1,000 characters.
    description: Option<String>,
    /// 1 to 255 characters of your choice: sent again with the same key and the same input, one line is made,
    /// and the answer is the same line.
    idempotency_key: Option<String>,
}

/// What is to be changed of a line; what is left out stays.
#[derive(InputObject, Debug)]
pub struct UpdateInvoiceLineInput {
    /// The line, of an invoice that is OUTSTANDING.
    id: InvoiceLineId,
    /// Change nothing unless the line has this version.
    expected_version: Option<i32>,
    /// Moves the line to this invoice, which is OUTSTANDING, and whose account is open.
    invoice_id: Option<InvoiceId>,
    /// What is to be paid; a credit is negative.
    amount: Option<Decimal>,
    /// What it is for, at most 1,000 characters.
    description: Option<String>,
}

/// Which line to delete.
#[derive(InputObject, Debug)]
pub struct DeleteInvoiceLineInput {
    /// The line, of an invoice that is OUTSTANDING.
    id: InvoiceLineId,
}

/// What came of writing an invoice.
#[derive(SimpleObject)]
pub struct InvoicePayload {
    /// The invoice as it is now; null if nothing was done.
    invoice: Option<Invoice>,
    /// What has to be mended first.
    user_errors: Vec<UserError>,
}

/// What came of writing a line.
#[derive(SimpleObject)]
pub struct InvoiceLinePayload {
    /// The line as it is now; null if nothing was done.
    invoice_line: Option<InvoiceLine>,
    /// What has to be mended first.
    user_errors: Vec<UserError>,
}

fn payload(outcome: Result<Invoice, Fault>) -> Result<Option<InvoicePayload>> {
    let (invoice, user_errors) = settle(outcome)?;
    Ok(Some(InvoicePayload { invoice, user_errors }))
}

fn line_payload(outcome: Result<InvoiceLine, Fault>) -> Result<Option<InvoiceLinePayload>> {
    let (invoice_line, user_errors) = settle(outcome)?;
    Ok(Some(InvoiceLinePayload { invoice_line, user_errors }))
}

/// What staff can do with invoices.
#[derive(Default)]
pub struct InvoiceMutation;

#[Object]
impl InvoiceMutation {
    /// Makes an invoice, with its lines.
    #[graphql(guard = "Needs::STAFF.any()", directive = auth::apply(Needs::STAFF.into()))]
    async fn create_invoice(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The new invoice.")] input: CreateInvoiceInput,
    ) -> Result<Option<InvoicePayload>> {
        let lines = input.lines.unwrap_or_default().into_iter();
        let new = NewInvoice {
            user: input.user_id,
            date: input.date.map(|day| day.0),
            status: input.status.unwrap_or(InvoiceStatus::Outstanding),
            description: input.description.unwrap_or_default(),
            lines: lines.map(|line| (line.amount.0, line.description.unwrap_or_default())).collect(),
        };
        payload(create(ctx.db(), ctx.caller()?, new, input.idempotency_key).await)
    }

    /// Changes whose an invoice is, of which day, and what it is for.
    #[graphql(guard = "Needs::STAFF.any()", directive = auth::apply(Needs::STAFF.into()))]
    async fn update_invoice(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be changed.")] input: UpdateInvoiceInput,
    ) -> Result<Option<InvoicePayload>> {
        let changes = update::Update {
            id: input.id,
            expected_version: input.expected_version,
            user: input.user_id,
            date: input.date.map(|day| day.0),
            description: input.description,
        };
        payload(update::update(ctx.db(), ctx.caller()?, changes).await)
    }

    /// Settles an invoice as PAID, or gives it up as VOID. Its lines stay as they are from then on.
    #[graphql(guard = "Needs::STAFF.any()", directive = auth::apply(Needs::STAFF.into()))]
    async fn change_invoice_status(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The invoice and its next status.")] input: ChangeInvoiceStatusInput,
    ) -> Result<Option<InvoicePayload>> {
        let ChangeInvoiceStatusInput { id, status, expected_version } = input;
        let change = change_status::change_status(ctx.db(), ctx.caller()?, id, status, expected_version);
        payload(change.await)
    }

    /// Deletes an invoice and its lines. Only staff see it from then on.
    #[graphql(guard = "Needs::STAFF.any()", directive = auth::apply(Needs::STAFF.into()))]
    async fn delete_invoice(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which invoice.")] input: DeleteInvoiceInput,
    ) -> Result<Option<InvoicePayload>> {
        payload(delete::delete(ctx.db(), ctx.caller()?, input.id).await)
    }

    /// Adds a line to an invoice.
    #[graphql(guard = "Needs::STAFF.any()", directive = auth::apply(Needs::STAFF.into()))]
    async fn create_invoice_line(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The new line.")] input: CreateInvoiceLineInput,
    ) -> Result<Option<InvoiceLinePayload>> {
        let new = lines::NewLine {
            invoice: input.invoice_id,
            amount: input.amount.0,
            description: input.description.unwrap_or_default(),
        };
        line_payload(lines::create(ctx.db(), ctx.caller()?, new, input.idempotency_key).await)
    }

    /// Changes a line, or moves it to another invoice; the amounts of both follow.
    #[graphql(guard = "Needs::STAFF.any()", directive = auth::apply(Needs::STAFF.into()))]
    async fn update_invoice_line(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be changed.")] input: UpdateInvoiceLineInput,
    ) -> Result<Option<InvoiceLinePayload>> {
        let changes = lines::Update {
            id: input.id,
            expected_version: input.expected_version,
            invoice: input.invoice_id,
            amount: input.amount.map(|amount| amount.0),
            description: input.description,
        };
        line_payload(lines::update(ctx.db(), ctx.caller()?, changes).await)
    }

    /// Takes a line off its invoice.
    #[graphql(guard = "Needs::STAFF.any()", directive = auth::apply(Needs::STAFF.into()))]
    async fn delete_invoice_line(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which line.")] input: DeleteInvoiceLineInput,
    ) -> Result<Option<InvoiceLinePayload>> {
        line_payload(lines::delete(ctx.db(), ctx.caller()?, input.id).await)
    }
}
