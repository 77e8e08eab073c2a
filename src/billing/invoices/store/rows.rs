//! Reads and changes single invoices.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::{AsChangeset, Insertable, prelude::*};
use diesel_async::RunQueryDsl;

use super::super::{Invoice, InvoiceStatus};
use crate::{
    db::{Conn, among, schema::invoices},
    kernel::{AccountId, InvoiceId},
};

/// The invoices of the account `$1`, those that were deleted included.
pub const OF_USER: &str = "SELECT id FROM invoices WHERE user_id = $1";

#[derive(Insertable, Debug)]
#[diesel(table_name = invoices)]
pub struct NewRow {
    pub id: InvoiceId,
    pub user_id: AccountId,
    pub date: NaiveDate,
    pub status: InvoiceStatus,
    pub description: String,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

#[derive(AsChangeset, Debug)]
#[diesel(table_name = invoices)]
pub struct Changes {
    pub user_id: Option<AccountId>,
    pub date: Option<NaiveDate>,
    pub description: Option<String>,
    pub updated_at: DateTime<Utc>,
}

pub async fn by_ids(conn: &mut Conn, ids: &[InvoiceId]) -> QueryResult<Vec<Invoice>> {
    invoices::table.filter(invoices::id.eq(among(ids))).select(Invoice::as_select()).load(conn).await
}

pub async fn get(conn: &mut Conn, id: InvoiceId) -> QueryResult<Invoice> {
    invoices::table.find(id).select(Invoice::as_select()).get_result(conn).await
}

/// Keeps the invoice and its lines from changing until the transaction ends.
pub async fn lock(conn: &mut Conn, id: InvoiceId) -> QueryResult<Option<Invoice>> {
    invoices::table
        .find(id)
        .select(Invoice::as_select())
        .for_no_key_update()
        .get_result(conn)
        .await
        .optional()
}

/// As [`lock`], several in id order.
pub async fn lock_all(conn: &mut Conn, ids: &[InvoiceId]) -> QueryResult<Vec<Invoice>> {
    invoices::table
        .filter(invoices::id.eq(among(ids)))
        .order(invoices::id)
        .select(Invoice::as_select())
        .for_no_key_update()
        .load(conn)
        .await
}

/// The user's OUTSTANDING invoice of the month that this day lies in, locked.
pub async fn lock_outstanding(
    conn: &mut Conn,
    user: AccountId,
    date: NaiveDate,
) -> QueryResult<Option<InvoiceId>> {
    use chrono::Datelike as _;
    invoices::table
        .filter(invoices::user_id.eq(user))
        .filter(invoices::month.eq(date.with_day(1).unwrap_or(date)))
        .filter(invoices::status.eq("OUTSTANDING"))
        .filter(invoices::deleted_at.is_null())
        .select(invoices::id)
        .for_no_key_update()
        .get_result(conn)
        .await
        .optional()
}

pub async fn insert(conn: &mut Conn, new: &NewRow) -> QueryResult<usize> {
    diesel::insert_into(invoices::table).values(new).execute(conn).await
}

pub async fn insert_unless_there(conn: &mut Conn, new: &NewRow) -> QueryResult<usize> {
    diesel::insert_into(invoices::table).values(new).on_conflict_do_nothing().execute(conn).await
}

/// Expects the row to be locked, like all that follow.
pub async fn update(conn: &mut Conn, id: InvoiceId, changes: &Changes) -> QueryResult<Invoice> {
    diesel::update(invoices::table.find(id))
        .set((changes, invoices::version.eq(invoices::version + 1)))
        .returning(Invoice::as_returning())
        .get_result(conn)
        .await
}

pub async fn set_status(
    conn: &mut Conn,
    id: InvoiceId,
    from: InvoiceStatus,
    to: InvoiceStatus,
    now: DateTime<Utc>,
) -> QueryResult<Invoice> {
    diesel::update(invoices::table.find(id).filter(invoices::status.eq(from)))
        .set((
            invoices::status.eq(to),
            invoices::updated_at.eq(now),
            invoices::version.eq(invoices::version + 1),
        ))
        .returning(Invoice::as_returning())
        .get_result(conn)
        .await
}

/// Counts a change of its lines.
pub async fn touch(conn: &mut Conn, id: InvoiceId, now: DateTime<Utc>) -> QueryResult<Invoice> {
    diesel::update(invoices::table.find(id))
        .set((invoices::updated_at.eq(now), invoices::version.eq(invoices::version + 1)))
        .returning(Invoice::as_returning())
        .get_result(conn)
        .await
}

pub async fn delete(conn: &mut Conn, id: InvoiceId, now: DateTime<Utc>) -> QueryResult<Invoice> {
    diesel::update(invoices::table.find(id))
        .set((
            invoices::deleted_at.eq(now),
            invoices::updated_at.eq(now),
            invoices::version.eq(invoices::version + 1),
        ))
        .returning(Invoice::as_returning())
        .get_result(conn)
        .await
}
