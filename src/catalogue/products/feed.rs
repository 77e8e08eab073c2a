//! How products are watched.

use diesel::QueryResult;
use uuid::Uuid;

use super::{Product, policy, store};
use crate::{
    db::Conn,
    events::Watched,
    kernel::{Caller, ProductId},
};

impl Watched for Product {
    type Id = ProductId;

    const NAME: &'static str = "product";

    async fn by_ids(conn: &mut Conn, ids: &[ProductId]) -> QueryResult<Vec<Self>> {
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
