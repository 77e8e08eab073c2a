//! What the store sold, to whom games and memberships went, and what is owed: figures added up by the database, for
//! staff alone. For everyone else the reports don't exist. They read the tables of all features and change none.
//!
//! Closed accounts, archived products and retired games count as they did: a report tells what was.

mod days;
mod graphql;
mod store;

pub use graphql::ReportQuery;
