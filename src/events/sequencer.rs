//! Gives events their places. Transactions end in another order than the one in which they wrote their events, so
//! whoever read by a number taken at writing would skip what is committed late. Places are given to committed
//! events alone, by one at a time in the whole store, so nothing ever appears before a place that was read.
//!
//! Of one aggregate, an event with a higher version was written when the one before it was committed, since the
//! aggregate's row was locked until then. So whoever sees it sees both, and gives them places in that order.

use std::time::{Duration, Instant};

use diesel::QueryResult;
use diesel_async::{AsyncConnection as _, SimpleAsyncConnection as _};
use tokio::time::{sleep, timeout};

use super::store;
use crate::db::{self, Conn, Db, in_time};

/// How long events of an instance that died wait for another one at most.
const PACE: Duration = Duration::from_secs(1);
/// How long to wait for another instance's turn to be over.
const SHORTLY: Duration = Duration::from_millis(5);
/// How many places are given by one transaction.
const PORTION: i64 = 1_000;

/// What came of an attempt.
enum Turn {
    /// No event waited.
    Idle,
    /// Places were given; there may be more to give.
    Given,
    /// Another instance is giving places.
    Taken,
}

/// Keeps giving places, on a connection of its own, so that a busy pool does not hold it up: whenever something was
/// committed here, and now and then for the sake of other instances. It never returns.
pub async fn sequence(db: Db, url: String) {
    let mut troubled = None;
    loop {
        if let Err(error) = give_on(&db, &url, &mut troubled).await
            && troubled.is_none()
        {
            tracing::warn!(error, "events are given no places");
            troubled = Some(Instant::now());
        }
        sleep(PACE).await;
    }
}

async fn give_on(db: &Db, url: &str, troubled: &mut Option<Instant>) -> Result<(), String> {
    let mut conn = in_time(db::connect(url)).await?;
    in_time(conn.batch_execute(
        "SET application_name = 'souk events'; SET statement_timeout = 2000; \
         SET idle_in_transaction_session_timeout = 2000",
    ))
    .await?;
    loop {
        let turn = in_time(turn(&mut conn)).await?;
        if let Some(since) = troubled.take() {
            let seconds = since.elapsed().as_secs();
            tracing::info!(seconds, "events are given places again");
        }
        match turn {
            Turn::Given => {}
            Turn::Taken => sleep(SHORTLY).await,
            Turn::Idle => {
                // Either way it is time to look again.
                let _ = timeout(PACE, db.committed()).await;
            }
        }
    }
}

async fn turn(conn: &mut Conn) -> QueryResult<Turn> {
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
