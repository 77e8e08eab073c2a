//! The links to PostgreSQL, and what keeps them.

use std::{
    future::poll_fn,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use deadpool::managed::{Manager, Metrics, RecycleError, RecycleResult};
use diesel::{ConnectionError, ConnectionResult, QueryResult, result::Error};
use tokio::{sync::Notify, task::AbortHandle, time::timeout};
use tokio_postgres::{AsyncMessage, Client, types::Type};

use super::{
    error::{closed, failed},
    row::Rows,
    statement::{Bind, Known, Statement},
};
use crate::db::connect::{Driven, connect};

/// How long a link may still be at work for one who gave up, when another wants it: less than it takes to make one.
const PATIENCE: Duration = Duration::from_millis(10);

/// A link to a database, with what is prepared on it.
pub struct Link {
    client: Client,
    /// What carries it.
    task: AbortHandle,
    known: Mutex<Known>,
    /// Whether a transaction is open, or was left open by one who gave up.
    is_open: AtomicBool,
    /// How many statements are about to be sent.
    pub(super) unsent: AtomicUsize,
    /// How many statements are not answered, or were given up before they were.
    unanswered: Arc<AtomicUsize>,
    heard: Arc<Heard>,
}

/// A statement that is not answered yet. Who gives it up drops this, and leaves its answer to come.
pub struct Unanswered(Arc<AtomicUsize>);

impl Unanswered {
    /// Its answer has come.
    pub fn answered(self) {
        self.0.fetch_sub(1, Relaxed);
    }
}

/// What the task of a link hears from PostgreSQL.
#[derive(Default)]
struct Heard {
    anything: Notify,
    end: OnceLock<String>,
}

impl Link {
    /// A link to the database at `url`: see [`connect`].
    ///
    /// # Errors
    /// [`ConnectionError`], as one line that never holds the password.
    pub async fn open(url: &str) -> ConnectionResult<Self> {
        // In a place of its own: to connect by TLS takes much, and whoever asks the pool would carry it along.
        let (client, connection) = Box::pin(connect(url)).await?;
        let heard = Arc::<Heard>::default();
        #[expect(clippy::disallowed_methods, reason = "it ends with the link")]
        let task = tokio::spawn(Arc::clone(&heard).follow(connection)).abort_handle();
        Ok(Self {
            client,
            task,
            known: Mutex::default(),
            is_open: AtomicBool::new(false),
            unsent: AtomicUsize::new(0),
            unanswered: Arc::default(),
            heard,
        })
    }

    /// What is prepared. Nothing is waited for while it is held.
    pub fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs some SQL that has no values and gives no rows. It is sent when this is first polled.
    pub async fn run(&self, sql: &str) -> QueryResult<()> {
        self.answered(self.client.batch_execute(sql)).await
    }

    /// Prepares a statement.
    pub async fn prepare(&self, text: &str, types: &[Type]) -> QueryResult<tokio_postgres::Statement> {
        self.answered(self.client.prepare_typed(text, types)).await
    }

    /// Asks for rows. It is sent when this is first polled.
    pub async fn query(&self, statement: &Statement, binds: Vec<Bind>) -> QueryResult<Rows> {
        let unanswered = self.unanswered();
        let rows = self.client.query_raw(&statement.prepared, binds).await;
        match rows {
            Ok(rows) => Ok(Rows::new(rows, Arc::clone(&statement.types), unanswered)),
            Err(error) => {
                unanswered.answered();
                Err(self.failed(&error))
            }
        }
    }

    /// Asks for something to be done, and how many rows it was done to. It is sent when this is first polled.
    pub async fn execute(&self, statement: &Statement, binds: Vec<Bind>) -> QueryResult<usize> {
        let count = self.answered(self.client.execute_raw(&statement.prepared, binds)).await?;
        Ok(usize::try_from(count).unwrap_or(usize::MAX))
    }

    async fn answered<T>(
        &self,
        asked: impl Future<Output = Result<T, tokio_postgres::Error>>,
    ) -> QueryResult<T> {
        let unanswered = self.unanswered();
        let answer = asked.await;
        unanswered.answered();
        answer.map_err(|error| self.failed(&error))
    }

    fn unanswered(&self) -> Unanswered {
        self.unanswered.fetch_add(1, Relaxed);
        Unanswered(Arc::clone(&self.unanswered))
    }

    /// Whether it can be used again. Where a statement was given up, PostgreSQL may still be at it.
    async fn is_free(&self) -> bool {
        if self.client.is_closed() || self.is_open.load(Relaxed) {
            return false;
        }
        if self.unanswered.load(Relaxed) > 0 {
            let answer = timeout(PATIENCE, self.client.check_connection()).await;
            if !matches!(answer, Ok(Ok(()))) {
                return false;
            }
            self.unanswered.store(0, Relaxed);
        }
        true
    }

    /// Notes whether a transaction is open.
    pub fn set_open(&self, is_open: bool) {
        self.is_open.store(is_open, Relaxed);
    }

    /// Waits for a notification, or for the end.
    pub async fn notified(&self) {
        if self.heard.end.get().is_none() {
            self.heard.anything.notified().await;
        }
    }

    /// An error; of a link that has ended, why it has.
    fn failed(&self, error: &tokio_postgres::Error) -> Error {
        match self.heard.end.get() {
            Some(why) if error.is_closed() => closed(why.clone()),
            _ => failed(error),
        }
    }
}

impl Drop for Link {
    /// Whatever is still under way, PostgreSQL gives up when it notices.
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Heard {
    async fn follow(self: Arc<Self>, mut connection: Driven) {
        loop {
            match poll_fn(|task| connection.poll_message(task)).await {
                Some(Ok(AsyncMessage::Notification(_))) => self.anything.notify_one(),
                Some(Ok(_)) => {}
                Some(Err(error)) => {
                    // A link has one end.
                    let _ = self.end.set(failed(&error).to_string());
                    break;
                }
                None => break,
            }
        }
        self.anything.notify_one();
    }
}

/// Makes the links of a pool.
pub struct Links {
    /// The database.
    pub url: String,
    /// What is set for each session.
    pub session: String,
}

impl Manager for Links {
    type Type = Link;
    type Error = ConnectionError;

    async fn create(&self) -> ConnectionResult<Link> {
        let link = Link::open(&self.url).await?;
        link.run(&self.session).await.map_err(ConnectionError::CouldntSetupConfiguration)?;
        Ok(link)
    }

    /// The task of a link notices when it is closed, so that no round trip to ask is needed.
    async fn recycle(&self, link: &mut Link, _: &Metrics) -> RecycleResult<ConnectionError> {
        if link.is_free().await {
            return Ok(());
        }
        Err(RecycleError::message("it has ended, was left in a transaction, or is still at work"))
    }
}
