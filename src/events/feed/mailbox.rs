//! What waits for one who watches.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use tokio::sync::Notify;
use uuid::Uuid;

use super::{Mark, Watched};

/// How many results wait at most.
const QUEUE: usize = 256;
/// How long a mailbox may be full without anything being taken.
const PATIENCE: Duration = Duration::from_secs(2);

/// What is found in a mailbox.
pub enum Mail<T> {
    /// A thing as it was read after the event.
    News(Mark, Arc<T>),
    /// There was more than could wait; it stands in the log.
    Missed,
    /// Too much waits for one who does not come.
    TooSlow,
}

/// Things that have changed, each once, in the order of the last events that tell of them.
pub struct Mailbox<T> {
    content: Mutex<Content<T>>,
    filled: Notify,
}

struct Content<T> {
    waiting: BTreeMap<i64, (Mark, Arc<T>)>,
    /// The places of what waits.
    places: HashMap<Uuid, i64>,
    /// Whether something did not fit in. Nothing is put in then until it is empty, so that what waits comes before
    /// what was left out.
    is_incomplete: bool,
    /// When it was found full, if nothing was taken since.
    full_since: Option<Instant>,
    is_given_up: bool,
}

impl<T: Watched> Mailbox<T> {
    pub fn new() -> Self {
        let content = Content {
            waiting: BTreeMap::new(),
            places: HashMap::new(),
            is_incomplete: false,
            full_since: None,
            is_given_up: false,
        };
        Self { content: Mutex::new(content), filled: Notify::new() }
    }

    /// Puts in what is told. A full mailbox from which nothing is taken for long is given up; otherwise it is the events
    /// that were many at once.
    pub fn put(&self, mark: Mark, thing: &Arc<T>) {
        let mut content = self.content();
        if content.is_given_up {
            return;
        }
        let known = content.places.contains_key(&thing.id());
        if content.is_incomplete || (content.waiting.len() == QUEUE && !known) {
            content.is_incomplete = true;
            if content.full_since.get_or_insert_with(Instant::now).elapsed() > PATIENCE {
                content.is_given_up = true;
                content.waiting = BTreeMap::new();
                content.places = HashMap::new();
            }
        } else {
            if let Some(place) = content.places.insert(thing.id(), mark.position) {
                content.waiting.remove(&place);
            }
            content.waiting.insert(mark.position, (mark, Arc::clone(thing)));
        }
        self.filled.notify_one();
    }

    /// What comes next. For one at a time.
    pub async fn take(&self) -> Mail<T> {
        loop {
            if let Some(mail) = self.content().take() {
                return mail;
            }
            self.filled.notified().await;
        }
    }

    fn content(&self) -> MutexGuard<'_, Content<T>> {
        self.content.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Watched> Content<T> {
    fn take(&mut self) -> Option<Mail<T>> {
        if self.is_given_up {
            return Some(Mail::TooSlow);
        }
        self.full_since = None;
        if let Some((_, (mark, thing))) = self.waiting.pop_first() {
            self.places.remove(&thing.id());
            return Some(Mail::News(mark, thing));
        }
        std::mem::take(&mut self.is_incomplete).then_some(Mail::Missed)
    }
}
