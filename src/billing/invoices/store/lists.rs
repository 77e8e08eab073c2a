//! Lists of invoices and lines, without what was deleted.

use diesel::{dsl, pg::Pg, prelude::*};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::super::{
    Invoice, InvoiceLine,
    list::{Filter, LineFilter},
};
use crate::{
    db::{
        Conn, PerParent, columns, newest_first, parent_id,
        schema::{invoice_lines, invoices},
    },
    kernel::{Cursor, Page, Window},
};

fn filtered(filter: &Filter) -> invoices::BoxedQuery<'_, Pg> {
    let mut query = invoices::table.filter(invoices::deleted_at.is_null()).into_boxed();
    if let Some(user) = filter.user {
        query = query.filter(invoices::user_id.eq(user));
    }
    if let Some(statuses) = &filter.statuses {
        query = query.filter(invoices::status.eq_any(statuses));
    }
    if let Some(from) = filter.from {
        query = query.filter(invoices::date.ge(from));
    }
    if let Some(to) = filter.to {
        query = query.filter(invoices::date.le(to));
    }
    query
}

pub async fn list(conn: &mut Conn, filter: &Filter, window: &Window) -> QueryResult<Page<Invoice>> {
    let query = filtered(filter).select(columns::<Invoice>());
    let rows = newest_first!(query, window, invoices::id).load(conn).await?;
    Ok(window.page(rows, |row: &Invoice| Cursor::by_id(row.id.uuid())))
}

pub async fn count(conn: &mut Conn, filter: &Filter) -> QueryResult<i64> {
    filtered(filter).count().get_result(conn).await
}

/// A page of the invoices of each of these users.
pub async fn of_users(
    conn: &mut Conn,
    parents: &[Uuid],
    filter: &Filter,
    window: &Window,
) -> QueryResult<Vec<(Uuid, Invoice)>> {
    let query = filtered(filter).filter(invoices::user_id.eq(parent_id())).select(columns::<Invoice>());
    let list = newest_first!(query, window, invoices::id);
    PerParent { parents: parents.to_vec(), list }.load(conn).await
}

pub async fn count_of_users(
    conn: &mut Conn,
    users: &[Uuid],
    filter: &Filter,
) -> QueryResult<Vec<(Uuid, i64)>> {
    let list = filtered(filter).filter(invoices::user_id.eq(parent_id())).select(dsl::count_star());
    PerParent { parents: users.to_vec(), list }.load(conn).await
}

fn filtered_lines(filter: LineFilter) -> invoice_lines::BoxedQuery<'static, Pg> {
    let query = invoice_lines::table.filter(invoice_lines::deleted_at.is_null()).into_boxed();
    match filter.invoice {
        Some(invoice) => query.filter(invoice_lines::invoice_id.eq(invoice)),
        None => query,
    }
}

pub async fn list_lines(
    conn: &mut Conn,
    filter: LineFilter,
    window: &Window,
) -> QueryResult<Page<InvoiceLine>> {
    let query = filtered_lines(filter).select(InvoiceLine::as_select());
    let rows = newest_first!(query, window, invoice_lines::id).load(conn).await?;
    Ok(window.page(rows, |row: &InvoiceLine| Cursor::by_id(row.id.uuid())))
}

pub async fn count_lines(conn: &mut Conn, filter: LineFilter) -> QueryResult<i64> {
    filtered_lines(filter).count().get_result(conn).await
}
