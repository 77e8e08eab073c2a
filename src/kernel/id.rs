//! Typed ids: the compiler keeps a product's id out of a place that wants an order's.

use std::{cmp::Ordering, fmt, hash, marker::PhantomData};

use diesel::{
    backend::Backend,
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    serialize::{self, Output, ToSql},
    sql_types,
};
use serde::{Serialize, Serializer};
use uuid::Uuid;

/// The id of a `T`: a UUID of version 7, so ids sort by the time they were made (RFC 9562, section 5.7).
#[derive(AsExpression, FromSqlRow)]
#[diesel(sql_type = sql_types::Uuid)]
pub struct Id<T: 'static>(Uuid, PhantomData<fn() -> T>);

impl<T> Id<T> {
    /// A new id that nothing else has.
    #[must_use]
    pub fn fresh() -> Self {
        Self::from(Uuid::now_v7())
    }

    /// The id as a client wrote it. Text that is no UUID names nothing: it becomes the nil UUID, which no row
    /// has, and so is answered exactly as an id that does not exist.
    #[must_use]
    pub fn read(text: &str) -> Self {
        Self::from(Uuid::parse_str(text).unwrap_or(Uuid::nil()))
    }

    /// The bare UUID.
    #[must_use]
    pub fn uuid(self) -> Uuid {
        self.0
    }
}

impl<T> From<Uuid> for Id<T> {
    fn from(uuid: Uuid) -> Self {
        Self(uuid, PhantomData)
    }
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Id<T> {}
impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<T> Eq for Id<T> {}
impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.0.cmp(&other.0)
    }
}
impl<T> hash::Hash for Id<T> {
    fn hash<H: hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
impl<T> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// As clients have it.
impl<T> Serialize for Id<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(to)
    }
}

impl<T: 'static, DB: Backend> FromSql<sql_types::Uuid, DB> for Id<T>
where
    Uuid: FromSql<sql_types::Uuid, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        Uuid::from_sql(bytes).map(Self::from)
    }
}

impl<T: 'static, DB: Backend> ToSql<sql_types::Uuid, DB> for Id<T>
where
    Uuid: ToSql<sql_types::Uuid, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.0.to_sql(out)
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident => $id:ident),+ $(,)?) => {
        mod kind {
            $(#[derive(Debug)] pub enum $kind {})+
        }
        $($(#[$doc])* pub type $id = Id<kind::$kind>;)+
    };
}

kinds! {
    /// Names an account.
    Account => AccountId,
    /// Names a session of an account.
    Session => SessionId,
    /// Names an API token.
    ApiToken => ApiTokenId,
    /// Names a product.
    Product => ProductId,
    /// Names a tag.
    Tag => TagId,
    /// Names a bag.
    Bag => BagId,
    /// Names an item of a bag.
    BagItem => BagItemId,
    /// Names an order.
    Order => OrderId,
    /// Names a line of an order.
    OrderLine => OrderLineId,
    /// Names a game.
    Game => GameId,
    /// Names a subscription of a player to a game.
    GameSubscription => GameSubscriptionId,
    /// Names a membership.
    Membership => MembershipId,
    /// Names a stream.
    Stream => StreamId,
    /// Names an invoice.
    Invoice => InvoiceId,
    /// Names a line of an invoice.
    InvoiceLine => InvoiceLineId,
    /// Names something that has happened.
    Event => EventId,
    /// Names a webhook.
    Webhook => WebhookId,
    /// Names a delivery to a webhook.
    WebhookDelivery => WebhookDeliveryId,
}
