//! What a client of the store sees, over HTTP, against a real PostgreSQL.

mod support;

mod access;
mod accounts;
mod bags;
mod billing;
mod cost;
mod docs;
mod documents;
mod events;
mod games;
mod graphiql;
mod http;
mod jobs;
mod known;
mod layers;
mod live;
mod migrations;
mod node;
mod oauth;
mod orders;
mod products;
mod program;
mod reports;
mod schema;
mod sessions;
mod tags;
mod tls;
mod webhooks;
