//! Souk: a headless commerce backend.
//!
//! A request goes one way and back: [`http`] finds out who asks and reads the document, [`api`] prepares and
//! executes it, the resolvers of a feature ([`accounts`], [`billing`], [`catalogue`], [`checkout`], [`games`], [`webhooks`])
//! call its use cases, and those decide by their policy and status machine and speak SQL in their store, through [`db`]. What all of
//! them speak in stands in [`kernel`], what their GraphQL parts are made of in [`graphql`].

pub mod accounts;
pub mod api;
pub mod app;
pub mod billing;
pub mod catalogue;
pub mod checkout;
pub mod config;
pub mod db;
pub mod demo;
pub mod events;
pub mod games;
pub mod graphql;
pub mod http;
pub mod jobs;
pub mod kernel;
pub mod reports;
pub mod webhooks;
