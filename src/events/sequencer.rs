//! Gives events their places. Transactions end in another order than the one in which they wrote their events, so
//! whoever read by a number taken at writing would skip what is committed late. Places are given to committed
//! events alone, by one at a time in the whole store, so nothing ever appears before a place that was read.
//!
//! Of one aggregate, an event with a higher version was written when the one before it was committed, since the
//! aggregate's row was locked until then. So whoever sees it sees both, and gives them places in that order.

use diesel::QueryResult;

use super::store;
use crate::db::Conn;

/// How many places are given by one transaction.
const PORTION: i64 = 1_000;

/// What came of an attempt.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Turn {
    /// No event waited.
    Idle,
    /// Places were given; there may be more to give.
    Given,
    /// Another instance is giving places.
    Taken,
}

/// Gives places to what waits for one, unless another instance is at it.
pub async fn turn(conn: &mut Conn) -> QueryResult<Turn> {
    if !store::any_waits(conn).await? {
        return Ok(Turn::Idle);
    }
    conn.transaction(async |conn| {
        if !store::take_turn(conn).await? {
            return Ok(Turn::Taken);
        }
        store::give_places(conn, PORTION).await?;
        Ok(Turn::Given)
    })
    .await
}
