//! How far an order has come.

use async_graphql::Enum;
use diesel::{deserialize::FromSqlRow, expression::AsExpression, sql_types};

use crate::kernel::{Actor, Move, Status, named};

/// How far an order has come: PLACED, PAID, SHIPPED, DELIVERED, or CANCELLED before it was shipped.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Hash, Debug, AsExpression, FromSqlRow)]
#[diesel(sql_type = sql_types::Text)]
pub enum OrderStatus {
    /// The stock is taken; payment is awaited.
    Placed,
    /// Paid; to be shipped.
    Paid,
    /// On its way.
    Shipped,
    /// With the customer.
    Delivered,
    /// Given up; the stock went back.
    Cancelled,
}

named!(OrderStatus {
    Placed = "PLACED",
    Paid = "PAID",
    Shipped = "SHIPPED",
    Delivered = "DELIVERED",
    Cancelled = "CANCELLED",
});

impl Status for OrderStatus {
    const OF: &'static str = "Order";
    const START: &'static [Self] = &[Self::Placed];
    const MOVES: &'static [Move<Self>] = &[
        Move(Self::Placed, Self::Paid, &[Actor::Staff]),
        Move(Self::Paid, Self::Shipped, &[Actor::Staff]),
        Move(Self::Shipped, Self::Delivered, &[Actor::Staff]),
        Move(Self::Placed, Self::Cancelled, &[Actor::Owner, Actor::Staff]),
        Move(Self::Paid, Self::Cancelled, &[Actor::Owner, Actor::Staff]),
    ];
}
