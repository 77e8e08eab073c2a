//! Whether a product is for sale.

use async_graphql::Enum;
use diesel::{deserialize::FromSqlRow, expression::AsExpression, sql_types};

use crate::kernel::{Actor, Move, Status, named};

/// Whether a product is for sale. A DRAFT becomes ACTIVE; ACTIVE and ARCHIVED change into each other.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Hash, Debug, AsExpression, FromSqlRow)]
#[diesel(sql_type = sql_types::Text)]
pub enum ProductStatus {
    /// Being prepared: seen by its owner and staff alone.
    Draft,
    /// Listed for everyone and for sale.
    Active,
    /// No longer for sale: seen by its owner and staff, and in the orders that name it.
    Archived,
}

named!(ProductStatus { Draft = "DRAFT", Active = "ACTIVE", Archived = "ARCHIVED" });

impl Status for ProductStatus {
    const OF: &'static str = "Product";
    const START: &'static [Self] = &[Self::Draft, Self::Active];
    const MOVES: &'static [Move<Self>] = &[
        Move(Self::Draft, Self::Active, &[Actor::Owner, Actor::Staff]),
        Move(Self::Active, Self::Archived, &[Actor::Owner, Actor::Staff, Actor::System]),
        Move(Self::Archived, Self::Active, &[Actor::Owner, Actor::Staff]),
    ];
}
