//! All SQL about tags.

use chrono::{DateTime, Utc};
use diesel::{IntoSql as _, pg::Pg, prelude::*, sql_types::Text};
use diesel_async::RunQueryDsl;

use super::Tag;
use crate::{
    db::{
        Conn, among, keyset, load_of,
        schema::{product_tags, tags},
    },
    kernel::{Cursor, Key, Page, ProductId, TagId, Window},
};

#[derive(Insertable, Debug)]
#[diesel(table_name = tags)]
pub struct NewRow {
    pub id: TagId,
    pub name: String,
    pub name_key: String,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl NewRow {
    pub fn new(name: &str, now: DateTime<Utc>) -> Self {
        let (name, name_key) = (name.to_owned(), name.to_lowercase());
        Self { id: TagId::fresh(), name, name_key, created_at: now, updated_at: now }
    }
}

/// Returns how many of them were new.
pub async fn insert_new(conn: &mut Conn, rows: &[NewRow]) -> QueryResult<usize> {
    diesel::insert_into(tags::table).values(rows).on_conflict(tags::name_key).do_nothing().execute(conn).await
}

pub async fn ids_by_key(conn: &mut Conn, keys: &[String]) -> QueryResult<Vec<TagId>> {
    tags::table.filter(tags::name_key.eq_any(keys)).select(tags::id).load(conn).await
}

pub async fn by_ids(conn: &mut Conn, ids: &[TagId]) -> QueryResult<Vec<Tag>> {
    tags::table.filter(tags::id.eq(among(ids))).select(Tag::as_select()).load(conn).await
}

/// In no order.
pub async fn of_products(conn: &mut Conn, products: &[ProductId]) -> QueryResult<Vec<(ProductId, Tag)>> {
    let tagged =
        product_tags::table.inner_join(tags::table).select((product_tags::product_id, Tag::as_select()));
    load_of!(tagged, product_tags::product_id, products, conn)
}

/// Names that begin with `prefix`, as a range: a pattern could not use the index of a prepared statement.
fn beginning_with(prefix: Option<&str>) -> tags::BoxedQuery<'_, Pg> {
    let query = tags::table.filter(tags::deleted_at.is_null()).into_boxed();
    match prefix {
        None => query,
        Some(prefix) => query
            .filter(tags::name_key.ge(prefix))
            .filter(tags::name_key.lt(format!("{prefix}{}", char::MAX))),
    }
}

pub async fn list(conn: &mut Conn, prefix: Option<&str>, window: &Window) -> QueryResult<Page<Tag>> {
    let query = beginning_with(prefix).select(Tag::as_select());
    let place = |cursor: &Cursor| cursor.text().to_owned().into_sql::<Text>();
    let rows = keyset!(query, window, false, tags::name_key, place, tags::id).load(conn).await?;
    Ok(window.page(rows, |row: &Tag| Cursor { key: Key::Text(row.name_key.clone()), id: row.id.uuid() }))
}

pub async fn count(conn: &mut Conn, prefix: Option<&str>) -> QueryResult<i64> {
    beginning_with(prefix).count().get_result(conn).await
}
