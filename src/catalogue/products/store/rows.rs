//! Reads and changes single products.

use chrono::{DateTime, Utc};
use diesel::{AsChangeset, Insertable, prelude::*};
use diesel_async::RunQueryDsl;

use super::super::{Product, ProductStatus};
use crate::{
    db::{
        Conn, among, load_of,
        schema::{product_tags, products, tags},
    },
    kernel::{AccountId, ProductId, TagId},
};

#[derive(Insertable, Debug)]
#[diesel(table_name = products)]
pub struct NewRow<'a> {
    pub id: ProductId,
    pub owner_id: AccountId,
    pub name: &'a str,
    pub description: &'a str,
    pub price: i64,
    pub stock: i32,
    pub status: ProductStatus,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

#[derive(AsChangeset, Debug)]
#[diesel(table_name = products)]
pub struct Changes {
    pub name: Option<String>,
    pub description: Option<String>,
    pub price: Option<i64>,
    pub stock: Option<i32>,
    pub updated_at: DateTime<Utc>,
}

pub async fn by_ids(conn: &mut Conn, ids: &[ProductId]) -> QueryResult<Vec<Product>> {
    load_of!(products::table.select(Product::as_select()), products::id, ids, conn)
}

/// Keeps the row from changing until the transaction ends.
pub async fn lock(conn: &mut Conn, id: ProductId) -> QueryResult<Option<Product>> {
    products::table
        .find(id)
        .select(Product::as_select())
        .for_no_key_update()
        .get_result(conn)
        .await
        .optional()
}

pub async fn insert(conn: &mut Conn, new: &NewRow<'_>) -> QueryResult<Product> {
    diesel::insert_into(products::table).values(new).returning(Product::as_returning()).get_result(conn).await
}

/// Expects the row to be locked, like all that follow.
pub async fn update(conn: &mut Conn, id: ProductId, changes: &Changes) -> QueryResult<Product> {
    diesel::update(products::table.find(id))
        .set((changes, products::version.eq(products::version + 1)))
        .returning(Product::as_returning())
        .get_result(conn)
        .await
}

pub async fn set_status(
    conn: &mut Conn,
    id: ProductId,
    from: ProductStatus,
    to: ProductStatus,
    now: DateTime<Utc>,
) -> QueryResult<Product> {
    diesel::update(products::table.find(id).filter(products::status.eq(from)))
        .set((
            products::status.eq(to),
            products::updated_at.eq(now),
            products::version.eq(products::version + 1),
        ))
        .returning(Product::as_returning())
        .get_result(conn)
        .await
}

pub async fn delete(conn: &mut Conn, id: ProductId, now: DateTime<Utc>) -> QueryResult<Product> {
    diesel::update(products::table.find(id))
        .set((
            products::deleted_at.eq(now),
            products::updated_at.eq(now),
            products::version.eq(products::version + 1),
        ))
        .returning(Product::as_returning())
        .get_result(conn)
        .await
}

/// Counts a change of what belongs to the product.
pub async fn touch(conn: &mut Conn, id: ProductId, now: DateTime<Utc>) -> QueryResult<Product> {
    diesel::update(products::table.find(id))
        .set((products::updated_at.eq(now), products::version.eq(products::version + 1)))
        .returning(Product::as_returning())
        .get_result(conn)
        .await
}

/// In id order, so that two accounts that trade with each other can't block each other.
pub async fn archive_all_of(
    conn: &mut Conn,
    owner: AccountId,
    now: DateTime<Utc>,
) -> QueryResult<Vec<Product>> {
    let listed = products::table.filter(products::owner_id.eq(owner)).filter(products::listed);
    let ids: Vec<ProductId> =
        listed.select(products::id).order(products::id).for_no_key_update().load(conn).await?;
    diesel::update(products::table.filter(products::id.eq(among(ids))))
        .set((
            products::status.eq(ProductStatus::Archived),
            products::updated_at.eq(now),
            products::version.eq(products::version + 1),
        ))
        .returning(Product::as_returning())
        .get_results(conn)
        .await
}

/// Whose the product is, which never changes.
pub async fn owner_of(conn: &mut Conn, id: ProductId) -> QueryResult<Option<AccountId>> {
    products::table.find(id).select(products::owner_id).first(conn).await.optional()
}

/// Returns how many of the tags the product did not have.
pub async fn add_tags(conn: &mut Conn, product: ProductId, tags: &[TagId]) -> QueryResult<usize> {
    if tags.is_empty() {
        return Ok(0);
    }
    let rows: Vec<_> = tags
        .iter()
        .map(|tag| (product_tags::product_id.eq(product), product_tags::tag_id.eq(*tag)))
        .collect();
    diesel::insert_into(product_tags::table).values(rows).on_conflict_do_nothing().execute(conn).await
}

/// Returns how many of the tags the product had.
pub async fn remove_tags(conn: &mut Conn, product: ProductId, keys: &[String]) -> QueryResult<usize> {
    let named = tags::table.filter(tags::name_key.eq_any(keys)).select(tags::id);
    diesel::delete(
        product_tags::table
            .filter(product_tags::product_id.eq(product))
            .filter(product_tags::tag_id.eq_any(named)),
    )
    .execute(conn)
    .await
}

/// The tags of these products, each with its product.
pub async fn tag_names(conn: &mut Conn, ids: &[ProductId]) -> QueryResult<Vec<(ProductId, String)>> {
    product_tags::table
        .inner_join(tags::table)
        .filter(product_tags::product_id.eq(among(ids)))
        .order(tags::name_key)
        .select((product_tags::product_id, tags::name))
        .load(conn)
        .await
}

pub async fn count_tags(conn: &mut Conn, product: ProductId) -> QueryResult<i64> {
    product_tags::table.filter(product_tags::product_id.eq(product)).count().get_result(conn).await
}
