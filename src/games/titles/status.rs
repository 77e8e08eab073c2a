//! Whether a game takes new players.

use async_graphql::Enum;
use diesel::{deserialize::FromSqlRow, expression::AsExpression, sql_types};

use crate::kernel::{Actor, Move, Status, named};

/// Whether a game takes new players. ACTIVE and RETIRED change into each other.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Hash, Debug, AsExpression, FromSqlRow)]
#[diesel(sql_type = sql_types::Text)]
pub enum GameStatus {
    /// Players can subscribe.
    Active,
    /// No new subscriptions; those that there are go on.
    Retired,
}

named!(GameStatus { Active = "ACTIVE", Retired = "RETIRED" });

impl Status for GameStatus {
    const OF: &'static str = "Game";
    const START: &'static [Self] = &[Self::Active];
    const MOVES: &'static [Move<Self>] = &[
        Move(Self::Active, Self::Retired, &[Actor::Studio, Actor::Staff]),
        Move(Self::Retired, Self::Active, &[Actor::Studio, Actor::Staff]),
    ];
}
