//! How memberships are watched. What is left of the credits changes with the streams.

use diesel::QueryResult;
use serde_json::Value;
use uuid::Uuid;

use super::{Membership, policy, store};
use crate::{
    db::Conn,
    events::{Event, Owned, Watched},
    kernel::{Caller, MembershipId},
};

impl Watched for Membership {
    type Id = MembershipId;

    const NAME: &'static str = "membership";
    const OWNED: Option<Owned> = Some(Owned { field: "userId", all: store::OF_USER_WITH_STREAMS });

    /// A stream's event names the membership by which it was opened.
    fn told_by(event: &Event) -> Uuid {
        let named = event.payload.get("membershipId").and_then(Value::as_str);
        named.map_or(event.aggregate_id, |id| MembershipId::read(id).uuid())
    }

    async fn by_ids(conn: &mut Conn, ids: &[MembershipId]) -> QueryResult<Vec<Self>> {
        store::by_ids(conn, ids).await
    }

    fn id(&self) -> Uuid {
        self.id.uuid()
    }

    fn version(&self) -> i32 {
        self.version
    }

    fn may_be_seen_by(&self, viewer: Option<&Caller>) -> bool {
        policy::may_see(viewer, self)
    }
}
