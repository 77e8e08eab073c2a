//! Events as they happen. One task of each instance, on a connection of its own so that a busy pool does not hold it
//! up, gives places to what was committed here, hears of what others gave places to, reads what is new once, and
//! hands it to all who listen here. PostgreSQL notifies it; where that fails, it looks now and then.

use std::{
    sync::{
        Arc,
        atomic::{
            AtomicI64,
            Ordering::{Acquire, Release},
        },
    },
    time::{Duration, Instant},
};

use diesel::QueryResult;
use diesel_async::SimpleAsyncConnection as _;
use futures_util::FutureExt as _;
use tokio::{sync::broadcast, time::sleep};

use super::{
    Event, Filter,
    sequencer::{Turn, turn},
    store,
};
use crate::db::{Conn, Db, in_time};

/// How often it is looked without a notification, also for events of an instance that died.
const PACE: Duration = Duration::from_secs(1);
/// How long to wait for another instance's turn to be over.
const SHORTLY: Duration = Duration::from_millis(5);
/// How long more is waited for once there was something: under load, what many commit is given places together.
const GATHERING: Duration = Duration::from_millis(10);
/// How many events are read, and handed on, at a time.
const BATCH: i64 = 500;
/// How many batches are kept for those who listen slowly.
const KEPT: usize = 64;

/// Some events in their order.
pub type Batch = Arc<[Event]>;

/// What is heard of events on this instance. Clones share it.
#[derive(Clone)]
pub struct Live {
    listeners: broadcast::Sender<Batch>,
    reached: Arc<AtomicI64>,
}

impl Default for Live {
    fn default() -> Self {
        Self { listeners: broadcast::Sender::new(KEPT), reached: Arc::default() }
    }
}

impl Live {
    /// All events from now on, in their order and without a gap: at least all whose places are behind the newest one
    /// that is read from the log after this. It is meant for the few who hand them on to many. Whoever is too slow
    /// is told so, and has to read on in the log.
    #[must_use]
    pub fn listen(&self) -> broadcast::Receiver<Batch> {
        self.listeners.subscribe()
    }

    /// A place up to which all was handed on. Whoever listens after this, and is too slow before hearing anything,
    /// reads on in the log from there.
    #[must_use]
    pub fn reached(&self) -> i64 {
        self.reached.load(Acquire)
    }

    /// Keeps the order and the listeners up to date, from the place on that was the newest before anyone could
    /// listen. It never returns.
    pub async fn follow(self, db: Db, url: String, newest: i64) {
        let (mut heard, mut troubled) = (newest, None);
        loop {
            if let Err(error) = self.follow_on(&db, &url, &mut heard, &mut troubled).await
                && troubled.is_none()
            {
                tracing::warn!(error, "events are not followed");
                troubled = Some(Instant::now());
            }
            sleep(PACE).await;
        }
    }

    /// `heard` is the last place that was handed on, which outlives a link.
    async fn follow_on(
        &self,
        db: &Db,
        url: &str,
        heard: &mut i64,
        troubled: &mut Option<Instant>,
    ) -> Result<(), String> {
        let mut conn = in_time(Conn::open(url)).await?;
        in_time(conn.batch_execute(
            "SET application_name = 'souk events'; SET statement_timeout = 2000; \
             SET idle_in_transaction_session_timeout = 2000; LISTEN souk_events",
        ))
        .await?;
        loop {
            // What was notified of until now is seen in this turn.
            let _ = conn.notified().now_or_never();
            let turn = in_time(turn(&mut conn)).await?;
            in_time(self.hand_on(&mut conn, heard)).await?;
            if let Some(since) = troubled.take() {
                let seconds = since.elapsed().as_secs();
                tracing::info!(seconds, "events are followed again");
            }
            match turn {
                Turn::Given => sleep(GATHERING).await,
                Turn::Taken => sleep(SHORTLY).await,
                Turn::Idle => tokio::select! {
                    () = db.committed() => {}
                    () = conn.notified() => {}
                    () = sleep(PACE) => {}
                },
            }
        }
    }

    /// Reads what is new, if anyone listens. The newest place is read before it is asked whether anyone does: so
    /// whoever begins in between finds all that is passed over in the log.
    async fn hand_on(&self, conn: &mut Conn, heard: &mut i64) -> QueryResult<()> {
        let newest = store::newest(conn).await?;
        while *heard < newest && self.listeners.receiver_count() > 0 {
            let events = store::after(conn, *heard, &Filter::default(), BATCH).await?;
            let Some(last) = events.last() else { break };
            *heard = last.position;
            // It fails if the last listener has gone meanwhile.
            let _ = self.listeners.send(events.into());
        }
        *heard = newest.max(*heard);
        self.reached.store(*heard, Release);
        Ok(())
    }
}
