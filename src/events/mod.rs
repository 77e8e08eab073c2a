//! What has happened, told once to whoever needs it. A use case appends its events in its own transaction, so they
//! are there exactly if its change is. Afterwards each is given its place in one order without gaps, in which
//! everyone reads, and handed to those who listen: see [`Live`].

mod feed;
mod graphql;
mod kafka;
mod live;
mod loaders;
mod log;
mod sequencer;
mod store;

use async_graphql::Enum;
use chrono::{DateTime, Utc};
use diesel::{
    NullableExpressionMethods as _, Queryable, QueryableByName, Selectable, deserialize::FromSqlRow,
    expression::AsExpression, sql_types,
};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

pub use feed::{Feeds, Owned, Scope, Subscriber, Watched, watch};
pub use graphql::{EventFeed, EventQuery};
pub use kafka::{KafkaSettings, Publisher, Publishing};
pub use live::{Batch, Live};
pub use loaders::EventById;
pub use log::{Filter, position_of};
pub use store::{Lag, after, append, by_ids, forget, is_behind, lags, move_on, newest, resume};

use crate::{
    db::schema::events,
    kernel::{AccountId, Currency, EventId, Id, named},
};

/// What an event tells of.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Hash, Debug, AsExpression, FromSqlRow)]
#[diesel(sql_type = sql_types::Text)]
pub enum EventType {
    /// An order was placed.
    OrderPlaced,
    /// The status of an order changed.
    OrderChanged,
    /// A product was made or deleted, or its text, price, status or tags changed.
    ProductChanged,
    /// There is more or less of a product.
    StockChanged,
    /// A player subscribed to a game, or the status of a subscription changed.
    SubscriptionChanged,
    /// An account was given a membership, or one changed or was cancelled.
    MembershipChanged,
    /// Someone checked in.
    StreamOpened,
    /// The lease of a stream was moved on.
    StreamRenewed,
    /// Someone checked out, or the lease of their stream ran out.
    StreamClosed,
    /// An invoice was made or deleted, or its lines, amount, status or text changed.
    InvoiceChanged,
    /// An account was closed.
    AccountClosed,
}

named!(EventType {
    OrderPlaced = "ORDER_PLACED",
    OrderChanged = "ORDER_CHANGED",
    ProductChanged = "PRODUCT_CHANGED",
    StockChanged = "STOCK_CHANGED",
    SubscriptionChanged = "SUBSCRIPTION_CHANGED",
    MembershipChanged = "MEMBERSHIP_CHANGED",
    StreamOpened = "STREAM_OPENED",
    StreamRenewed = "STREAM_RENEWED",
    StreamClosed = "STREAM_CLOSED",
    InvoiceChanged = "INVOICE_CHANGED",
    AccountClosed = "ACCOUNT_CLOSED",
});

/// An event that is about to be appended.
#[derive(Debug)]
pub struct NewEvent {
    kind: EventType,
    aggregate: Uuid,
    version: i32,
    /// As JSON.
    payload: String,
    known: Option<&'static str>,
}

impl NewEvent {
    /// Tells of a change that brought an aggregate to this version. The payload says by `v` which version of the
    /// type's schema it has; `docs/events.md` has these schemas.
    ///
    /// # Panics
    /// If the payload is nothing that JSON can say: an object has texts for names.
    #[must_use]
    pub fn new<T>(kind: EventType, aggregate: Id<T>, version: i32, payload: &impl Serialize) -> Self {
        let payload = serde_json::to_string(payload).expect("a payload is JSON");
        Self { kind, aggregate: aggregate.uuid(), version, payload, known: None }
    }

    /// Has the payload completed by a query of what the database alone knows of `aggregate_id`, as an object, when the
    /// event is written.
    #[must_use]
    pub fn knowing(self, known: &'static str) -> Self {
        Self { known: Some(known), ..self }
    }
}

/// Something that has happened, in its place.
#[derive(Queryable, QueryableByName, Selectable, Clone, Debug)]
#[diesel(table_name = events, check_for_backend(diesel::pg::Pg))]
pub struct Event {
    /// Its id, by which others tell it apart.
    pub id: EventId,
    /// Its place in the order of all events.
    #[diesel(sql_type = sql_types::BigInt, select_expression = events::position.assume_not_null())]
    pub position: i64,
    /// What it tells of.
    pub kind: EventType,
    /// What it happened to.
    pub aggregate_id: Uuid,
    /// The version to which that came.
    pub version: i32,
    /// When.
    pub at: DateTime<Utc>,
    /// Who did it; nobody if it was the store itself.
    pub actor_id: Option<AccountId>,
    /// The rest, by the schema of its type.
    pub payload: Value,
}

/// An amount as payloads have it, like `Money` in the API.
#[derive(Serialize, Debug)]
pub struct Amount {
    amount: String,
    currency: &'static str,
}

/// So many minor units of the currency.
#[must_use]
pub fn money(currency: Currency, minor: i64) -> Amount {
    Amount { amount: currency.amount(minor.into()).to_string(), currency: currency.code() }
}
