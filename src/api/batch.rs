//! When loaders run: as soon as no field can go on without them, and never sooner. So everything on a level is
//! loaded by one statement, whatever the scheduler does, without a timer. A request that is given up takes its
//! loads with it.

use std::{
    future::poll_fn,
    pin::pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering::AcqRel},
    },
    task::{Context, Poll, Wake, Waker},
    time::Duration,
};

use async_graphql::runtime::Timer;
use futures_util::{
    StreamExt as _,
    future::BoxFuture,
    stream::FuturesUnordered,
    task::{FutureObj, Spawn, SpawnError},
};

/// The loads of one request that wait to be run.
#[derive(Clone, Default)]
pub struct Batches(Arc<Mutex<Vec<FutureObj<'static, ()>>>>);

impl Spawn for Batches {
    fn spawn_obj(&self, load: FutureObj<'static, ()>) -> Result<(), SpawnError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(load);
        Ok(())
    }
}

/// A load that is run at all is run at its time.
pub struct NoDelay;

impl Timer for NoDelay {
    fn delay(&self, _: Duration) -> BoxFuture<'static, ()> {
        Box::pin(std::future::ready(()))
    }
}

impl Batches {
    /// Drives an execution and its loads to the end of the execution.
    pub async fn drive<T>(&self, execution: impl Future<Output = T>) -> T {
        let mut execution = pin!(execution);
        let mut loads = FuturesUnordered::new();
        let progress = Arc::new(Progress { possible: AtomicBool::new(true), task: Mutex::new(None) });
        let waker = Waker::from(Arc::clone(&progress));
        poll_fn(|task| {
            progress.belongs_to(task.waker());
            loop {
                if progress.possible.swap(false, AcqRel) {
                    if let Poll::Ready(done) = execution.as_mut().poll(&mut Context::from_waker(&waker)) {
                        return Poll::Ready(done);
                    }
                    // Joined fields are polled in portions: the rest may still have something to ask for.
                    continue;
                }
                loads.extend(self.0.lock().unwrap_or_else(PoisonError::into_inner).drain(..));
                while let Poll::Ready(Some(())) = loads.poll_next_unpin(task) {}
                if !progress.possible.load(std::sync::atomic::Ordering::Acquire) {
                    return Poll::Pending;
                }
            }
        })
        .await
    }
}

/// Notes that the execution can go on, and tells the task that drives it.
struct Progress {
    possible: AtomicBool,
    task: Mutex<Option<Waker>>,
}

impl Progress {
    fn belongs_to(&self, waker: &Waker) {
        let mut task = self.task.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *task {
            Some(known) => known.clone_from(waker),
            none => *none = Some(waker.clone()),
        }
    }
}

impl Wake for Progress {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        if !self.possible.swap(true, AcqRel)
            && let Some(task) = &*self.task.lock().unwrap_or_else(PoisonError::into_inner)
        {
            task.wake_by_ref();
        }
    }
}
