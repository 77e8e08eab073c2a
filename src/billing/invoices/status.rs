//! Whether an invoice is paid.

use async_graphql::Enum;
use diesel::{deserialize::FromSqlRow, expression::AsExpression, sql_types};

use crate::kernel::{Actor, Move, Status, named};

/// Whether an invoice is paid: OUTSTANDING, then PAID or VOID; one that was PAID may still become VOID.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Hash, Debug, AsExpression, FromSqlRow)]
#[diesel(sql_type = sql_types::Text)]
pub enum InvoiceStatus {
    /// To be paid; lines may be added and changed.
    Outstanding,
    /// Paid.
    Paid,
    /// Not to be paid any more.
    Void,
}

named!(InvoiceStatus { Outstanding = "OUTSTANDING", Paid = "PAID", Void = "VOID" });

impl Status for InvoiceStatus {
    const OF: &'static str = "Invoice";
    /// Staff also enter invoices that were settled elsewhere.
    const START: &'static [Self] = &[Self::Outstanding, Self::Paid, Self::Void];
    const MOVES: &'static [Move<Self>] = &[
        Move(Self::Outstanding, Self::Paid, &[Actor::Staff]),
        Move(Self::Outstanding, Self::Void, &[Actor::Staff]),
        Move(Self::Paid, Self::Void, &[Actor::Staff]),
    ];
}
