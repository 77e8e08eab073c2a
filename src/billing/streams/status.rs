//! Whether a stream is open.

use async_graphql::Enum;
use diesel::{deserialize::FromSqlRow, expression::AsExpression, sql_types};

use crate::kernel::{Actor, Move, Status, named};

/// Whether a stream is open.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Hash, Debug, AsExpression, FromSqlRow)]
#[diesel(sql_type = sql_types::Text)]
pub enum StreamStatus {
    /// It takes a credit.
    Open,
    /// Checked out, or its lease ran out.
    Closed,
}

named!(StreamStatus { Open = "OPEN", Closed = "CLOSED" });

impl Status for StreamStatus {
    const OF: &'static str = "Stream";
    const START: &'static [Self] = &[Self::Open];
    const MOVES: &'static [Move<Self>] =
        &[Move(Self::Open, Self::Closed, &[Actor::Owner, Actor::Staff, Actor::System])];
}
