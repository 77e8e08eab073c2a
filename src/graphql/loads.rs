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
type Run = Box<dyn FnOnce(Loads, Db) -> BoxFuture<'static, ()> + Send>;

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
    /// What was asked for before anyone waited for it, by the type of its key.
    ahead: Mutex<HashMap<TypeId, Box<dyn Any + Send>, RandomState>>,
}

/// Keys that were asked for ahead, with their answers.
type Ahead<K> = Vec<(K, Shared<oneshot::Receiver<Answer<K>>>)>;

struct Batch<K: Key> {
    keys: Vec<K>,
    answer: Shared<oneshot::Receiver<Answer<K>>>,
}

impl Loads {
    /// The reads of a request that sees the database like this.
    #[must_use]
    pub fn new(db: Db) -> Self {
        Self(Arc::new(Inner { db, open: Mutex::default(), runs: Mutex::default(), ahead: Mutex::default() }))
    }

    /// Reads what these name, with all others that are asked for until it is waited for.
    ///
    /// # Errors
    /// As the read has them.
    pub async fn load<K: Key>(&self, keys: impl IntoIterator<Item = K>) -> Answer<K> {
        let keys: Vec<K> = keys.into_iter().collect();
        let answer = match &keys[..] {
            [key] => self.asked_ahead(key).unwrap_or_else(|| self.enter(keys)),
            _ => self.enter(keys),
        };
        // It is dropped only with the whole request.
        answer.await.unwrap_or_else(|_| Err(Arc::new(Fault::broken("a read was given up"))))
    }

    /// Asks for what is going to be waited for, so that it is read together with what comes before it.
    pub fn ask_ahead<K: Key>(&self, key: K) {
        let answer = self.enter([key.clone()]);
        let mut ahead = self.0.ahead.lock().unwrap_or_else(PoisonError::into_inner);
        let asked = ahead.entry(TypeId::of::<K>()).or_insert_with(|| Box::new(Ahead::<K>::new()));
        if let Some(asked) = asked.downcast_mut::<Ahead<K>>() {
            asked.push((key, answer));
        }
    }

    /// What was asked for ahead is waited for once.
    fn asked_ahead<K: Key>(&self, key: &K) -> Option<Shared<oneshot::Receiver<Answer<K>>>> {
        let mut ahead = self.0.ahead.lock().unwrap_or_else(PoisonError::into_inner);
        let asked = ahead.get_mut(&TypeId::of::<K>())?.downcast_mut::<Ahead<K>>()?;
        let place = asked.iter().position(|(other, _)| other == key)?;
        Some(asked.swap_remove(place).1)
    }

    fn enter<K: Key>(&self, keys: impl IntoIterator<Item = K>) -> Shared<oneshot::Receiver<Answer<K>>> {
        let mut open = self.0.open.lock().unwrap_or_else(PoisonError::into_inner);
        let batch = open.entry(TypeId::of::<K>()).or_insert_with(|| {
            let (tell, answer) = oneshot::channel();
            let run = |loads: Self, db| loads.run::<K>(db, tell).boxed();
            self.0.runs.lock().unwrap_or_else(PoisonError::into_inner).push(Box::new(run));
            Box::new(Batch::<K> { keys: Vec::new(), answer: answer.shared() })
        });
        let batch = batch.downcast_mut::<Batch<K>>().expect("batches stand under the type of their keys");
        batch.keys.extend(keys);
        batch.answer.clone()
    }

    async fn run<K: Key>(self, db: Db, tell: oneshot::Sender<Answer<K>>) {
        let batch = self.0.open.lock().unwrap_or_else(PoisonError::into_inner).remove(&TypeId::of::<K>());
        let batch = batch.and_then(|batch| batch.downcast::<Batch<K>>().ok());
        let mut keys = batch.map(|batch| batch.keys).unwrap_or_default();
        if keys.len() > 1 {
            let mut known = HashSet::with_capacity_and_hasher(keys.len(), RandomState::default());
            keys.retain(|key| known.insert(key.clone()));
        }
        let found = K::load(&db, &keys).await;
        // Whoever asked may have been given up meanwhile.
        let _ = tell.send(found.map(Arc::new).map_err(Arc::new));
    }

    /// The batches that are asked for by now. If there are some, they share a connection.
    fn begun(&self) -> impl Iterator<Item = BoxFuture<'static, ()>> {
        let begun = std::mem::take(&mut *self.0.runs.lock().unwrap_or_else(PoisonError::into_inner));
        let db = if begun.len() > 1 { self.0.db.together() } else { self.0.db.clone() };
        begun.into_iter().map(move |run| run(self.clone(), db.clone()))
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
                runs.extend(self.begun());
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

/// Groups rows by the keys that they were asked for under; a key without rows gets an empty list. What is sorted here
/// need not be sorted by PostgreSQL, which would sort the rows of all keys together.
pub fn group_sorted<K: Key<Value = Arc<Vec<V>>>, V, P: Ord>(
    keys: &[K],
    rows: impl IntoIterator<Item = (K, V)>,
    place: impl Fn(&V) -> &P,
) -> Found<K> {
    let mut found = group(keys, rows);
    for group in found.values_mut().filter_map(Arc::get_mut) {
        group.sort_by(|one, other| place(one).cmp(place(other)));
    }
    found
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
