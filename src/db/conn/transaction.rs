//! Transactions: all that they do, or nothing.

use std::{
    future::poll_fn,
    pin::{Pin, pin},
    sync::{
        Arc,
        atomic::Ordering::{AcqRel, Acquire},
    },
    task::Poll,
};

use diesel::{QueryResult, result::Error};
use futures_util::{
    FutureExt as _,
    future::{BoxFuture, MaybeDone, maybe_done},
};

use super::{Conn, Lease};

/// SQL that was sent, and is answered in its turn.
type Sent = MaybeDone<BoxFuture<'static, QueryResult<()>>>;

/// How far a transaction has come.
#[derive(Default)]
pub struct Transaction {
    /// Its beginning, until that is answered.
    begun: Option<Sent>,
    stage: Stage,
}

#[derive(Default)]
enum Stage {
    /// There is none.
    #[default]
    None,
    /// Statements are part of it.
    Open,
    /// The next statement is its last.
    Last,
    /// Its last statement was sent, and its end behind it.
    Ended(Sent),
}

/// A statement on its way to a link; once it is there, or given up, this is dropped.
pub struct Sending(Arc<Lease>);

impl Drop for Sending {
    fn drop(&mut self) {
        self.0.unsent.fetch_sub(1, AcqRel);
    }
}

/// What is done in a transaction. Its future has a name here, so that it can be asked to go to any thread.
pub trait Work<C, R>: AsyncFnOnce(C) -> R + FnOnce(C) -> <Self as Work<C, R>>::Running {
    /// The work as it is done.
    type Running: Future<Output = R>;
}

impl<C, R, F, Running> Work<C, R> for F
where
    F: AsyncFnOnce(C) -> R + FnOnce(C) -> Running,
    Running: Future<Output = R>,
{
    type Running = Running;
}

impl Conn {
    /// Does something in a transaction: it is committed if all goes well, and otherwise nothing of it has happened. It
    /// begins together with its first statement.
    ///
    /// # Errors
    /// As the work has them, or whatever the database says to its end.
    pub async fn transaction<R, E, F>(&mut self, work: F) -> Result<R, E>
    where
        for<'r> F: AsyncFnOnce(&'r mut Self) -> Result<R, E>
            + Work<&'r mut Self, Result<R, E>, Running: Send>
            + Send,
        R: Send,
        E: From<Error> + Send,
    {
        self.begin()?;
        match work(&mut *self).await {
            Ok(done) => {
                self.commit().await?;
                Ok(done)
            }
            Err(error) => {
                self.roll_back().await;
                Err(error)
            }
        }
    }

    /// Says that the next statement is the transaction's last, and that nothing which could go wrong comes behind it:
    /// the transaction is committed together with it, without a round trip of its own. If it fails, or one that was
    /// sent before and is answered only now, nothing has happened.
    pub fn ending(&mut self) -> &mut Self {
        if matches!(self.transaction.stage, Stage::Open) {
            self.transaction.stage = Stage::Last;
        }
        self
    }

    fn begin(&mut self) -> QueryResult<()> {
        if !matches!(self.transaction.stage, Stage::None) {
            return Err(Error::AlreadyInTransaction);
        }
        // Should this future be given up, the link is not used again.
        self.link.set_open(true);
        self.transaction = Transaction { begun: Some(self.send("BEGIN")), stage: Stage::Open };
        Ok(())
    }

    /// A statement that is about to be sent.
    pub(super) fn sending(&self) -> Sending {
        self.count();
        self.link.unsent.fetch_add(1, AcqRel);
        Sending(Arc::clone(&self.link))
    }

    /// Awaits a statement, in the transaction if there is one.
    pub(super) async fn in_transaction<T>(
        &mut self,
        sending: Sending,
        statement: impl Future<Output = QueryResult<T>>,
    ) -> QueryResult<T> {
        let mut statement = pin!(maybe_done(statement));
        // Polled, it is sent.
        poll_fn(|task| Poll::Ready(statement.as_mut().poll(task).is_ready())).await;
        drop(sending);
        // One that has to be prepared is sent later, and must not come behind the end.
        if matches!(self.transaction.stage, Stage::Last) && self.link.unsent.load(Acquire) == 0 {
            self.transaction.stage = Stage::Ended(self.send("COMMIT"));
        }
        statement.as_mut().await;
        if let Some(begun) = self.transaction.begun.take() {
            answered(begun).await?;
        }
        statement.take_output().unwrap_or(Err(Error::NotInTransaction))
    }

    async fn commit(&mut self) -> QueryResult<()> {
        let Transaction { begun, stage } = std::mem::take(&mut self.transaction);
        if let Some(begun) = begun {
            answered(begun).await?;
        }
        let end = match stage {
            Stage::Ended(end) => end,
            _ => self.send("COMMIT"),
        };
        answered(end).await?;
        self.link.set_open(false);
        self.counted.committed.notify_one();
        Ok(())
    }

    /// If it can't be rolled back, PostgreSQL does so when the link ends, which is not used again.
    async fn roll_back(&mut self) {
        let end = match std::mem::take(&mut self.transaction).stage {
            // After a statement that has failed, it is the same.
            Stage::Ended(end) => end,
            _ => self.send("ROLLBACK"),
        };
        if answered(end).await.is_ok() {
            self.link.set_open(false);
        }
    }

    /// Sends some SQL now. Its answer comes behind those of what was sent before.
    fn send(&self, sql: &'static str) -> Sent {
        self.count();
        let link = Arc::clone(&self.link);
        let mut sent = maybe_done(async move { link.run(sql).await }.boxed());
        // Polled, it is sent.
        let _ = (&mut sent).now_or_never();
        sent
    }
}

async fn answered(mut sent: Sent) -> QueryResult<()> {
    (&mut sent).await;
    Pin::new(&mut sent).take_output().unwrap_or(Ok(()))
}
