//! Who watches what on this instance.

use std::{
    any::Any,
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use uuid::Uuid;

use super::{Mark, Scope, Watched, mailbox::Mailbox};
use crate::{
    db::Db,
    events::{Event, EventType},
    kernel::Fault,
};

/// A hub, whatever is watched there.
#[async_trait::async_trait]
pub trait Tell: Any + Send + Sync {
    async fn tell(&self, db: &Db, events: &[&Event]) -> Result<(), Fault>;
    fn is_watched(&self) -> bool;
}

/// Those who watch things of a kind.
pub struct Hub<T> {
    watchers: Mutex<Watchers<T>>,
}

struct Watchers<T> {
    by_scope: HashMap<Scope, HashMap<u64, Watcher<T>>>,
    last_number: u64,
}

struct Watcher<T> {
    types: Vec<EventType>,
    mailbox: Arc<Mailbox<T>>,
}

impl<T: Watched> Hub<T> {
    pub fn new() -> Self {
        Self { watchers: Mutex::new(Watchers { by_scope: HashMap::new(), last_number: 0 }) }
    }

    pub fn join(self: Arc<Self>, scope: Scope, types: Vec<EventType>) -> Seat<T> {
        let mailbox = Arc::new(Mailbox::new());
        let mut watchers = self.watchers();
        watchers.last_number += 1;
        let number = watchers.last_number;
        let watcher = Watcher { types, mailbox: Arc::clone(&mailbox) };
        watchers.by_scope.entry(scope).or_default().insert(number, watcher);
        drop(watchers);
        Seat { hub: self, scope, number, mailbox }
    }

    fn watchers(&self) -> MutexGuard<'_, Watchers<T>> {
        self.watchers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Watched> Watchers<T> {
    fn of(&self, scope: Scope) -> impl Iterator<Item = &Watcher<T>> {
        self.by_scope.get(&scope).into_iter().flat_map(HashMap::values)
    }

    fn want(&self, event: &Event) -> bool {
        Scope::all_of::<T>(event).any(|scope| self.of(scope).any(|who| who.types.contains(&event.kind)))
    }
}

#[async_trait::async_trait]
impl<T: Watched> Tell for Hub<T> {
    /// Reads what is watched once, and tells each who watches it of the last event that they want to hear of.
    async fn tell(&self, db: &Db, events: &[&Event]) -> Result<(), Fault> {
        let mut told: HashMap<Uuid, Vec<&Event>> = HashMap::new();
        {
            let watchers = self.watchers();
            for event in events.iter().filter(|event| watchers.want(event)) {
                told.entry(T::told_by(event)).or_default().push(event);
            }
        }
        if told.is_empty() {
            return Ok(());
        }
        let ids: Vec<T::Id> = told.keys().copied().map(T::Id::from).collect();
        let things = T::by_ids(&mut db.conn().await?, &ids).await?;
        let watchers = self.watchers();
        let mut letters = Vec::new();
        for thing in things.into_iter().map(Arc::new) {
            let events = told.get(&thing.id()).map(Vec::as_slice).unwrap_or_default();
            let scopes: HashSet<_> = events.iter().flat_map(|event| Scope::all_of::<T>(event)).collect();
            for watcher in scopes.into_iter().flat_map(|scope| watchers.of(scope)) {
                let last = events.iter().rev().find(|event| watcher.types.contains(&event.kind));
                if let Some(event) = last {
                    letters.push((Mark::of(event), &watcher.mailbox, Arc::clone(&thing)));
                }
            }
        }
        // In their order: whoever has taken one takes what lies before it for told.
        letters.sort_by_key(|(mark, ..)| mark.position);
        for (mark, mailbox, thing) in letters {
            mailbox.put(mark, &thing);
        }
        Ok(())
    }

    fn is_watched(&self) -> bool {
        !self.watchers().by_scope.is_empty()
    }
}

/// Someone's place among those who watch.
pub struct Seat<T: Watched> {
    hub: Arc<Hub<T>>,
    scope: Scope,
    number: u64,
    pub mailbox: Arc<Mailbox<T>>,
}

impl<T: Watched> Drop for Seat<T> {
    fn drop(&mut self) {
        let mut watchers = self.hub.watchers();
        if let Some(there) = watchers.by_scope.get_mut(&self.scope) {
            there.remove(&self.number);
            if there.is_empty() {
                watchers.by_scope.remove(&self.scope);
            }
        }
    }
}
