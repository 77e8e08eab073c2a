//! Sending: what is due goes out from whichever instance takes it, to public addresses alone.

mod address;
mod client;
mod connector;
mod courier;
mod message;

pub(super) use address::is_public;
pub use client::Client;
pub use courier::Courier;
