//! Invoices. The amount of one is always the sum of its lines. Staff write them by hand, check-ins add to the one
//! that is OUTSTANDING in the month; a user has at most one such in a month. Once it is PAID or VOID its lines stay
//! as they are. Deleting an invoice deletes its lines. An invoice is for its user and staff.

mod change_status;
mod charge;
mod create;
mod delete;
mod events;
mod feed;
mod graphql;
mod lines;
mod list;
mod loaders;
mod policy;
mod status;
mod store;
mod update;
mod words;

use chrono::NaiveDate;
use diesel::{Queryable, Selectable};

pub(super) use charge::{Charge, charge};
pub(super) use events::changed as invoice_changed;
pub use graphql::{InvoiceFeed, InvoiceFilter, InvoiceMutation, InvoiceQuery};
pub(super) use list::Filter;
pub(super) use loaders::{CountInvoicesOf, InvoicesOf};
pub use policy::{visible_invoice_lines, visible_invoices};
pub use status::InvoiceStatus;
pub(super) use words::MAX_AMOUNT;

use crate::{
    db::schema::{invoice_lines, invoices},
    graphql::entity,
    kernel::{AccountId, InvoiceId, InvoiceLineId, Moment},
};

/// An invoice.
#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = invoices, check_for_backend(diesel::pg::Pg))]
pub struct Invoice {
    /// Its id.
    pub id: InvoiceId,
    /// Who is to pay.
    pub user_id: AccountId,
    /// Its day.
    pub date: NaiveDate,
    /// Whether it is paid.
    pub status: InvoiceStatus,
    /// What it is for.
    pub description: String,
    /// The sum of its lines, in minor units of the store's currency.
    pub amount: i64,
    /// When it was made.
    pub created_at: Moment,
    /// When it was last changed.
    pub updated_at: Moment,
    /// When it was deleted.
    pub deleted_at: Option<Moment>,
    /// Grows by one at every change, those of its lines included.
    pub version: i32,
}

/// A line of an invoice.
#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = invoice_lines, check_for_backend(diesel::pg::Pg))]
pub struct InvoiceLine {
    /// Its id.
    pub id: InvoiceLineId,
    /// The invoice.
    pub invoice_id: InvoiceId,
    /// In minor units of the store's currency; credits are negative.
    pub amount: i64,
    /// What it is for.
    pub description: String,
    /// When it was made.
    pub created_at: Moment,
    /// When it was last changed.
    pub updated_at: Moment,
    /// When it was deleted.
    pub deleted_at: Option<Moment>,
    /// Grows by one at every change.
    pub version: i32,
}

entity!(Invoice, InvoiceLine);
