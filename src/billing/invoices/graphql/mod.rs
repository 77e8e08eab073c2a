//! Invoices as clients see them.

mod mutation;
mod node;
mod query;

pub use mutation::InvoiceMutation;
pub use query::{InvoiceFilter, InvoiceQuery};
