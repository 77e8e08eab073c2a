//! Moments of rows.

use chrono::{DateTime, Utc};
use diesel::{
    deserialize::{self, FromSql, FromSqlRow},
    pg::{Pg, PgValue},
    sql_types::{BigInt, Timestamptz},
};

/// 2000-01-01, from which PostgreSQL counts, in microseconds since 1970.
const EPOCH: i64 = 946_684_800_000_000;

/// A moment as PostgreSQL has it, in microseconds. Most rows are read for something else, so the date and the time of
/// day are worked out for those who ask.
#[derive(FromSqlRow, Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment(i64);

impl FromSql<Timestamptz, Pg> for Moment {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        FromSql::<BigInt, Pg>::from_sql(value).map(Self)
    }
}

impl From<Moment> for DateTime<Utc> {
    fn from(moment: Moment) -> Self {
        // What lies beyond all years that we know is written only by hand.
        Self::from_timestamp_micros(moment.0.saturating_add(EPOCH)).unwrap_or(Self::MAX_UTC)
    }
}
