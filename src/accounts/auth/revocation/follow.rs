//! Reading the news of other instances.

use std::time::{Duration, Instant};

use diesel_async::SimpleAsyncConnection as _;
use tokio::time::{MissedTickBehavior, interval, sleep};

use super::{Revoked, store};
use crate::{
    db::{Conn, in_time},
    kernel::Fault,
};

/// How often the news are read.
const PACE: Duration = Duration::from_millis(400);
/// How far back: no transaction that tells of an ending stays open for longer.
const OVERLAP: Duration = Duration::from_mins(1);

impl Revoked {
    /// Learns of everything that a living token may be about.
    pub async fn catch_up(&self, conn: &mut Conn) -> Result<(), Fault> {
        self.note(store::since(conn, self.kept + OVERLAP).await?);
        Ok(())
    }

    /// Keeps reading the news on a connection of its own, so that a busy pool does not hold them up.
    pub async fn follow(&self, url: &str) {
        let mut troubled = None;
        loop {
            if let Err(error) = self.read_on(url, &mut troubled).await
                && troubled.is_none()
            {
                tracing::warn!(error, "revocations can't be read");
                troubled = Some(Instant::now());
            }
            sleep(PACE).await;
        }
    }

    async fn read_on(&self, url: &str, troubled: &mut Option<Instant>) -> Result<(), String> {
        let mut conn = in_time(Conn::open(url)).await?;
        in_time(
            conn.batch_execute("SET application_name = 'souk revocations'; SET statement_timeout = 2000"),
        )
        .await?;
        let mut span = self.kept + OVERLAP;
        let mut pace = interval(PACE);
        pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            pace.tick().await;
            self.note(in_time(store::since(&mut conn, span)).await?);
            self.tidy();
            span = OVERLAP;
            if let Some(since) = troubled.take() {
                let seconds = since.elapsed().as_secs();
                tracing::info!(seconds, "revocations are read again");
            }
        }
    }
}
