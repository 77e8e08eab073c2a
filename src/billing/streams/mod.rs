//! Streams. Checking in takes a credit of the membership that is valid today, opens a stream and puts its fee on the
//! invoice of the month; checking out closes it, gives the credit back and says so on the invoice. All of each
//! happens in one transaction. A stream is a lease: not renewed in time, it is closed by the store as if it had been
//! checked out. Credits are not counted down and up: what is available is the credits less the open streams.
//!
//! Locks are taken in this order, so that nobody blocks anybody: account, membership, streams, invoice. An
//! account that is closed opens and renews no stream; those that it has run out, or staff check them out.

mod check_in;
mod check_out;
mod close;
mod events;
mod graphql;
mod loaders;
mod policy;
mod renew;
mod status;
mod store;
mod sweep;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::{Insertable, Queryable, Selectable};

pub use graphql::StreamMutation;
pub(super) use loaders::OpenStreamsOf;
pub use policy::visible_streams;
pub use status::StreamStatus;
pub use sweep::close_run_out;

use crate::{
    billing::{Invoice, InvoiceLine, Membership},
    db::{Db, schema::streams},
    kernel::{InvoiceLineId, MembershipId, StreamId},
};

/// A stream.
#[derive(Queryable, Selectable, Insertable, Clone, Debug)]
#[diesel(table_name = streams, check_for_backend(diesel::pg::Pg))]
pub struct Stream {
    /// Its id.
    pub id: StreamId,
    /// By which it was opened.
    pub membership_id: MembershipId,
    /// Whether it is open.
    pub status: StreamStatus,
    /// When it was opened.
    pub started_at: DateTime<Utc>,
    /// When it was closed.
    pub ended_at: Option<DateTime<Utc>>,
    /// When its lease ends or ended.
    pub expires_at: DateTime<Utc>,
    /// What was written on the invoice when it was opened.
    pub opened_line_id: InvoiceLineId,
    /// What was written on the invoice when it was closed.
    pub closed_line_id: Option<InvoiceLineId>,
    /// Grows by one at every change.
    pub version: i32,
}

impl Stream {
    /// What `Node` asks of a stream.
    pub(crate) async fn id(
        &self,
        _: &async_graphql::Context<'_>,
    ) -> async_graphql::Result<async_graphql::ID> {
        Ok(self.id.to_string().into())
    }
}

/// A stream with what it did to its membership and to the invoice.
#[derive(Debug)]
pub struct Outcome {
    stream: Stream,
    membership: Membership,
    billed: Option<(Invoice, InvoiceLine)>,
}

/// When a lease that begins now ends.
fn lease_end(db: &Db, now: DateTime<Utc>) -> DateTime<Utc> {
    now + TimeDelta::from_std(db.shop().stream_lease).unwrap_or(TimeDelta::MAX)
}
