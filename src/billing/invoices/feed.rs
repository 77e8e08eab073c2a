//! How invoices are watched.

use diesel::QueryResult;
use uuid::Uuid;

use super::{Invoice, policy, store};
use crate::{
    db::Conn,
    events::{Owned, Watched},
    kernel::{Caller, InvoiceId},
};

impl Watched for Invoice {
    type Id = InvoiceId;

    const NAME: &'static str = "invoice";
    const OWNED: Option<Owned> = Some(Owned { field: "userId", all: store::OF_USER });

    async fn by_ids(conn: &mut Conn, ids: &[InvoiceId]) -> QueryResult<Vec<Self>> {
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
