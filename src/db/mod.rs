//! The database: connections that end in time, statements that are counted, and what Diesel lacks.

mod among;
mod columns;
mod conn;
mod connect;
mod fault;
mod idempotency;
pub(crate) mod keyset;
mod lateral;
mod load_of;
mod local;
mod migrate;
mod prepared;
pub(crate) mod schema;
pub(crate) mod search;

use std::{
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Duration,
};

use chrono::{DateTime, Utc};
use deadpool::managed::{Pool, QueueMode, Timeouts};
use diesel_async::SimpleAsyncConnection as _;
use tokio::{sync::OnceCell, time::timeout};

pub use among::{Among, among};
pub use columns::{Columns, columns};
pub use conn::Conn;
use conn::{Counted, Lease, Links};
pub(crate) use connect::certificates;
use connect::connect;
pub use connect::is_here;
pub use idempotency::{Keyed, forget_keys};
pub(crate) use keyset::{keyset, newest_first};
pub use lateral::{Once, PerParent, parent_id};
pub(crate) use load_of::load_of;
pub use local::{Durability, LocalError, LocalPostgres};
pub use migrate::{MIGRATIONS, MigrateError, create_database, migrate, pending_migrations, revert_all};
pub use prepared::{Prepare, Prepared};
pub use search::{RANKED, Way, Words};

use crate::kernel::{Fault, Shop};

/// How many connections there are and how long things may take. Every time limit lies below the deadline of a
/// request, so that an abandoned request leaves no statement running.
#[derive(Clone, Debug)]
pub struct PoolSettings {
    /// Connections at most.
    pub size: usize,
    /// How long a request waits for a free connection.
    pub wait: Duration,
    /// How long a statement may run.
    pub statement_timeout: Duration,
    /// How long a statement waits for a lock.
    pub lock_timeout: Duration,
}

/// How the connections are used right now.
#[derive(Clone, Copy, Debug)]
pub struct PoolStatus {
    /// Open ones.
    pub open: usize,
    /// Open ones that nobody uses.
    pub idle: usize,
    /// How many there may be.
    pub max: usize,
    /// Requests that wait for one.
    pub waiting: usize,
}

/// The database as one request sees it, with the rules of the store that it belongs to.
#[derive(Clone)]
pub struct Db {
    pool: Pool<Links>,
    /// Where all that is asked goes over one connection: which one, once anything is.
    shared: Option<Arc<OnceCell<Arc<Lease>>>>,
    shop: Arc<Shop>,
    counted: Counted,
    words: Arc<Words>,
}

impl Db {
    /// A pool of connections to the database at `url`. None is opened before it is needed.
    ///
    /// # Errors
    /// [`Fault::Broken`] if the settings make no pool.
    pub fn new(url: &str, settings: &PoolSettings, shop: Arc<Shop>) -> Result<Self, Fault> {
        let pool = Pool::builder(Links { url: url.to_owned(), session: session_settings(settings) })
            .max_size(settings.size)
            // The one that was used last: what it needs still lies in the caches of the processor.
            .queue_mode(QueueMode::Lifo)
            .runtime(deadpool::Runtime::Tokio1)
            .timeouts(Timeouts {
                wait: Some(settings.wait),
                create: Some(settings.wait.max(Duration::from_secs(2))),
                recycle: Some(Duration::from_secs(1)),
            })
            .build()
            .map_err(Fault::broken)?;
        Ok(Self { pool, shared: None, shop, counted: Counted::default(), words: Arc::default() })
    }

    /// The same database for another request, with a count of its own.
    #[must_use]
    pub fn for_request(&self) -> Self {
        let counted = Counted { statements: Arc::default(), ..self.counted.clone() };
        Self { counted, ..self.clone() }
    }

    /// The same database for some who ask at the same time, and change nothing: what they ask travels together, over one
    /// connection, and is answered in turn.
    #[must_use]
    pub fn together(&self) -> Self {
        Self { shared: Some(Arc::default()), ..self.clone() }
    }

    /// A connection. Hold it for statements alone: waiting for anything else meanwhile starves other requests.
    ///
    /// # Errors
    /// [`Fault::Unavailable`] if none becomes free in time or the database can't be reached.
    pub async fn conn(&self) -> Result<Conn, Fault> {
        let link = match &self.shared {
            Some(shared) => Arc::clone(shared.get_or_try_init(|| self.link()).await?),
            None => self.link().await?,
        };
        Ok(Conn::over(link, self.counted.clone()))
    }

    async fn link(&self) -> Result<Arc<Lease>, Fault> {
        let link = self.pool.get().await.map_err(|error| Fault::Unavailable(error.into()))?;
        Ok(Arc::new(Lease::Pooled(link)))
    }

    /// Returns once a transaction was committed here after the last time that this returned. For one who waits.
    pub async fn committed(&self) {
        self.counted.committed.notified().await;
    }

    /// How many statements this request has sent, those that begin and end transactions included.
    #[must_use]
    pub fn statements(&self) -> u32 {
        self.counted.statements.load(Relaxed)
    }

    /// The rules of the store.
    #[must_use]
    pub fn shop(&self) -> &Shop {
        &self.shop
    }

    /// How common words are in what is searched.
    #[must_use]
    pub fn words(&self) -> &Words {
        &self.words
    }

    /// The time now.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.shop.clock.now()
    }

    /// Asks the database for a sign of life.
    ///
    /// # Errors
    /// As [`Self::conn`].
    pub async fn ping(&self) -> Result<(), Fault> {
        Ok(self.conn().await?.batch_execute("SELECT 1").await?)
    }

    /// How many connections there are.
    #[must_use]
    pub fn pool_status(&self) -> PoolStatus {
        let status = self.pool.status();
        PoolStatus {
            open: status.size,
            idle: status.available,
            max: status.max_size,
            waiting: status.waiting,
        }
    }

    /// Closes all connections; those in use when they are given back.
    pub fn close(&self) {
        self.pool.close();
    }
}

/// What a task does on a connection of its own, if the database answers within three seconds: a link may be dead
/// without anybody being told.
///
/// # Errors
/// What went wrong, for the log.
pub async fn in_time<T, E: ToString>(asking: impl Future<Output = Result<T, E>>) -> Result<T, String> {
    match timeout(Duration::from_secs(3), asking).await {
        Ok(answer) => answer.map_err(|error| error.to_string()),
        Err(_) => Err("the database does not answer".to_owned()),
    }
}

/// Words that are alike by a little less than the default count as alike: it misses a letter that was left out.
/// Generic plans halve the work of PostgreSQL: without them `LIMIT $1` is planned anew at every execution.
fn session_settings(settings: &PoolSettings) -> String {
    let statement = settings.statement_timeout.as_millis();
    let lock = settings.lock_timeout.as_millis();
    format!(
        "SET application_name = 'souk'; SET TimeZone = 'UTC'; \
         SET pg_trgm.word_similarity_threshold = 0.55; SET plan_cache_mode = force_generic_plan; \
         SET statement_timeout = {statement}; SET lock_timeout = {lock}; \
         SET idle_in_transaction_session_timeout = {statement}; SET client_connection_check_interval = 500"
    )
}
