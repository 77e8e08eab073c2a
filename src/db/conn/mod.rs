//! Connections, as those have them who ask something of the database. Diesel makes the statements; they go over
//! tokio-postgres, each prepared once on a connection and found again without its text.
//!
//! What is sent before an answer is waited for travels together: a transaction begins with its first statement, may end
//! with its last one, and reads that do not depend on each other can share a connection.

mod error;
mod link;
mod row;
mod statement;
mod transaction;

use std::{
    ops::Deref,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
};

use deadpool::managed::Object;
use diesel::{
    ConnectionError, ConnectionResult, QueryResult,
    pg::Pg,
    query_builder::{AsQuery, QueryFragment, QueryId},
};
use diesel_async::{AsyncConnectionCore, SimpleAsyncConnection};
use futures_util::{FutureExt as _, future::BoxFuture};
use tokio::sync::Notify;

pub use link::{Link, Links};
use row::{Row, Rows};
use statement::Asked;
use transaction::Transaction;

/// A connection, of which one transaction at a time makes use.
pub struct Conn {
    link: Arc<Lease>,
    transaction: Transaction,
    counted: Counted,
}

/// A link that goes back to the pool, or one that ends with those who have it.
pub enum Lease {
    /// It goes back.
    Pooled(Object<Links>),
    /// It ends.
    Own(Link),
}

/// Where it is noted what is done.
#[derive(Clone, Default)]
pub struct Counted {
    /// How many statements were sent, those that begin and end transactions included.
    pub statements: Arc<AtomicU32>,
    /// Who waits for what is committed.
    pub committed: Arc<Notify>,
}

impl Deref for Lease {
    type Target = Link;

    fn deref(&self) -> &Link {
        match self {
            Self::Pooled(link) => link,
            Self::Own(link) => link,
        }
    }
}

impl Conn {
    /// A connection of one's own to the database at `url`, with TLS as it asks for it: see [`super::connect`].
    ///
    /// # Errors
    /// [`diesel::ConnectionError`], as one line that never holds the password.
    pub async fn open(url: &str) -> ConnectionResult<Self> {
        let link = Link::open(url).await?;
        link.run("SET TimeZone = 'UTC'").await.map_err(ConnectionError::CouldntSetupConfiguration)?;
        Ok(Self::over(Arc::new(Lease::Own(link)), Counted::default()))
    }

    /// A connection over a link.
    pub(super) fn over(link: Arc<Lease>, counted: Counted) -> Self {
        Self { link, transaction: Transaction::default(), counted }
    }

    /// The same connection for another who asks at the same time, in the same transaction if there is one. What both
    /// send is answered in the order in which it was sent.
    #[must_use]
    pub fn beside(&self) -> Self {
        Self::over(Arc::clone(&self.link), self.counted.clone())
    }

    /// Returns once PostgreSQL has notified this connection of something since the last time, or the link has ended,
    /// which shows at the next statement.
    pub async fn notified(&mut self) {
        self.link.notified().await;
    }

    fn count(&self) {
        self.counted.statements.fetch_add(1, Relaxed);
    }
}

impl SimpleAsyncConnection for Conn {
    async fn batch_execute(&mut self, sql: &str) -> QueryResult<()> {
        self.count();
        self.link.run(sql).await
    }
}

impl AsyncConnectionCore for Conn {
    type ExecuteFuture<'conn, 'query> = BoxFuture<'conn, QueryResult<usize>>;
    type LoadFuture<'conn, 'query> = BoxFuture<'conn, QueryResult<Rows>>;
    type Stream<'conn, 'query> = Rows;
    type Row<'conn, 'query> = Row;
    type Backend = Pg;

    fn load<'conn, 'query, T>(&'conn mut self, source: T) -> Self::LoadFuture<'conn, 'query>
    where
        T: AsQuery + 'query,
        T::Query: QueryFragment<Pg> + QueryId + 'query,
    {
        let asked = Asked::of(&source.as_query(), &self.link);
        let sending = self.sending();
        async move {
            let link = Arc::clone(&self.link);
            let (statement, binds) = asked?.prepared(&link).await?;
            self.in_transaction(sending, link.query(&statement, binds)).await
        }
        .boxed()
    }

    fn execute_returning_count<'conn, 'query, T>(
        &'conn mut self,
        source: T,
    ) -> Self::ExecuteFuture<'conn, 'query>
    where
        T: QueryFragment<Pg> + QueryId + 'query,
    {
        let asked = Asked::of(&source, &self.link);
        let sending = self.sending();
        async move {
            let link = Arc::clone(&self.link);
            let (statement, binds) = asked?.prepared(&link).await?;
            self.in_transaction(sending, link.execute(&statement, binds)).await
        }
        .boxed()
    }
}
