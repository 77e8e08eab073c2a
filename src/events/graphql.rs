//! The log of events as staff read it.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, Result, Subscription};
use diesel::QueryResult;
use futures_util::Stream;
use uuid::Uuid;

use super::{Event, EventType, Filter, Scope, Watched, after, position_of, store, watch};
use crate::{
    accounts::AccountById,
    db::Conn,
    graphql::{Ask as _, Connection, Count, DateTime, Json, Load, Needs, auth, enums, object},
    kernel::{Caller, Cursor, EventId, Fault, Key, Named as _, PageArgs},
};

#[async_trait::async_trait]
impl Count for Filter {
    async fn count(&self, ctx: &Context<'_>) -> Result<i64> {
        Ok(store::count(&mut ctx.db().conn().await?, self).await.map_err(Fault::from)?)
    }
}

/// What can be read of what has happened.
#[derive(Default)]
pub struct EventQuery;

#[Object]
impl EventQuery {
    /// What has happened, the oldest first: the log of all that matters to others, which is also the audit trail.
    /// It has no gaps, and nothing is ever put in before what was read. A cursor is the id of its event. How long
    /// events are kept is a setting; behind one that is no longer kept the error is EXPIRED.
    #[graphql(guard = "Needs::STAFF.any()", directive = auth::apply(Needs::STAFF.into()))]
    async fn events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Behind the event with this id; from the oldest one if nothing is said.")]
        after: Option<EventId>,
        #[graphql(desc = "So many. From 0 to 100; 20 if nothing is said.")] first: Option<i32>,
        #[graphql(desc = "Only events of these types.")] types: Option<Vec<EventType>>,
        #[graphql(desc = "Only what happened to the thing with this id.")] aggregate_id: Option<ID>,
    ) -> Result<Option<Connection<Event>>> {
        let mut window = PageArgs { first, ..PageArgs::default() }.window("EVENTS")?;
        window.after = after.map(place);
        // As with all ids, text that is no UUID names nothing.
        let aggregate = aggregate_id.map(|id| Uuid::parse_str(&id).unwrap_or(Uuid::nil()));
        let filter = Filter { types, aggregate };
        let mut conn = ctx.db().conn().await?;
        let from = match after {
            Some(id) => position_of(&mut conn, id).await?,
            None => 0,
        };
        let found = self::after(&mut conn, from, &filter, window.limit()).await.map_err(Fault::from)?;
        Ok(Some(Connection::new(window.page(found, |event| place(event.id)), filter)))
    }
}

/// The log, heard as it grows: each event is a thing of its own.
impl Watched for Event {
    type Id = EventId;

    const NAME: &'static str = "event";

    fn told_by(event: &Event) -> Uuid {
        event.id.uuid()
    }

    async fn by_ids(conn: &mut Conn, ids: &[EventId]) -> QueryResult<Vec<Self>> {
        store::by_ids(conn, ids).await
    }

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn version(&self) -> i32 {
        self.version
    }

    fn may_be_seen_by(&self, viewer: Option<&Caller>) -> bool {
        viewer.is_some_and(Caller::is_staff)
    }
}

/// What can be heard of what happens.
#[derive(Default)]
pub struct EventFeed;

#[Subscription]
impl EventFeed {
    /// What happens, as it happens: the log as it grows, without gaps and with every event once.
    #[graphql(guard = "Needs::STAFF.any()", directive = auth::apply(Needs::STAFF.into()))]
    async fn events(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Also all behind the event with this id, before what is new.")] after: Option<
            EventId,
        >,
        #[graphql(desc = "Only events of these types.")] types: Option<Vec<EventType>>,
    ) -> Result<impl Stream<Item = Result<Arc<Event>>>> {
        let types = types.as_deref().unwrap_or(EventType::ALL);
        Ok(watch(ctx, Scope::All, types, after).await?)
    }
}

fn place(id: EventId) -> Cursor {
    Cursor { key: Key::Id, id: id.uuid() }
}

enums!(EventType);

/// Something that has happened, for staff.
#[object(name = "Event")]
impl Event {
    /// Unique over all events, and the cursor of this one.
    fn id(&self) -> EventId {
        self.id
    }

    /// What it tells of.
    #[graphql(name = "type")]
    fn kind(&self) -> EventType {
        self.kind
    }

    /// When.
    fn at(&self) -> DateTime {
        DateTime(self.at)
    }

    /// Who did it; null if it was the store itself.
    fn actor(&self) -> Option<Load<AccountById>> {
        self.actor_id.map(|actor| Load(AccountById(actor)))
    }

    /// The id of what it happened to. In the log, events of one thing are in the order of its versions.
    fn aggregate_id(&self) -> ID {
        self.aggregate_id.to_string().into()
    }

    /// The version to which that came by the change.
    fn version(&self) -> i32 {
        self.version
    }

    /// What else there is to tell. Its form depends on the type, and on the number `v` in it, which grows when the
    /// form changes; `docs/events.md` has a JSON Schema for each.
    fn payload(&self) -> Json {
        Json(self.payload.clone())
    }
}
