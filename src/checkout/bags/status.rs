//! What becomes of a bag.

use async_graphql::Enum;
use diesel::{deserialize::FromSqlRow, expression::AsExpression, sql_types};

use crate::kernel::{Actor, Move, Status, named};

/// What became of a bag.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Hash, Debug, AsExpression, FromSqlRow)]
#[diesel(sql_type = sql_types::Text)]
pub enum BagStatus {
    /// It can be filled and checked out.
    Open,
    /// It was checked out.
    Ordered,
    /// Nobody touched it for long.
    Abandoned,
}

named!(BagStatus { Open = "OPEN", Ordered = "ORDERED", Abandoned = "ABANDONED" });

impl Status for BagStatus {
    const OF: &'static str = "Bag";
    const START: &'static [Self] = &[Self::Open];
    const MOVES: &'static [Move<Self>] = &[
        Move(Self::Open, Self::Ordered, &[Actor::Owner]),
        Move(Self::Open, Self::Abandoned, &[Actor::System]),
    ];
}
