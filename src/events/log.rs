//! Reading what has happened.

use uuid::Uuid;

use super::{EventType, store};
use crate::{
    db::Conn,
    kernel::{EventId, Fault, Named as _},
};

/// Which events to read.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Of these types; of all if nothing is said.
    pub types: Option<Vec<EventType>>,
    /// Of this aggregate alone.
    pub aggregate: Option<Uuid>,
}

impl Filter {
    /// The types to read. They are named even if it is all of them: an instance of a newer version may have written
    /// others already.
    pub(super) fn types(&self) -> &[EventType] {
        self.types.as_deref().unwrap_or(EventType::ALL)
    }
}

/// The place from which to go on behind this event.
///
/// # Errors
/// [`Fault::Expired`] if the event is no longer kept, [`Fault::BadInput`] if there was none with this id.
pub async fn position_of(conn: &mut Conn, id: EventId) -> Result<i64, Fault> {
    if let Some(position) = store::position(conn, id).await? {
        return Ok(position);
    }
    // Ids tell when they were made.
    let is_past = store::oldest(conn).await?.is_some_and(|oldest| id < oldest);
    if is_past && id.uuid().get_version_num() == 7 {
        let message = "The event of `after` is no longer kept. Load everything afresh, and go on from there.";
        return Err(Fault::Expired(message.to_owned()));
    }
    Err(Fault::BadInput("`after` is not the id of an event.".to_owned()))
}
