//! Finding invoices.

use std::sync::Arc;

use async_graphql::{Context, InputObject, Object, Result};

use crate::{
    billing::invoices::{
        Invoice, InvoiceLine, InvoiceStatus,
        list::{Filter, LineFilter, list, list_lines},
        loaders::InvoiceById,
        policy,
    },
    graphql::{Ask as _, Connection, Date, Needs, auth},
    kernel::{AccountId, InvoiceId, PageArgs},
};

/// Which invoices to list. All conditions must hold.
#[derive(InputObject, Debug, Default)]
pub struct InvoiceFilter {
    /// Of this account.
    user_id: Option<AccountId>,
    /// In one of these statuses.
    statuses: Option<Vec<InvoiceStatus>>,
    /// Of this day or later.
    from: Option<Date>,
    /// Of this day or earlier.
    to: Option<Date>,
}

impl From<Option<InvoiceFilter>> for Filter {
    fn from(filter: Option<InvoiceFilter>) -> Self {
        let filter = filter.unwrap_or_default();
        Self {
            user: filter.user_id,
            statuses: filter.statuses,
            from: filter.from.map(|day| day.0),
            to: filter.to.map(|day| day.0),
        }
    }
}

/// Which lines to list.
#[derive(InputObject, Debug, Default)]
pub struct InvoiceLineFilter {
    /// Of this invoice.
    invoice_id: Option<InvoiceId>,
}

/// What can be read of invoices.
#[derive(Default)]
pub struct InvoiceQuery;

#[Object]
impl InvoiceQuery {
    /// One invoice, or null if there is none with this id for this viewer.
    #[graphql(guard = "Needs::SELF_OR_STAFF.any()", directive = auth::apply(Needs::SELF_OR_STAFF.into()))]
    async fn invoice(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The invoice's id.")] id: InvoiceId,
    ) -> Result<Option<Arc<Invoice>>> {
        let found = ctx.load_by_id(InvoiceById(id), id.uuid()).await?;
        Ok(found.filter(|invoice| policy::may_see(ctx.viewer(), invoice)))
    }

    /// Everyone's invoices, newest first, in pages. Deleted ones are left out.
    #[graphql(guard = "Needs::STAFF.any()", directive = auth::apply(Needs::STAFF.into()))]
    async fn invoices(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "So many from the start, or behind `after`. From 0 to 100; 20 if nothing is said.")]
        first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the end, or before `before`. From 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
        #[graphql(desc = "Which invoices.")] filter: Option<InvoiceFilter>,
    ) -> Result<Option<Connection<Invoice>>> {
        let window = PageArgs { first, after, last, before, offset: None }.window("NEWEST")?;
        let filter = Filter::from(filter);
        let page = list(ctx.db(), &filter, &window).await?;
        Ok(Some(Connection::new(page, filter)))
    }

    /// Lines of everyone's invoices, newest first, in pages. Deleted ones are left out.
    #[graphql(guard = "Needs::STAFF.any()", directive = auth::apply(Needs::STAFF.into()))]
    async fn invoice_lines(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "So many from the start, or behind `after`. From 0 to 100; 20 if nothing is said.")]
        first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the end, or before `before`. From 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
        #[graphql(desc = "Which lines.")] filter: Option<InvoiceLineFilter>,
    ) -> Result<Option<Connection<InvoiceLine>>> {
        let window = PageArgs { first, after, last, before, offset: None }.window("NEWEST")?;
        let filter = LineFilter { invoice: filter.unwrap_or_default().invoice_id };
        let page = list_lines(ctx.db(), filter, &window).await?;
        Ok(Some(Connection::new(page, filter)))
    }
}
