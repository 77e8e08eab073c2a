//! Finds products: one filter, and a way to page through each order.

use diesel::{
    IntoSql as _, dsl,
    pg::Pg,
    prelude::*,
    sql_types::{BigInt, Float, Text},
};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::super::{Product, ProductStatus, list::Filter, policy::Sight};
use crate::{
    db::{
        Conn, Once, PerParent, Way, among, columns, keyset, newest_first, parent_id,
        schema::{product_tags, products, tags},
        search::{folded, found_by, search_query, search_rank},
    },
    kernel::{Cursor, Key, Page, Window},
};

fn filtered<'a>(filter: &'a Filter, way: &'a Way) -> products::BoxedQuery<'a, Pg> {
    let mut query = products::table.into_boxed();
    query = match (filter.statuses.as_slice(), filter.include_deleted) {
        // The common case, in the words of the partial indexes.
        ([ProductStatus::Active], false) => query.filter(products::listed),
        (statuses, deleted) => {
            query = query.filter(products::status.eq_any(statuses));
            if !deleted {
                query = query.filter(products::deleted_at.is_null());
            }
            match filter.sight {
                Sight::Public => query.filter(products::listed),
                Sight::Own(account) => query.filter(products::listed.or(products::owner_id.eq(account))),
                Sight::Staff => query,
            }
        }
    };
    if let Some(search) = &filter.search {
        query = query.filter(found_by(way, products::search, products::name, search));
    }
    if let Some(price) = filter.min_price {
        query = query.filter(products::price.ge(price));
    }
    if let Some(price) = filter.max_price {
        query = query.filter(products::price.le(price));
    }
    if let Some(stock) = filter.min_stock {
        query = query.filter(products::stock.ge(stock));
    }
    query = match filter.in_stock {
        Some(true) => query.filter(products::stock.gt(0)),
        Some(false) => query.filter(products::stock.eq(0)),
        None => query,
    };
    if let Some(owner) = filter.owner {
        query = query.filter(products::owner_id.eq(owner));
    }
    for key in &filter.tags {
        let tagged = product_tags::table
            .inner_join(tags::table)
            .filter(product_tags::product_id.eq(products::id))
            .filter(tags::name_key.eq(key));
        query = query.filter(dsl::exists(tagged));
    }
    query
}

/// Whether what is listed has these words anywhere.
pub async fn has_words(conn: &mut Conn, search: &str) -> QueryResult<bool> {
    let words = found_by(&Way::Index, products::search, products::name, search);
    dsl::select(dsl::exists(products::table.filter(products::listed).filter(words))).get_result(conn).await
}

pub async fn count(conn: &mut Conn, filter: &Filter, way: &Way) -> QueryResult<i64> {
    filtered(filter, way).count().get_result(conn).await
}

pub async fn list_by_age(
    conn: &mut Conn,
    filter: &Filter,
    way: &Way,
    window: &Window,
    newest: bool,
) -> QueryResult<Page<Product>> {
    let query = filtered(filter, way).select(columns::<Product>());
    let rows = newest_first!(query, window, products::id, newest).load(conn).await?;
    Ok(window.page(rows, |row: &Product| Cursor::by_id(row.id.uuid())))
}

pub async fn list_by_price(
    conn: &mut Conn,
    filter: &Filter,
    way: &Way,
    window: &Window,
    dearest: bool,
) -> QueryResult<Page<Product>> {
    let query = filtered(filter, way).select(columns::<Product>());
    let place = |cursor: &Cursor| cursor.int().into_sql::<BigInt>();
    let rows = keyset!(query, window, dearest, products::price, place, products::id).load(conn).await?;
    Ok(window.page(rows, |row: &Product| Cursor { key: Key::Int(row.price), id: row.id.uuid() }))
}

pub async fn list_by_name(
    conn: &mut Conn,
    filter: &Filter,
    way: &Way,
    window: &Window,
) -> QueryResult<Page<Product>> {
    let query = filtered(filter, way).select((products::name_key, Product::as_select()));
    let place = |cursor: &Cursor| cursor.text().to_owned().into_sql::<Text>();
    let rows: Vec<(String, Product)> =
        keyset!(query, window, false, products::name_key, place, products::id).load(conn).await?;
    Ok(window.page_by_key(rows, Key::Text, |row| row.id.uuid()))
}

/// A page of what is found, or of the newest so many of it, by how well they fit.
pub async fn list_by_relevance(
    conn: &mut Conn,
    filter: &Filter,
    way: &Way,
    newest: Option<i64>,
    search: &str,
    window: &Window,
) -> QueryResult<Page<Product>> {
    let rank =
        || search_rank(products::search, Once(search_query(search)), products::name, Once(folded(search)));
    let found = filtered(filter, way);
    let ranked = match newest {
        Some(count) => {
            let newest = found.select(products::id).order(products::id.desc()).limit(count);
            products::table.filter(products::id.eq_any(newest)).into_boxed()
        }
        None => found,
    };
    let query = ranked.select((rank(), Product::as_select()));
    let place = |cursor: &Cursor| cursor.real().into_sql::<Float>();
    let rows: Vec<(f32, Product)> =
        keyset!(query, window, true, rank(), place, products::id).load(conn).await?;
    Ok(window.page_by_key(rows, |rank| Key::Real(rank.to_bits()), |row| row.id.uuid()))
}

/// A page of what each of these accounts sells; `all` also shows what is not listed.
pub async fn of_owners(
    conn: &mut Conn,
    parents: &[Uuid],
    window: &Window,
    all: bool,
) -> QueryResult<Vec<(Uuid, Product)>> {
    let mut query = products::table.filter(products::owner_id.eq(parent_id())).into_boxed();
    query = if all { query.filter(products::deleted_at.is_null()) } else { query.filter(products::listed) };
    let query = query.select(columns::<Product>());
    let list = newest_first!(query, window, products::id);
    PerParent { parents: parents.to_vec(), list }.load(conn).await
}

pub async fn count_of_owners(conn: &mut Conn, owners: &[Uuid], all: bool) -> QueryResult<Vec<(Uuid, i64)>> {
    let mut query = products::table
        .filter(products::owner_id.eq(among(owners)))
        .group_by(products::owner_id)
        .select((products::owner_id, dsl::count_star()))
        .into_boxed();
    query = if all { query.filter(products::deleted_at.is_null()) } else { query.filter(products::listed) };
    query.load(conn).await
}

/// A page of what is listed under each of these tags.
pub async fn of_tags(
    conn: &mut Conn,
    parents: &[Uuid],
    window: &Window,
) -> QueryResult<Vec<(Uuid, Product)>> {
    let query = products::table
        .inner_join(product_tags::table)
        .filter(product_tags::tag_id.eq(parent_id()))
        .filter(products::listed)
        .select(columns::<Product>())
        .into_boxed();
    let list = newest_first!(query, window, products::id);
    PerParent { parents: parents.to_vec(), list }.load(conn).await
}

pub async fn count_of_tags(conn: &mut Conn, tags: &[Uuid]) -> QueryResult<Vec<(Uuid, i64)>> {
    products::table
        .inner_join(product_tags::table)
        .filter(product_tags::tag_id.eq(among(tags)))
        .filter(products::listed)
        .group_by(product_tags::tag_id)
        .select((product_tags::tag_id, dsl::count_star()))
        .load(conn)
        .await
}
