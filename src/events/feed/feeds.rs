//! The task that tells those who watch.

use std::{
    any::TypeId,
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::{
    sync::{
        Notify,
        broadcast::{
            Receiver,
            error::{RecvError, TryRecvError},
        },
    },
    time::sleep,
};

use super::{
    Scope, Watched,
    hub::{Hub, Seat, Tell},
};
use crate::{
    db::Db,
    events::{Batch, Event, EventType, Filter, Live, after},
    kernel::Fault,
};

/// How long it is waited between rounds: what happens to a thing meanwhile comes as one.
const PACE: Duration = Duration::from_millis(50);
/// How long it is waited when the database can't be asked.
const PATIENCE: Duration = Duration::from_secs(1);
/// How many events are read from the log at a time.
const PORTION: i64 = 500;
/// How many batches are told in a round.
const BATCHES: usize = 16;

/// All that is watched on an instance. Clones share it.
#[derive(Clone)]
pub struct Feeds(Arc<Shared>);

struct Shared {
    live: Live,
    /// By the kind of what is watched there.
    hubs: Mutex<HashMap<TypeId, Arc<dyn Tell>>>,
    ear: Mutex<Ear>,
    begun: Notify,
}

/// Events are listened to while anyone watches.
enum Ear {
    Closed,
    /// It was just opened, by one who watches from now on.
    Opened(Listening),
    Open,
}

impl Feeds {
    /// What is heard from here.
    #[must_use]
    pub fn new(live: Live) -> Self {
        let (hubs, ear, begun) = (Mutex::default(), Mutex::new(Ear::Closed), Notify::new());
        Self(Arc::new(Shared { live, hubs, ear, begun }))
    }

    /// Tells those who watch; it never returns.
    pub async fn follow(self, db: Db) {
        let mut is_troubled = false;
        loop {
            let Some(mut listening) = self.opened() else {
                self.0.begun.notified().await;
                continue;
            };
            while self.is_watched() {
                match self.tell(&db, &mut listening).await {
                    Ok(()) => {
                        is_troubled = false;
                        sleep(PACE).await;
                    }
                    Err(fault) => {
                        if !is_troubled {
                            tracing::warn!(?fault, "what is watched can't be read");
                        }
                        is_troubled = true;
                        sleep(PATIENCE).await;
                    }
                }
            }
        }
    }

    /// Waits for events, and has all hubs tell of them. Where that fails it is done once more: what was told before
    /// is passed over by its place.
    async fn tell(&self, db: &Db, listening: &mut Listening) -> Result<(), Fault> {
        if listening.batches.is_empty() {
            listening.batches = listening.hear(db).await?;
        }
        let events = listening.batches.iter().flat_map(|batch| batch.iter());
        let events: Vec<&Event> = events.filter(|event| event.position > listening.told).collect();
        let hubs: Vec<_> = self.hubs().values().cloned().collect();
        for hub in hubs {
            hub.tell(db, &events).await?;
        }
        listening.told = events.last().map_or(listening.told, |event| event.position);
        listening.batches.clear();
        Ok(())
    }

    /// Has someone told of these things from now on.
    pub(super) fn join<T: Watched>(&self, scope: Scope, types: Vec<EventType>) -> Seat<T> {
        let hub =
            Arc::clone(self.hubs().entry(TypeId::of::<T>()).or_insert_with(|| Arc::new(Hub::<T>::new())));
        let hub = Arc::downcast::<Hub<T>>(hub).expect("hubs are kept by the type of what is watched there");
        let seat = hub.join(scope, types);
        let mut ear = self.ear();
        if matches!(*ear, Ear::Closed) {
            *ear = Ear::Opened(Listening::to(&self.0.live));
            self.0.begun.notify_one();
        }
        seat
    }

    fn opened(&self) -> Option<Listening> {
        let mut ear = self.ear();
        match std::mem::replace(&mut *ear, Ear::Open) {
            Ear::Opened(listening) => Some(listening),
            other => {
                *ear = other;
                None
            }
        }
    }

    /// Whether anyone watches; the ear is closed if not.
    fn is_watched(&self) -> bool {
        let mut ear = self.ear();
        let is_watched = self.hubs().values().any(|hub| hub.is_watched());
        if !is_watched {
            *ear = Ear::Closed;
        }
        is_watched
    }

    fn hubs(&self) -> MutexGuard<'_, HashMap<TypeId, Arc<dyn Tell>>> {
        self.0.hubs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ear(&self) -> MutexGuard<'_, Ear> {
        self.0.ear.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is heard of events, without a gap.
struct Listening {
    receiver: Receiver<Batch>,
    /// What is to be told next.
    batches: Vec<Batch>,
    /// All up to this place was told, or came before anyone watched.
    told: i64,
    /// Whether something was missed, and has to be read in the log.
    is_behind: bool,
}

impl Listening {
    fn to(live: &Live) -> Self {
        // Before it is listened, so that nothing lies in between.
        let told = live.reached();
        Self { receiver: live.listen(), batches: Vec::new(), told, is_behind: false }
    }

    async fn hear(&mut self, db: &Db) -> Result<Vec<Batch>, Fault> {
        loop {
            if self.is_behind {
                let missed = after(&mut db.conn().await?, self.told, &Filter::default(), PORTION).await?;
                if !missed.is_empty() {
                    return Ok(vec![missed.into()]);
                }
                self.is_behind = false;
            }
            match self.receiver.recv().await {
                Ok(batch) => return Ok(self.with_what_waits(batch)),
                Err(RecvError::Lagged(_)) => self.is_behind = true,
                // Nothing will ever happen any more.
                Err(RecvError::Closed) => std::future::pending().await,
            }
        }
    }

    fn with_what_waits(&mut self, first: Batch) -> Vec<Batch> {
        let mut batches = vec![first];
        while batches.len() < BATCHES {
            match self.receiver.try_recv() {
                Ok(batch) => batches.push(batch),
                Err(TryRecvError::Lagged(_)) => {
                    self.is_behind = true;
                    break;
                }
                Err(_) => break,
            }
        }
        batches
    }
}
