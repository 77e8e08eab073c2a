//! Plain values that every part of the store speaks in. Nothing here knows of databases, GraphQL or HTTP
//! beyond deriving their traits.

mod caller;
mod clock;
mod fault;
mod id;
mod metrics;
mod moment;
mod money;
mod named;
mod page;
mod shop;
mod status;
pub mod text;

pub use caller::{Caller, Credential, Role};
pub use clock::Clock;
pub use fault::{Code, Denial, Fault, Path, Refusal, Refusals, at, expect_version};
pub use id::{
    AccountId, ApiTokenId, BagId, BagItemId, EventId, GameId, GameSubscriptionId, Id, InvoiceId,
    InvoiceLineId, MembershipId, OrderId, OrderLineId, ProductId, SessionId, StreamId, TagId,
    WebhookDeliveryId, WebhookId,
};
pub use metrics::{Counter, Histogram, Metrics, Seconds};
pub use moment::Moment;
pub use money::{Currency, MoneyError};
pub(crate) use named::named;
pub use named::{Named, UnknownName};
pub use page::{Cursor, Key, Page, PageArgs, Row, Window};
pub use shop::{Selling, Shop};
pub use status::{Actor, Move, Status, mermaid};
