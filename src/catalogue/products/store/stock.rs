//! Sells products and takes them back. Whoever changes stock locks the rows in id order first, so that two
//! orders of the same products in another order wait for each other and never block each other.

use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_types::{Array, Integer, Timestamptz},
};
use diesel_async::RunQueryDsl;

use super::super::{Offer, StockChange};
use crate::{
    db::{Conn, Prepare as _, among, schema::products},
    kernel::ProductId,
};

/// A product as it can be bought.
pub async fn offer(conn: &mut Conn, id: ProductId) -> QueryResult<Option<Offer>> {
    products::table.find(id).select(Offer::as_select()).first(conn).await.optional()
}

/// The products of an order, locked in id order until the transaction ends.
///
/// # Errors
/// Whatever the database says.
pub async fn lock_for_order(conn: &mut Conn, ids: &[ProductId]) -> QueryResult<Vec<Offer>> {
    products::table
        .filter(products::id.eq(among(ids)))
        .order(products::id)
        .select(Offer::as_select())
        .for_no_key_update()
        .load(conn)
        .await
}

/// Takes these quantities out of stock, of rows that were locked and looked at before. What became of them follows from
/// what they were: see [`StockChange::of_sale`].
///
/// # Errors
/// Whatever the database says: `products_stock_not_negative`, should there be less of one.
pub async fn take_stock(conn: &mut Conn, lines: &[(ProductId, i32)], now: DateTime<Utc>) -> QueryResult<()> {
    let (ids, quantities): (Vec<_>, Vec<_>) = lines.iter().copied().unzip();
    diesel::sql_query(
        "UPDATE products SET stock = stock - quantity, updated_at = $3, version = version + 1 \
         FROM unnest($1, $2) AS line (product_id, quantity) WHERE id = product_id",
    )
    .bind::<Array<diesel::sql_types::Uuid>, _>(ids)
    .bind::<Array<Integer>, _>(quantities)
    .bind::<Timestamptz, _>(now)
    .prepared()
    .execute(conn)
    .await?;
    Ok(())
}

/// Gives these quantities back.
///
/// # Errors
/// Whatever the database says.
pub async fn restock(
    conn: &mut Conn,
    lines: &[(ProductId, i32)],
    now: DateTime<Utc>,
) -> QueryResult<Vec<StockChange>> {
    let (ids, quantities): (Vec<_>, Vec<_>) = lines.iter().copied().unzip();
    lock_for_order(conn, &ids).await?;
    diesel::sql_query(
        "UPDATE products SET stock = stock + quantity, updated_at = $3, version = version + 1 \
         FROM unnest($1, $2) AS line (product_id, quantity) WHERE id = product_id \
         RETURNING id, version, stock, quantity AS change",
    )
    .bind::<Array<diesel::sql_types::Uuid>, _>(ids)
    .bind::<Array<Integer>, _>(quantities)
    .bind::<Timestamptz, _>(now)
    .prepared()
    .get_results(conn)
    .await
}
