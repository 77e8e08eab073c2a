//! Changes of things for those who watch them. A task of each instance hears of events, and has what is watched read
//! once, however many watch it: see [`Feeds`]. Whoever comes back reads in the log what they have missed, and hears
//! on from there, by the same means as whoever could not be told all in time: see [`watch`].

mod feeds;
mod hub;
mod mailbox;
mod stream;

use std::sync::{Arc, Mutex, PoisonError};

use async_graphql::{InputType as _, Name, Value, indexmap::IndexMap};
use chrono::{DateTime, Utc};
use diesel::QueryResult;
use uuid::Uuid;

pub use feeds::Feeds;
pub use stream::watch;

use super::{Event, EventType};
use crate::{
    db::Conn,
    graphql,
    kernel::{AccountId, Caller, EventId},
};

/// A kind of thing that can be watched.
pub trait Watched: Sized + Send + Sync + 'static {
    /// What names one.
    type Id: From<Uuid> + Send + Sync;

    /// What people call it.
    const NAME: &'static str;
    /// Whose it is, if all things of an account can be watched at once.
    const OWNED: Option<Owned> = None;

    /// Which of them an event tells of.
    #[must_use]
    fn told_by(event: &Event) -> Uuid {
        event.aggregate_id
    }

    /// Those with these ids, as they are now.
    fn by_ids(conn: &mut Conn, ids: &[Self::Id]) -> impl Future<Output = QueryResult<Vec<Self>>> + Send;

    /// Its id.
    fn id(&self) -> Uuid;

    /// Its version, as events tell it.
    fn version(&self) -> i32;

    /// Whether it is there for this viewer.
    fn may_be_seen_by(&self, viewer: Option<&Caller>) -> bool;
}

/// How things belong to accounts.
#[derive(Clone, Copy, Debug)]
pub struct Owned {
    /// The field of payloads that names the account.
    pub field: &'static str,
    /// The query for the ids of all that events happen to and that has to do with the things of the account `$1`.
    pub all: &'static str,
}

/// What someone watches.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Scope {
    /// The thing with this id. The feed ends when it is no longer there for the viewer.
    One(Uuid),
    /// All of an account.
    Of(AccountId),
    /// All that there are.
    All,
}

impl Scope {
    /// One thing if it is named, else all of the account, or everyone's for staff.
    #[must_use]
    pub fn of(id: Option<Uuid>, caller: &Caller) -> Self {
        match id {
            Some(id) => Self::One(id),
            None if caller.is_staff() => Self::All,
            None => Self::Of(caller.account),
        }
    }

    /// Those in which an event is heard.
    fn all_of<T: Watched>(event: &Event) -> impl Iterator<Item = Self> {
        let owner = T::OWNED.and_then(|owned| event.payload.get(owned.field)?.as_str());
        let owner = owner.map(|owner| Self::Of(AccountId::read(owner)));
        [Self::One(T::told_by(event)), Self::All].into_iter().chain(owner)
    }
}

/// The event that a result comes from, as the result tells it.
#[derive(Clone, Copy, Debug)]
pub struct Mark {
    id: EventId,
    kind: EventType,
    at: DateTime<Utc>,
    position: i64,
    /// Of what the event happened to.
    version: i32,
}

impl Mark {
    fn of(event: &Event) -> Self {
        let &Event { id, kind, at, position, version, .. } = event;
        Self { id, kind, at, position, version }
    }

    /// What the extensions of a result have.
    #[must_use]
    pub fn told(&self) -> Value {
        Value::Object(IndexMap::from([
            (Name::new("id"), self.id.to_value()),
            (Name::new("type"), self.kind.to_value()),
            (Name::new("at"), graphql::DateTime(self.at).to_value()),
        ]))
    }
}

/// What a subscription has to do with feeds.
#[derive(Clone)]
pub struct Subscriber {
    feeds: Feeds,
    /// The last event that the client knows, where it is told by other means than an argument.
    last_known: Option<EventId>,
    /// Where the last result comes from.
    mark: Arc<Mutex<Option<Mark>>>,
}

impl Subscriber {
    /// A new subscription, of a client that may know events up to this one.
    #[must_use]
    pub fn new(feeds: Feeds, last_known: Option<EventId>) -> Self {
        Self { feeds, last_known, mark: Arc::default() }
    }

    /// Where the result comes from that was made last. Results are made one after the other.
    #[must_use]
    pub fn take_mark(&self) -> Option<Mark> {
        self.mark.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn set_mark(&self, mark: Mark) {
        *self.mark.lock().unwrap_or_else(PoisonError::into_inner) = Some(mark);
    }
}
