//! All SQL about bags.

use chrono::{DateTime, Utc};
use diesel::{prelude::*, sql_types::Timestamptz, upsert::excluded};
use diesel_async::RunQueryDsl;

use super::{Bag, BagItem, BagStatus};
use crate::{
    catalogue::Product,
    db::{
        Conn, among,
        schema::{bag_items, bags, products},
    },
    kernel::{AccountId, BagId, BagItemId, ProductId},
};

pub async fn by_ids(conn: &mut Conn, ids: &[BagId]) -> QueryResult<Vec<Bag>> {
    bags::table.filter(bags::id.eq(among(ids))).select(Bag::as_select()).load(conn).await
}

pub async fn open_of(conn: &mut Conn, accounts: &[AccountId]) -> QueryResult<Vec<Bag>> {
    bags::table
        .filter(bags::account_id.eq(among(accounts)))
        .filter(bags::status.eq(BagStatus::Open))
        .select(Bag::as_select())
        .load(conn)
        .await
}

/// The open bag, which nobody else fills or checks out until the transaction ends.
pub async fn lock_open(conn: &mut Conn, account: AccountId) -> QueryResult<Option<Bag>> {
    bags::table
        .filter(bags::account_id.eq(account))
        .filter(bags::status.eq(BagStatus::Open))
        .select(Bag::as_select())
        .for_no_key_update()
        .get_result(conn)
        .await
        .optional()
}

pub async fn lock_or_open(conn: &mut Conn, account: AccountId, now: DateTime<Utc>) -> QueryResult<Bag> {
    if let Some(bag) = lock_open(conn, account).await? {
        return Ok(bag);
    }
    // Two first items at once: one of them opens the bag, the other one finds it.
    diesel::insert_into(bags::table)
        .values((
            bags::id.eq(BagId::fresh()),
            bags::account_id.eq(account),
            bags::status.eq(BagStatus::Open),
            bags::created_at.eq(now),
            bags::updated_at.eq(now),
        ))
        .on_conflict_do_nothing()
        .execute(conn)
        .await?;
    lock_open(conn, account).await?.ok_or(diesel::result::Error::NotFound)
}

pub async fn put_item(conn: &mut Conn, bag: BagId, product: ProductId, quantity: i32) -> QueryResult<usize> {
    diesel::insert_into(bag_items::table)
        .values((
            bag_items::id.eq(BagItemId::fresh()),
            bag_items::bag_id.eq(bag),
            bag_items::product_id.eq(product),
            bag_items::quantity.eq(quantity),
        ))
        .on_conflict((bag_items::bag_id, bag_items::product_id))
        .do_update()
        .set(bag_items::quantity.eq(excluded(bag_items::quantity)))
        .execute(conn)
        .await
}

pub async fn remove_item(conn: &mut Conn, bag: BagId, product: ProductId) -> QueryResult<usize> {
    diesel::delete(
        bag_items::table.filter(bag_items::bag_id.eq(bag)).filter(bag_items::product_id.eq(product)),
    )
    .execute(conn)
    .await
}

pub async fn remove_all(conn: &mut Conn, bag: BagId) -> QueryResult<usize> {
    diesel::delete(bag_items::table.filter(bag_items::bag_id.eq(bag))).execute(conn).await
}

pub async fn quantities(conn: &mut Conn, bag: BagId) -> QueryResult<Vec<(ProductId, i32)>> {
    bag_items::table
        .filter(bag_items::bag_id.eq(bag))
        .order(bag_items::id)
        .select((bag_items::product_id, bag_items::quantity))
        .load(conn)
        .await
}

pub async fn touch(conn: &mut Conn, bag: BagId, now: DateTime<Utc>) -> QueryResult<Bag> {
    diesel::update(bags::table.find(bag))
        .set((bags::updated_at.eq(now), bags::version.eq(bags::version + 1)))
        .returning(Bag::as_returning())
        .get_result(conn)
        .await
}

/// Expects the bag to be locked.
pub async fn mark_ordered(conn: &mut Conn, bag: BagId, now: DateTime<Utc>) -> QueryResult<()> {
    diesel::update(bags::table.find(bag).filter(bags::status.eq(BagStatus::Open)))
        .set((
            bags::status.eq(BagStatus::Ordered),
            bags::updated_at.eq(now),
            bags::version.eq(bags::version + 1),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

pub async fn items_of(conn: &mut Conn, bags: &[BagId]) -> QueryResult<Vec<(BagId, BagItem)>> {
    let rows: Vec<(BagId, BagItemId, i32, Product)> = bag_items::table
        .inner_join(products::table)
        .filter(bag_items::bag_id.eq(among(bags)))
        .order(bag_items::id)
        .select((bag_items::bag_id, bag_items::id, bag_items::quantity, Product::as_select()))
        .load(conn)
        .await?;
    let item = |(bag, id, quantity, product): (_, _, _, Product)| {
        (bag, BagItem { id, product: product.into(), quantity })
    };
    Ok(rows.into_iter().map(item).collect())
}

pub async fn abandon_untouched_since(
    conn: &mut Conn,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::sql_query(
        "UPDATE bags SET status = 'ABANDONED', updated_at = $2, version = version + 1 WHERE id IN (\
         SELECT id FROM bags WHERE status = 'OPEN' AND updated_at < $1 \
         ORDER BY updated_at LIMIT 1000 FOR UPDATE SKIP LOCKED)",
    )
    .bind::<Timestamptz, _>(since)
    .bind::<Timestamptz, _>(now)
    .execute(conn)
    .await
}
