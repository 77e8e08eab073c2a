//! What a membership is worth today.

use async_graphql::Enum;

use crate::kernel::{Actor, Move, Status, named};

use diesel::{deserialize::FromSqlRow, expression::AsExpression, sql_types};

/// What a membership is worth: ACTIVE until its last day, EXPIRED after it, or CANCELLED.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Hash, Debug, AsExpression, FromSqlRow)]
#[diesel(sql_type = sql_types::Text)]
pub enum MembershipStatus {
    /// Neither cancelled nor over; it may begin later than today.
    Active,
    /// Given up, for good.
    Cancelled,
    /// Its last day is over. Staff may prolong it.
    Expired,
}

named!(MembershipStatus { Active = "ACTIVE", Cancelled = "CANCELLED", Expired = "EXPIRED" });

impl Status for MembershipStatus {
    const OF: &'static str = "Membership";
    const START: &'static [Self] = &[Self::Active];
    const MOVES: &'static [Move<Self>] = &[
        Move(Self::Active, Self::Cancelled, &[Actor::Owner, Actor::Staff]),
        Move(Self::Active, Self::Expired, &[Actor::Staff, Actor::System]),
        Move(Self::Expired, Self::Active, &[Actor::Staff]),
    ];
}
