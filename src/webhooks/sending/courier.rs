//! Makes deliveries and sends them, as long as the instance serves. Any number of instances do so side by side. What
//! is due is taken by one of them, for the time of a lease that outlasts every answer: if that instance dies, another
//! one takes it when the lease is over. Of each webhook only so many requests are under way at a time, and there are so
//! many webhooks at most. So an endpoint that hangs holds up itself alone.

use std::{collections::HashMap, iter, pin::pin, time::Duration};

use chrono::TimeDelta;
use futures_util::{FutureExt as _, StreamExt as _, stream::FuturesUnordered};
use tokio::time::{Instant, sleep_until};

use super::{client::Client, message};
use crate::{
    db::Db,
    events::{self, Event},
    kernel::{Counter, Fault, Metrics, WebhookId},
    webhooks::{
        deliveries::{self, Answer, Claimed, DeliveryStatus, Settled, verdict},
        endpoints::{Secret, disable_gone},
    },
};

/// How often it is looked for what has happened and what is due.
const PACE: Duration = Duration::from_millis(500);
/// How long a delivery is this instance's alone: longer than an endpoint is waited for.
const LEASE: TimeDelta = TimeDelta::seconds(30);
/// Requests to one endpoint at a time.
const EACH: i64 = 4;

/// How many requests to each webhook are under way.
type Busy = HashMap<WebhookId, i64>;

/// Something that is done again and again, and whose trouble is told once.
struct Step {
    trouble: &'static str,
    is_troubled: bool,
}

impl Step {
    fn outcome<T>(&mut self, outcome: Result<T, Fault>) -> Option<T> {
        match outcome {
            Ok(done) => {
                self.is_troubled = false;
                return Some(done);
            }
            Err(fault) if !self.is_troubled => tracing::warn!(?fault, "{}", self.trouble),
            Err(_) => {}
        }
        self.is_troubled = true;
        None
    }
}

/// What sends webhooks on this instance, and counts what comes of it.
pub struct Courier {
    db: Db,
    client: Client,
    made: Counter,
    delivered: Counter,
    put_off: Counter,
    failed: Counter,
}

impl Courier {
    /// One that has nothing to do yet.
    #[must_use]
    pub fn new(db: Db, client: Client, metrics: &Metrics) -> Self {
        let counter = |outcome| {
            let help =
                "Deliveries to webhooks that this instance has made, and what came of those that it sent.";
            metrics.counter("souk_webhook_deliveries_total", help, ("outcome", outcome))
        };
        Self {
            made: counter("made"),
            delivered: counter("delivered"),
            put_off: counter("put_off"),
            failed: counter("failed"),
            db,
            client,
        }
    }

    /// Does its work until the end has come and what is under way then is answered.
    pub async fn run(self, end: impl Future<Output = ()>) {
        let mut end = pin!(end);
        let (mut under_way, mut busy) = (FuturesUnordered::new(), Busy::new());
        let mut looking = Step { trouble: "webhooks are not told of what happens", is_troubled: false };
        let mut taking = Step { trouble: "no webhooks are sent", is_troubled: false };
        let mut next_look = Instant::now();
        loop {
            if next_look <= Instant::now() {
                let is_behind = looking.outcome(self.look().await).unwrap_or(false);
                next_look = Instant::now() + if is_behind { Duration::ZERO } else { PACE };
            }
            for (claimed, event) in taking.outcome(self.take(&busy).await).unwrap_or_default() {
                *busy.entry(claimed.webhook_id).or_default() += 1;
                under_way.push(self.deliver(claimed, event));
            }
            tokio::select! {
                () = &mut end => break,
                Some(done) = under_way.next() => {
                    let ready = iter::from_fn(|| under_way.next().now_or_never().flatten());
                    for (claimed, answer) in iter::once(done).chain(ready).collect::<Vec<_>>() {
                        self.settle(&claimed, &answer).await;
                        if let Some(count) = busy.get_mut(&claimed.webhook_id) {
                            *count -= 1;
                        }
                    }
                }
                () = sleep_until(next_look) => {}
            }
        }
        while let Some((claimed, answer)) = under_way.next().await {
            self.settle(&claimed, &answer).await;
        }
    }

    /// Makes deliveries of what has happened; tells whether there is more.
    async fn look(&self) -> Result<bool, Fault> {
        let fanned_out = deliveries::fan_out(&self.db).await?;
        self.made.add(fanned_out.made);
        self.failed.add(deliveries::lapse(&mut self.db.conn().await?).await?);
        Ok(fanned_out.is_behind)
    }

    /// Takes what is due, with the events.
    async fn take(&self, busy: &Busy) -> Result<Vec<(Claimed, Option<Event>)>, Fault> {
        let now = self.db.now();
        let busy: Vec<_> = busy.iter().map(|(webhook, count)| (webhook.uuid(), *count)).collect();
        let mut conn = self.db.conn().await?;
        let claimed = deliveries::claim(&mut conn, now, now + LEASE, EACH, &busy).await?;
        if claimed.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<_> = claimed.iter().map(|claimed| claimed.event_id).collect();
        let events = events::by_ids(&mut conn, &ids).await?;
        let events: HashMap<_, _> = events.into_iter().map(|event| (event.id, event)).collect();
        let with_event = |claimed: Claimed| {
            let event = events.get(&claimed.event_id).cloned();
            (claimed, event)
        };
        Ok(claimed.into_iter().map(with_event).collect())
    }

    async fn deliver(&self, claimed: Claimed, event: Option<Event>) -> (Claimed, Answer) {
        let unsendable =
            |error: &str| Answer { error: Some(error.to_owned()), is_final: true, ..Answer::default() };
        let Some(event) = event else {
            return (claimed, unsendable("its event is no longer kept"));
        };
        let now = self.db.now();
        let secrets: Vec<_> = claimed.secrets.iter().cloned().map(Secret::from).collect();
        let answer = match message::request(&claimed.url, &event, &secrets, now) {
            Ok(request) => self.client.send(request, now).await,
            Err(fault) => {
                tracing::error!(?fault, "a webhook can't be written");
                unsendable("it could not be written")
            }
        };
        (claimed, answer)
    }

    /// Notes what came of an attempt. Where that fails, it is made once more when the lease is over.
    async fn settle(&self, claimed: &Claimed, answer: &Answer) {
        let settled = verdict(answer, claimed.attempts, self.db.now(), jitter());
        let counter = match settled.status {
            DeliveryStatus::Delivered => &self.delivered,
            DeliveryStatus::Pending => &self.put_off,
            DeliveryStatus::Failed => &self.failed,
        };
        match self.note(claimed, answer, &settled).await {
            Ok(()) => counter.add(1),
            Err(fault) => tracing::warn!(?fault, "what came of a webhook can't be noted"),
        }
    }

    async fn note(&self, claimed: &Claimed, answer: &Answer, settled: &Settled) -> Result<(), Fault> {
        let mut conn = self.db.conn().await?;
        if answer.is_gone() {
            disable_gone(&mut conn, claimed.webhook_id, &claimed.url, self.db.now()).await?;
        }
        Ok(deliveries::settle(&mut conn, claimed, settled).await?)
    }
}

/// From 0 to 1.
fn jitter() -> f64 {
    getrandom::u32().map_or(0.0, |random| f64::from(random) / f64::from(u32::MAX))
}
