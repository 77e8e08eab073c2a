//! Streams as clients see them.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};

use super::{Outcome, Stream, StreamStatus, check_in, check_out, renew};
use crate::{
    billing::{Invoice, InvoiceLine, Membership, memberships::MembershipById},
    graphql::{Ask as _, DateTime, LoadThere, Needs, UserError, auth, enums, object, settle},
    kernel::{AccountId, Fault, StreamId},
};

enums!(StreamStatus);

/// One use of a membership: from a check-in to a check-out it takes a credit. It is a lease: not renewed by
/// `expiresAt`, it is closed by the store. For the membership's user and staff.
#[object(name = "Stream")]
impl Stream {
    /// Unique over all types.
    #[graphql(name = "id")]
    fn stream_id(&self) -> StreamId {
        self.id
    }

    /// The membership whose credit it takes.
    fn membership(&self) -> LoadThere<MembershipById> {
        LoadThere(MembershipById(self.membership_id))
    }

    /// Whether it is open.
    fn status(&self) -> StreamStatus {
        self.status
    }

    /// When it was opened.
    fn started_at(&self) -> DateTime {
        DateTime(self.started_at)
    }

    /// When it was closed, or its lease ran out; null while it is open.
    fn ended_at(&self) -> Option<DateTime> {
        self.ended_at.map(DateTime)
    }

    /// When its lease ends. `renewStream` moves it on.
    fn expires_at(&self) -> DateTime {
        DateTime(self.expires_at)
    }
}

/// Whom to check in.
#[derive(InputObject, Debug)]
pub struct CheckInInput {
    /// The account; the viewer's own if nothing is said. Staff may name any that is open.
    user_id: Option<AccountId>,
    /// 1 to 255 characters of your choice: sent again with the same key and the same input, one stream is opened,
    /// and the answer is the same stream.
    idempotency_key: Option<String>,
}

/// Which stream to renew.
#[derive(InputObject, Debug)]
pub struct RenewStreamInput {
    /// The stream.
    stream_id: StreamId,
}

/// Which stream to close.
#[derive(InputObject, Debug)]
pub struct CheckOutInput {
    /// The account; the viewer's own if nothing is said. Staff may name any.
    user_id: Option<AccountId>,
    /// The stream; the account's oldest open one if nothing is said.
    stream_id: Option<StreamId>,
    /// 1 to 255 characters of your choice: sent again with the same key and the same input, one stream is closed,
    /// and the answer is the same stream.
    idempotency_key: Option<String>,
}

/// What came of checking in or out, or of renewing.
#[derive(SimpleObject)]
pub struct StreamPayload {
    /// The stream as it is now; null if nothing was done.
    stream: Option<Stream>,
    /// Its membership, with the credits that are left.
    membership: Option<Membership>,
    /// The invoice of the month that it was written on; null when a stream was renewed.
    invoice: Option<Invoice>,
    /// What was written on the invoice: the fee when it was opened, 0 when it was closed.
    invoice_line: Option<InvoiceLine>,
    /// What has to be mended first.
    user_errors: Vec<UserError>,
}

fn payload(outcome: Result<Outcome, Fault>) -> Result<Option<StreamPayload>> {
    let (done, user_errors) = settle(outcome)?;
    let (stream, membership, billed) = match done {
        Some(done) => (Some(done.stream), Some(done.membership), done.billed),
        None => (None, None, None),
    };
    let (invoice, invoice_line) = billed.unzip();
    Ok(Some(StreamPayload { stream, membership, invoice, invoice_line, user_errors }))
}

/// What can be done with streams.
#[derive(Default)]
pub struct StreamMutation;

#[Object]
impl StreamMutation {
    /// Takes a credit of the membership that is valid today, opens a stream, and puts the fee on the account's
    /// OUTSTANDING invoice of this month, which is made if there is none.
    #[graphql(guard = "Needs::SELF_OR_STAFF.any()", directive = auth::apply(Needs::SELF_OR_STAFF.into()))]
    async fn check_in(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom to check in.")] input: CheckInInput,
    ) -> Result<Option<StreamPayload>> {
        payload(check_in::check_in(ctx.db(), ctx.caller()?, input.user_id, input.idempotency_key).await)
    }

    /// Moves the end of the lease of an own stream on. Players send it now and then, as a heartbeat.
    #[graphql(guard = "Needs::ONESELF.any()", directive = auth::apply(Needs::ONESELF.into()))]
    async fn renew_stream(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which stream.")] input: RenewStreamInput,
    ) -> Result<Option<StreamPayload>> {
        payload(renew::renew(ctx.db(), ctx.caller()?, input.stream_id).await)
    }

    /// Closes a stream, gives its credit back, and says so on the invoice of this month, with a line of 0.
    #[graphql(guard = "Needs::SELF_OR_STAFF.any()", directive = auth::apply(Needs::SELF_OR_STAFF.into()))]
    async fn check_out(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which stream.")] input: CheckOutInput,
    ) -> Result<Option<StreamPayload>> {
        let (user, stream) = (input.user_id, input.stream_id);
        payload(check_out::check_out(ctx.db(), ctx.caller()?, user, stream, input.idempotency_key).await)
    }
}
