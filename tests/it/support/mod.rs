//! What every test needs: a store of its own, people who use it, and a way to talk to it.

mod app;
mod client;
mod database;
mod events;
mod people;
mod program;
mod socket;

pub use app::TestApp;
pub use client::{Client, Reply};
pub use database::Database;
pub use events::Events;
pub use people::Person;
pub use program::served;
pub use serde_json::{Value, json};
pub use socket::Socket;
