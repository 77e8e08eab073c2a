//! What a client of the store sees, over HTTP, against a real PostgreSQL.

mod support;

mod access;
mod bags;
mod layers;
mod migrations;
mod orders;
mod program;
mod schema;
