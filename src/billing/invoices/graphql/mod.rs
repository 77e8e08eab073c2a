//! Invoices as clients see them.

mod feed;
mod mutation;
mod node;
mod query;

pub use feed::InvoiceFeed;
pub use mutation::InvoiceMutation;
pub use query::{InvoiceFilter, InvoiceQuery};
