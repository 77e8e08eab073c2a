//! All SQL about streams.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use super::{Outcome, Stream, StreamStatus};
use crate::{
    billing::{Invoice, InvoiceLine, Membership},
    db::{
        Conn, among,
        schema::{invoice_lines, invoices, memberships, streams},
    },
    kernel::{AccountId, Fault, InvoiceLineId, MembershipId, StreamId},
};

pub async fn with_users(conn: &mut Conn, ids: &[StreamId]) -> QueryResult<Vec<(Stream, AccountId)>> {
    streams::table
        .inner_join(memberships::table)
        .filter(streams::id.eq(among(ids)))
        .select((Stream::as_select(), memberships::user_id))
        .load(conn)
        .await
}

pub async fn open_of(conn: &mut Conn, memberships: &[MembershipId]) -> QueryResult<Vec<Stream>> {
    streams::table
        .filter(streams::membership_id.eq(among(memberships)))
        .filter(streams::status.eq("OPEN"))
        .order(streams::id)
        .select(Stream::as_select())
        .load(conn)
        .await
}

pub async fn count_open(conn: &mut Conn, membership: MembershipId) -> QueryResult<i64> {
    streams::table
        .filter(streams::membership_id.eq(membership))
        .filter(streams::status.eq("OPEN"))
        .count()
        .get_result(conn)
        .await
}

/// The open streams of a user, oldest first. Not locked: they may be closed a moment later.
pub async fn open_of_user(conn: &mut Conn, user: AccountId) -> QueryResult<Vec<StreamId>> {
    let own = memberships::table.filter(memberships::user_id.eq(user)).select(memberships::id);
    streams::table
        .filter(streams::membership_id.eq_any(own))
        .filter(streams::status.eq("OPEN"))
        .order(streams::id)
        .select(streams::id)
        .load(conn)
        .await
}

/// The stream, if it is open, which nobody else closes or renews until the transaction ends.
pub async fn lock_open(conn: &mut Conn, id: StreamId) -> QueryResult<Option<Stream>> {
    streams::table
        .find(id)
        .filter(streams::status.eq("OPEN"))
        .select(Stream::as_select())
        .for_no_key_update()
        .get_result(conn)
        .await
        .optional()
}

/// The stream in any status, locked, and whose it is.
pub async fn lock_with_user(conn: &mut Conn, id: StreamId) -> QueryResult<Option<(Stream, AccountId)>> {
    let locked: Option<Stream> = streams::table
        .find(id)
        .select(Stream::as_select())
        .for_no_key_update()
        .get_result(conn)
        .await
        .optional()?;
    let Some(stream) = locked else { return Ok(None) };
    let user = memberships::table.find(stream.membership_id).select(memberships::user_id).first(conn).await?;
    Ok(Some((stream, user)))
}

/// The streams of a membership whose leases ran out, locked.
pub async fn lock_run_out_of(
    conn: &mut Conn,
    membership: MembershipId,
    now: DateTime<Utc>,
) -> QueryResult<Vec<Stream>> {
    streams::table
        .filter(streams::membership_id.eq(membership))
        .filter(streams::status.eq("OPEN"))
        .filter(streams::expires_at.le(now))
        .order(streams::id)
        .select(Stream::as_select())
        .for_no_key_update()
        .load(conn)
        .await
}

/// Any stream whose lease ran out and that nobody else is about to close, locked.
pub async fn lock_run_out(conn: &mut Conn, now: DateTime<Utc>) -> QueryResult<Option<Stream>> {
    streams::table
        .filter(streams::status.eq("OPEN"))
        .filter(streams::expires_at.le(now))
        .order(streams::expires_at)
        .select(Stream::as_select())
        .limit(1)
        .for_no_key_update()
        .skip_locked()
        .get_result(conn)
        .await
        .optional()
}

pub async fn insert(conn: &mut Conn, stream: &Stream) -> QueryResult<usize> {
    diesel::insert_into(streams::table).values(stream).execute(conn).await
}

/// Expects the row to be locked, like the next one.
pub async fn renew(conn: &mut Conn, id: StreamId, expires_at: DateTime<Utc>) -> QueryResult<Stream> {
    diesel::update(streams::table.find(id).filter(streams::status.eq(StreamStatus::Open)))
        .set((streams::expires_at.eq(expires_at), streams::version.eq(streams::version + 1)))
        .returning(Stream::as_returning())
        .get_result(conn)
        .await
}

pub async fn close(
    conn: &mut Conn,
    id: StreamId,
    ended_at: DateTime<Utc>,
    line: InvoiceLineId,
) -> QueryResult<Stream> {
    diesel::update(streams::table.find(id).filter(streams::status.eq(StreamStatus::Open)))
        .set((
            streams::status.eq(StreamStatus::Closed),
            streams::ended_at.eq(ended_at),
            streams::closed_line_id.eq(line),
            streams::version.eq(streams::version + 1),
        ))
        .returning(Stream::as_returning())
        .get_result(conn)
        .await
}

/// What an earlier check-in made, as it is now.
pub async fn opened(conn: &mut Conn, id: StreamId) -> Result<Outcome, Fault> {
    let stream: Stream = streams::table.find(id).select(Stream::as_select()).first(conn).await?;
    let line = stream.opened_line_id;
    made(conn, stream, line).await
}

/// What an earlier check-out made, as it is now.
pub async fn closed_by(conn: &mut Conn, line: InvoiceLineId) -> Result<Outcome, Fault> {
    let of_line = streams::table.filter(streams::closed_line_id.eq(line)).select(Stream::as_select());
    let stream = of_line.first(conn).await?;
    made(conn, stream, line).await
}

/// Staff may have deleted the line meanwhile: then nothing is told of it.
async fn made(conn: &mut Conn, stream: Stream, line: InvoiceLineId) -> Result<Outcome, Fault> {
    let membership: Membership =
        memberships::table.find(stream.membership_id).select(Membership::as_select()).first(conn).await?;
    let billed: Option<(Invoice, InvoiceLine)> = invoice_lines::table
        .find(line)
        .inner_join(invoices::table)
        .filter(invoice_lines::deleted_at.is_null())
        .filter(invoices::user_id.eq(membership.user_id))
        .select((Invoice::as_select(), InvoiceLine::as_select()))
        .first(conn)
        .await
        .optional()?;
    Ok(Outcome { stream, membership, billed })
}
