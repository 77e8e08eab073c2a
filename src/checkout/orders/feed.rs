//! How orders are watched.

use diesel::QueryResult;
use uuid::Uuid;

use super::{Order, policy, store};
use crate::{
    db::Conn,
    events::{Owned, Watched},
    kernel::{Caller, OrderId},
};

impl Watched for Order {
    type Id = OrderId;

    const NAME: &'static str = "order";
    const OWNED: Option<Owned> = Some(Owned { field: "customerId", all: store::OF_CUSTOMER });

    async fn by_ids(conn: &mut Conn, ids: &[OrderId]) -> QueryResult<Vec<Self>> {
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
