//! Work that nobody asks for. Each job has its own pace and its own failures. Any number of instances share them: one
//! takes a job when it is due, for the time of a lease that it prolongs after each batch. An instance that dies, or a
//! batch that fails, leaves the lease to run out, and then the job is anyone's again.
//!
//! When a job is due and when its lease ends are one time in one row: whoever moves it on has the job. A lock of the
//! database would have to be held by a connection for as long as the job lasts, and would not tell when it was done.

mod store;

use std::{
    panic::AssertUnwindSafe,
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use futures_util::{
    FutureExt as _,
    future::{BoxFuture, join_all},
};
use tokio::task::JoinHandle;

use crate::{
    accounts, billing, checkout, db,
    db::Db,
    events,
    kernel::{Counter, Fault, Metrics, Seconds},
    webhooks,
};

/// How long an instance has a job to itself without a sign of life. Where a batch takes longer, another instance may
/// begin: batches bear that, since each takes rows that no other has.
const LEASE: Duration = Duration::from_secs(20);
/// How often an instance looks at its clock.
const LOOK: Duration = Duration::from_millis(500);

/// A job and how often it is done in the whole cluster.
struct Job {
    name: &'static str,
    every: Duration,
    /// Does a bounded part of what there is to do; returns how much, which is nothing when all is done.
    batch: for<'a> fn(&'a Db) -> BoxFuture<'a, Result<usize, Fault>>,
}

const JOBS: [Job; 6] = [
    Job {
        name: "close_streams",
        every: Duration::from_secs(10),
        batch: |db| billing::close_run_out(db).boxed(),
    },
    Job { name: "purge_tokens", every: Duration::from_mins(5), batch: |db| accounts::purge(db).boxed() },
    Job {
        name: "abandon_bags",
        every: Duration::from_mins(5),
        batch: |db| checkout::abandon_idle(db).boxed(),
    },
    Job { name: "forget_keys", every: Duration::from_mins(5), batch: |db| db::forget_keys(db).boxed() },
    Job { name: "forget_events", every: Duration::from_mins(5), batch: |db| events::forget(db).boxed() },
    Job {
        name: "forget_deliveries",
        every: Duration::from_mins(5),
        batch: |db| webhooks::forget(db).boxed(),
    },
];

/// Does all that there is to do now, whether it is due or not.
///
/// # Errors
/// The first fault; what was done stays done.
pub async fn run_once(db: &Db) -> Result<(), Fault> {
    for job in &JOBS {
        while (job.batch)(db).await? > 0 {}
    }
    Ok(())
}

/// Does every job when it is due, until the handle is aborted.
#[must_use]
pub fn spawn(db: &Db, metrics: &Metrics) -> JoinHandle<()> {
    let workers = JOBS.map(|job| Worker::new(db.clone(), job, metrics));
    #[expect(clippy::disallowed_methods, reason = "the app keeps the handle and ends the task")]
    tokio::spawn(async move {
        join_all(workers.iter().map(Worker::work)).await;
    })
}

/// What does a job on this instance, and counts what comes of it.
struct Worker {
    db: Db,
    job: Job,
    runs: Counter,
    failures: Counter,
    items: Counter,
    duration: Seconds,
    success: Seconds,
}

impl Worker {
    fn new(db: Db, job: Job, metrics: &Metrics) -> Self {
        let counter = |name, help| metrics.counter(name, help, ("job", job.name));
        let seconds = |name, help| metrics.seconds(name, help, ("job", job.name));
        Self {
            runs: counter("souk_job_runs_total", "Runs of a job that ended on this instance, well or not."),
            failures: counter("souk_job_failures_total", "Runs of a job that failed, or could not begin."),
            items: counter("souk_job_items_total", "What a job has done, such as rows deleted."),
            duration: seconds("souk_job_last_duration_seconds", "How long the last run of a job took."),
            success: seconds(
                "souk_job_last_success_timestamp_seconds",
                "When a run of a job last ended well.",
            ),
            db,
            job,
        }
    }

    /// It never returns.
    async fn work(&self) {
        loop {
            let next = self.turn().await;
            while self.db.now() < next {
                tokio::time::sleep(LOOK).await;
            }
        }
    }

    /// Does the job if it is due and nobody else has it; tells when to look again.
    async fn turn(&self) -> DateTime<Utc> {
        let (begun, now) = (Instant::now(), self.db.now());
        let (lease, next) = (now + LEASE, now + self.job.every);
        let result = match self.claim(now, lease, next).await {
            Ok(Some(due)) => return due,
            Ok(None) => self.run(lease, next).await,
            Err(fault) => Err(fault),
        };
        self.runs.add(1);
        self.duration.set(begun.elapsed());
        match result {
            Ok(()) => {
                self.success.set((now - DateTime::UNIX_EPOCH).to_std().unwrap_or_default());
                next
            }
            Err(fault) => {
                self.failures.add(1);
                tracing::warn!(job = self.job.name, ?fault, "a job failed");
                lease
            }
        }
    }

    async fn claim(
        &self,
        now: DateTime<Utc>,
        lease: DateTime<Utc>,
        next: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, Fault> {
        let mut conn = self.db.conn().await?;
        Ok(store::claim(&mut conn, self.job.name, now, lease, next + LEASE).await?)
    }

    /// Does batches as long as there is something to do, and then leaves the job to whoever comes first next time.
    async fn run(&self, mut lease: DateTime<Utc>, next: DateTime<Utc>) -> Result<(), Fault> {
        loop {
            let batch = AssertUnwindSafe((self.job.batch)(&self.db)).catch_unwind().await;
            let done = batch.unwrap_or_else(|_| Err(Fault::broken("it panicked")))?;
            self.items.add(done);
            let until = if done == 0 { next } else { self.db.now() + LEASE };
            if !store::prolong(&mut self.db.conn().await?, self.job.name, lease, until).await? {
                return Err(Fault::broken("another instance has taken it over"));
            }
            if done == 0 {
                return Ok(());
            }
            lease = until;
        }
    }
}
