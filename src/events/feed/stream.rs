//! What one who watches hears.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use async_graphql::{Context, Error, ErrorExtensions as _, Result};
use futures_util::{Stream, stream};
use uuid::Uuid;

use super::{Mark, Scope, Subscriber, Watched, hub::Seat, mailbox::Mail};
use crate::{
    db::Db,
    events::{Event, EventType, Filter, position_of, store},
    graphql::{Ask as _, Problem},
    kernel::{Caller, EventId, Fault, Refusal},
};

/// How many events of the log are told at a time to one who has missed them.
const PORTION: i64 = 100;

/// Things each time that one of these events has happened to them: from now on, or from the event on that the client
/// knows last. Events of one thing that follow each other quickly, or that were missed, may come as one. It ends when
/// the one thing that is watched is no longer there for the viewer.
///
/// # Errors
/// [`Fault::Refused`] if there is no such thing for this viewer, and as [`position_of`] and [`Db::conn`].
pub async fn watch<T: Watched>(
    ctx: &Context<'_>,
    scope: Scope,
    types: &[EventType],
    after: Option<EventId>,
) -> Result<impl Stream<Item = Result<Arc<T>>> + Send + use<T>, Fault> {
    let (subscriber, db) = (ctx.data_unchecked::<Subscriber>().clone(), ctx.db().clone());
    // Before anything is read, so that nothing falls in between.
    let seat = subscriber.feeds.join::<T>(scope, types.to_vec());
    let mut conn = db.conn().await?;
    let seen = match scope {
        Scope::One(id) => {
            let found = T::by_ids(&mut conn, &[id.into()]).await?.pop();
            let found = found.filter(|thing| thing.may_be_seen_by(ctx.viewer()));
            found.ok_or_else(|| Refusal::not_found("id", T::NAME))?.version()
        }
        Scope::Of(_) | Scope::All => 0,
    };
    let known = match subscriber.last_known.or(after) {
        Some(id) => Some(position_of(&mut conn, id).await?),
        None => None,
    };
    let until = store::newest(&mut conn).await?;
    drop(conn);
    let feed = Feed {
        db,
        viewer: ctx.viewer().cloned(),
        scope,
        types: types.to_vec(),
        subscriber,
        seat,
        seen: if known.is_none() { seen } else { 0 },
        at: known.unwrap_or(until),
        until,
        portion: VecDeque::new(),
        is_over: false,
    };
    Ok(stream::unfold(feed, Feed::next))
}

struct Feed<T: Watched> {
    db: Db,
    viewer: Option<Caller>,
    scope: Scope,
    types: Vec<EventType>,
    subscriber: Subscriber,
    seat: Seat<T>,
    /// The version of the one thing that the client can have loaded, if it goes on from nothing else.
    seen: i32,
    /// All up to this place is told, or stands in `portion`.
    at: i64,
    /// What lies behind `at` up to this place is in the log alone, and all behind it in the mailbox.
    until: i64,
    portion: VecDeque<(Mark, Arc<T>)>,
    is_over: bool,
}

impl<T: Watched> Feed<T> {
    async fn next(mut self) -> Option<(Result<Arc<T>>, Self)> {
        if self.is_over {
            return None;
        }
        match self.advance().await {
            Ok(None) => None,
            Ok(Some((mark, thing))) => {
                // What goes out is written beside this, and needs its turn where much comes at once.
                tokio::task::yield_now().await;
                self.subscriber.set_mark(mark);
                Some((Ok(thing), self))
            }
            Err(error) => {
                self.is_over = true;
                Some((Err(error), self))
            }
        }
    }

    async fn advance(&mut self) -> Result<Option<(Mark, Arc<T>)>> {
        loop {
            let (mark, thing) = if let Some(next) = self.portion.pop_front() {
                next
            } else if self.at < self.until {
                self.read_on().await?;
                continue;
            } else {
                match self.seat.mailbox.take().await {
                    // It was found in the log already, or had happened before.
                    Mail::News(mark, _) if mark.position <= self.at || mark.version <= self.seen => continue,
                    Mail::News(mark, thing) => {
                        self.at = mark.position;
                        (mark, thing)
                    }
                    Mail::Missed => {
                        let mut conn = self.db.conn().await?;
                        self.until = store::newest(&mut conn).await.map_err(Fault::from)?;
                        continue;
                    }
                    Mail::TooSlow => return Err(too_slow()),
                }
            };
            if thing.may_be_seen_by(self.viewer.as_ref()) {
                return Ok(Some((mark, thing)));
            }
            if matches!(self.scope, Scope::One(_)) {
                return Ok(None);
            }
        }
    }

    /// Reads a portion of what is in the log alone.
    async fn read_on(&mut self) -> Result<(), Fault> {
        let mut conn = self.db.conn().await?;
        let events = match (self.scope, T::OWNED) {
            (Scope::One(id), _) => {
                store::last_of_each(&mut conn, ("SELECT $1", id), &self.types, self.at, self.until, PORTION)
                    .await?
            }
            (Scope::Of(account), Some(owned)) => {
                let things = (owned.all, account.uuid());
                store::last_of_each(&mut conn, things, &self.types, self.at, self.until, PORTION).await?
            }
            (Scope::Of(_) | Scope::All, _) => {
                let filter = Filter { types: Some(self.types.clone()), aggregate: None };
                let mut events = store::after(&mut conn, self.at, &filter, PORTION).await?;
                events.retain(|event| event.position <= self.until);
                events
            }
        };
        let is_all = i64::try_from(events.len()).is_ok_and(|count| count < PORTION);
        self.at = events.last().filter(|_| !is_all).map_or(self.until, |event| event.position);
        let last: HashMap<Uuid, &Event> = events.iter().map(|event| (T::told_by(event), event)).collect();
        let ids: Vec<T::Id> = last.keys().copied().map(T::Id::from).collect();
        let things = T::by_ids(&mut conn, &ids).await?;
        let mut portion: Vec<_> = things
            .into_iter()
            .filter_map(|thing| Some((Mark::of(last.get(&thing.id())?), Arc::new(thing))))
            .collect();
        portion.sort_by_key(|(mark, _)| mark.position);
        self.portion = portion.into();
        Ok(())
    }
}

fn too_slow() -> Error {
    let message = "Too many results wait to be read. Go on behind the last event that you know, by `after`.";
    Error::new(message).extend_with(|_, extensions| Problem::TOO_SLOW.describe(extensions))
}
