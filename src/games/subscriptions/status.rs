//! Whether a subscription to a game goes on.

use async_graphql::Enum;
use diesel::{deserialize::FromSqlRow, expression::AsExpression, sql_types};

use crate::kernel::{Actor, Move, Status, named};

/// Whether a subscription to a game goes on. ACTIVE and PAUSED change into each other, and both end as CANCELLED.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Hash, Debug, AsExpression, FromSqlRow)]
#[diesel(sql_type = sql_types::Text)]
pub enum GameSubscriptionStatus {
    /// It goes on.
    Active,
    /// It rests, and can be resumed.
    Paused,
    /// It has ended. The player may subscribe anew.
    Cancelled,
}

named!(GameSubscriptionStatus { Active = "ACTIVE", Paused = "PAUSED", Cancelled = "CANCELLED" });

/// All who have to do with a subscription make every move.
const ANYONE: &[Actor] = &[Actor::Owner, Actor::Studio, Actor::Staff];

impl Status for GameSubscriptionStatus {
    const OF: &'static str = "GameSubscription";
    const START: &'static [Self] = &[Self::Active];
    const MOVES: &'static [Move<Self>] = &[
        Move(Self::Active, Self::Paused, ANYONE),
        Move(Self::Paused, Self::Active, ANYONE),
        Move(Self::Active, Self::Cancelled, ANYONE),
        Move(Self::Paused, Self::Cancelled, ANYONE),
    ];
}
