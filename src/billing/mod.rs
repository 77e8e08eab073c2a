//! Billing: memberships, the streams that they allow, and the invoices that these end up on.

mod graphql;
mod invoices;
mod memberships;
mod payer;
mod streams;

use async_graphql::{MergedObject, MergedSubscription};

pub use graphql::UserBilling;
pub use invoices::{Invoice, InvoiceLine, InvoiceStatus, visible_invoice_lines, visible_invoices};
pub use memberships::{Membership, MembershipStatus, read_fee, visible_memberships};
pub use streams::{Stream, StreamStatus, close_run_out, visible_streams};

/// What can be read of memberships and invoices.
#[derive(MergedObject, Default)]
pub struct BillingQuery(memberships::MembershipQuery, invoices::InvoiceQuery);

/// What can be done with memberships, streams and invoices.
#[derive(MergedObject, Default)]
pub struct BillingMutation(
    memberships::MembershipMutation,
    streams::StreamMutation,
    invoices::InvoiceMutation,
);

/// What can be heard of memberships and invoices.
#[derive(MergedSubscription, Default)]
pub struct BillingFeed(memberships::MembershipFeed, invoices::InvoiceFeed);
