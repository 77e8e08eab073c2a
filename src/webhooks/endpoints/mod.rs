//! Endpoints: where a webhook is, of what it is told, and the secret that signs what it is told. Staff alone know of
//! them. A webhook is told of what happens while it is there and enabled; what it was not told by then, it never is.

mod create;
mod delete;
mod graphql;
mod list;
mod loaders;
mod policy;
mod rotate;
mod secret;
mod store;
mod update;
mod words;

use diesel::{Queryable, Selectable};

pub use graphql::{WebhookMutation, WebhookQuery};
pub(super) use loaders::WebhookById;
pub use policy::visible_webhooks;
pub(super) use secret::{Secret, signatures};
pub(super) use store::{disable_gone, hold};

use crate::{
    db::schema::webhooks,
    events::EventType,
    graphql::entity,
    kernel::{Moment, WebhookId},
};

/// A webhook, without its secret.
#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = webhooks, check_for_backend(diesel::pg::Pg))]
pub struct Webhook {
    /// Its id.
    pub id: WebhookId,
    /// Where it is.
    pub url: String,
    /// What it is for.
    pub description: String,
    /// Of what it is told.
    pub types: Vec<EventType>,
    /// Whether it is told anything.
    pub is_enabled: bool,
    /// When it was made.
    pub created_at: Moment,
    /// When it was last changed.
    pub updated_at: Moment,
    /// When it was deleted.
    pub deleted_at: Option<Moment>,
    /// Grows by one at every change.
    pub version: i32,
}

entity!(Webhook);
