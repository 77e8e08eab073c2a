//! Batched reads: what all fields of a level wait for is read by one statement. A batch is run when no field can go on
//! without it, and never sooner, so nobody waits for a timer. A request that is given up takes its reads with it.

use std::{
    any::{Any, TypeId},
    collections::{HashMap, HashSet},
    future::poll_fn,
    hash::Hash,
    pin::pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{
            AtomicBool,
            Ordering::{AcqRel, Acquire, Release},
        },
    },
    task::{Context, Poll, Wake, Waker},
};

use foldhash::fast::RandomState;
use futures_util::{
    FutureExt as _, StreamExt as _,
    future::{BoxFuture, Shared},
    stream::FuturesUnordered,
};
use tokio::{sync::oneshot, task::coop};
use uuid::Uuid;

use crate::{
    db::Db,
    kernel::{Cursor, Fault, Page, Window},
};

/// What is read, by its keys.
pub type Found<K> = HashMap<K, <K as Key>::Value, RandomState>;

/// The error of a batched read, which all who wait for it share.
pub type LoadError = Arc<Fault>;

type Answer<K> = Result<Arc<Found<K>>, LoadError>;

/// Runs a batch. It is given the reads that it is of only then: what is never run must not keep them.
type Run = Box<dyn FnOnce(Loads) -> BoxFuture<'static, ()> + Send>;

/// What names things that are read for all who ask for some at the same time. The features' `loaders.rs` have them.
pub trait Key: Hash + Eq + Clone + Send + Sync + 'static {
    /// What is read.
    type Value: Clone + Send + Sync + 'static;

    /// Reads what these name, each once. What is not there is left out.
    ///
    /// # Errors
    /// [`Fault`], for all of them.
    fn load(db: &Db, keys: &[Self]) -> impl Future<Output = Result<Found<Self>, Fault>> + Send;
}

/// The batched reads of one request.
#[derive(Clone)]
pub struct Loads(Arc<Inner>);

struct Inner {
    db: Db,
    /// Batches of each type of keys that have not begun.
    open: Mutex<HashMap<TypeId, Box<dyn Any + Send>, RandomState>>,
    /// What runs them.
    runs: Mutex<Vec<Run>>,
}

struct Batch<K: Key> {
    keys: Vec<K>,
    answer: Shared<oneshot::Receiver<Answer<K>>>,
}

impl Loads {
    /// The reads of a request that sees the database like this.
    #[must_use]
    pub fn new(db: Db) -> Self {
        Self(Arc::new(Inner { db, open: Mutex::default(), runs: Mutex::default() }))
    }

    /// Reads what these name, with all others that are asked for until it is waited for.
    ///
    /// # Errors
    /// As the read has them.
    pub async fn load<K: Key>(&self, keys: impl IntoIterator<Item = K>) -> Answer<K> {
        let answer = self.enter(keys);
        // It is dropped only with the whole request.
        answer.await.unwrap_or_else(|_| Err(Arc::new(Fault::broken("a read was given up"))))
    }

    fn enter<K: Key>(&self, keys: impl IntoIterator<Item = K>) -> Shared<oneshot::Receiver<Answer<K>>> {
        let mut open = self.0.open.lock().unwrap_or_else(PoisonError::into_inner);
        let batch = open.entry(TypeId::of::<K>()).or_insert_with(|| {
            let (tell, answer) = oneshot::channel();
            let run = |loads: Self| loads.run::<K>(tell).boxed();
            self.0.runs.lock().unwrap_or_else(PoisonError::into_inner).push(Box::new(run));
            Box::new(Batch::<K> { keys: Vec::new(), answer: answer.shared() })
        });
        let batch = batch.downcast_mut::<Batch<K>>().expect("batches stand under the type of their keys");
        batch.keys.extend(keys);
        batch.answer.clone()
    }

    async fn run<K: Key>(self, tell: oneshot::Sender<Answer<K>>) {
        let batch = self.0.open.lock().unwrap_or_else(PoisonError::into_inner).remove(&TypeId::of::<K>());
        let batch = batch.and_then(|batch| batch.downcast::<Batch<K>>().ok());
        let mut keys = batch.map(|batch| batch.keys).unwrap_or_default();
        if keys.len() > 1 {
            let mut known = HashSet::with_capacity_and_hasher(keys.len(), RandomState::default());
            keys.retain(|key| known.insert(key.clone()));
        }
        let found = K::load(&self.0.db, &keys).await;
        // Whoever asked may have been given up meanwhile.
        let _ = tell.send(found.map(Arc::new).map_err(Arc::new));
    }

    /// Drives an execution and its reads to the end of the execution.
    pub async fn drive<T>(&self, execution: impl Future<Output = T>) -> T {
        let mut execution = pin!(execution);
        let mut runs = FuturesUnordered::new();
        let progress = Arc::new(Progress { possible: AtomicBool::new(true), task: Mutex::new(None) });
        let waker = Waker::from(Arc::clone(&progress));
        poll_fn(|task| {
            progress.belongs_to(task.waker());
            loop {
                if progress.possible.swap(false, AcqRel) {
                    if let Poll::Ready(done) = execution.as_mut().poll(&mut Context::from_waker(&waker)) {
                        return Poll::Ready(done);
                    }
                    // A task that has got much in one turn gets no more before the next, whatever it asks for.
                    if !coop::has_budget_remaining() {
                        progress.possible.store(true, Release);
                        task.waker().wake_by_ref();
                        return Poll::Pending;
                    }
                    // Joined fields are polled in portions: the rest may still have something to ask for.
                    continue;
                }
                let begun = std::mem::take(&mut *self.0.runs.lock().unwrap_or_else(PoisonError::into_inner));
                runs.extend(begun.into_iter().map(|run| run(self.clone())));
                while let Poll::Ready(Some(())) = runs.poll_next_unpin(task) {}
                if !progress.possible.load(Acquire) {
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

/// Groups rows by the keys that they were asked for under; a key without rows gets an empty list.
pub fn group<K: Key<Value = Arc<Vec<V>>>, V>(keys: &[K], rows: impl IntoIterator<Item = (K, V)>) -> Found<K> {
    let mut found: Found<K> = keys.iter().map(|key| (key.clone(), Arc::default())).collect();
    for (key, row) in rows {
        // Nobody else has the list yet.
        if let Some(group) = found.get_mut(&key).and_then(Arc::get_mut) {
            group.push(row);
        }
    }
    found
}

/// The parents of all lists that can be read by one statement, since all else about them is the same.
pub fn alike<K, R: Eq + Hash>(keys: &[K], split: impl Fn(&K) -> (Uuid, R)) -> HashMap<R, Vec<Uuid>> {
    let mut alike: HashMap<R, Vec<Uuid>> = HashMap::new();
    for (parent, rest) in keys.iter().map(split) {
        alike.entry(rest).or_default().push(parent);
    }
    alike
}

/// One page for each parent, from rows that name theirs; a parent without rows gets an empty page.
pub fn pages_of<T>(
    window: &Window,
    parents: Vec<Uuid>,
    rows: Vec<(Uuid, T)>,
    place: impl Fn(&T) -> Cursor,
) -> Vec<(Uuid, Arc<Page<T>>)> {
    let mut lists: HashMap<Uuid, Vec<T>> = parents.into_iter().map(|parent| (parent, Vec::new())).collect();
    for (parent, row) in rows {
        lists.entry(parent).or_default().push(row);
    }
    lists.into_iter().map(|(parent, rows)| (parent, Arc::new(window.page(rows, &place)))).collect()
}
