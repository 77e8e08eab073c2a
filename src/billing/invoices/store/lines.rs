//! Reads and changes lines. The database keeps the amounts of their invoices.

use chrono::{DateTime, Utc};
use diesel::{AsChangeset, Insertable, prelude::*};
use diesel_async::RunQueryDsl;

use super::super::InvoiceLine;
use crate::{
    db::{
        Conn, among, load_of,
        schema::{invoice_lines, invoices},
    },
    kernel::{AccountId, InvoiceId, InvoiceLineId},
};

#[derive(Insertable, Debug)]
#[diesel(table_name = invoice_lines)]
pub struct NewLine {
    pub id: InvoiceLineId,
    pub invoice_id: InvoiceId,
    pub amount: i64,
    pub description: String,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

#[derive(AsChangeset, Debug)]
#[diesel(table_name = invoice_lines)]
pub struct LineChanges {
    pub invoice_id: Option<InvoiceId>,
    pub amount: Option<i64>,
    pub description: Option<String>,
    pub updated_at: DateTime<Utc>,
}

pub async fn line(conn: &mut Conn, id: InvoiceLineId) -> QueryResult<Option<InvoiceLine>> {
    invoice_lines::table.find(id).select(InvoiceLine::as_select()).get_result(conn).await.optional()
}

/// Comes after the lock of its invoice.
pub async fn lock_line(conn: &mut Conn, id: InvoiceLineId) -> QueryResult<Option<InvoiceLine>> {
    invoice_lines::table
        .find(id)
        .select(InvoiceLine::as_select())
        .for_no_key_update()
        .get_result(conn)
        .await
        .optional()
}

/// Expects the invoice to be locked, like all that follow but the last two.
pub async fn insert_line(conn: &mut Conn, new: &NewLine) -> QueryResult<InvoiceLine> {
    diesel::insert_into(invoice_lines::table)
        .values(new)
        .returning(InvoiceLine::as_returning())
        .get_result(conn)
        .await
}

pub async fn insert_lines(conn: &mut Conn, lines: &[NewLine]) -> QueryResult<Vec<InvoiceLine>> {
    if lines.is_empty() {
        return Ok(Vec::new());
    }
    diesel::insert_into(invoice_lines::table)
        .values(lines)
        .returning(InvoiceLine::as_returning())
        .get_results(conn)
        .await
}

pub async fn update_line(
    conn: &mut Conn,
    id: InvoiceLineId,
    changes: &LineChanges,
) -> QueryResult<InvoiceLine> {
    diesel::update(invoice_lines::table.find(id))
        .set((changes, invoice_lines::version.eq(invoice_lines::version + 1)))
        .returning(InvoiceLine::as_returning())
        .get_result(conn)
        .await
}

pub async fn delete_line(conn: &mut Conn, id: InvoiceLineId, now: DateTime<Utc>) -> QueryResult<InvoiceLine> {
    diesel::update(invoice_lines::table.find(id))
        .set((
            invoice_lines::deleted_at.eq(now),
            invoice_lines::updated_at.eq(now),
            invoice_lines::version.eq(invoice_lines::version + 1),
        ))
        .returning(InvoiceLine::as_returning())
        .get_result(conn)
        .await
}

pub async fn delete_lines_of(
    conn: &mut Conn,
    invoice: InvoiceId,
    now: DateTime<Utc>,
) -> QueryResult<Vec<InvoiceLine>> {
    let lines = invoice_lines::table
        .filter(invoice_lines::invoice_id.eq(invoice))
        .filter(invoice_lines::deleted_at.is_null());
    diesel::update(lines)
        .set((
            invoice_lines::deleted_at.eq(now),
            invoice_lines::updated_at.eq(now),
            invoice_lines::version.eq(invoice_lines::version + 1),
        ))
        .returning(InvoiceLine::as_returning())
        .get_results(conn)
        .await
}

/// In no order.
pub async fn lines_of(conn: &mut Conn, ids: &[InvoiceId]) -> QueryResult<Vec<InvoiceLine>> {
    let lines =
        invoice_lines::table.filter(invoice_lines::deleted_at.is_null()).select(InvoiceLine::as_select());
    load_of!(lines, invoice_lines::invoice_id, ids, conn)
}

pub async fn lines_with_users(
    conn: &mut Conn,
    ids: &[InvoiceLineId],
) -> QueryResult<Vec<(InvoiceLine, AccountId)>> {
    invoice_lines::table
        .inner_join(invoices::table)
        .filter(invoice_lines::id.eq(among(ids)))
        .select((InvoiceLine::as_select(), invoices::user_id))
        .load(conn)
        .await
}
