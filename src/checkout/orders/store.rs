//! All SQL about orders.

use chrono::{DateTime, Utc};
use diesel::{
    dsl,
    pg::Pg,
    prelude::*,
    sql_types::{self, Array, BigInt, Integer, Nullable, Text, Timestamptz},
};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::{Order, OrderEvent, OrderLine, OrderStatus, list::Filter};
use crate::{
    catalogue::Offer,
    db::{
        Conn, PerParent, Prepare as _, among, columns, load_of, newest_first, parent_id,
        schema::{order_history, order_lines, orders},
    },
    kernel::{AccountId, BagId, Cursor, OrderId, OrderLineId, Page, ProductId, Window},
};

/// What the database alone knows of a new order, for events of it.
pub const NUMBER: &str =
    "SELECT jsonb_build_object('number', number) FROM orders WHERE orders.id = aggregate_id";
/// The orders of the account `$1`.
pub const OF_CUSTOMER: &str = "SELECT id FROM orders WHERE customer_id = $1";

#[derive(Debug)]
pub struct NewOrder {
    pub id: OrderId,
    pub customer_id: AccountId,
    pub bag_id: Option<BagId>,
    pub status: OrderStatus,
    pub total: i64,
    pub created_at: DateTime<Utc>,
}

#[derive(Debug)]
pub struct NewLine<'a> {
    pub id: OrderLineId,
    pub product_id: ProductId,
    pub seller_id: AccountId,
    pub product_name: &'a str,
    pub unit_price: i64,
    pub quantity: i32,
}

impl<'a> NewLine<'a> {
    /// A line with the product as it is now.
    pub fn new(product: &'a Offer, quantity: i32) -> Self {
        Self {
            id: OrderLineId::fresh(),
            product_id: product.id,
            seller_id: product.owner_id,
            product_name: &product.name,
            unit_price: product.price,
            quantity,
        }
    }
}

/// Writes an order with its lines and the beginning of its history.
pub async fn insert(conn: &mut Conn, new: &NewOrder, lines: &[NewLine<'_>]) -> QueryResult<Order> {
    diesel::sql_query(
        "WITH lines AS ( \
             INSERT INTO order_lines (order_id, id, product_id, seller_id, product_name, unit_price, quantity) \
             SELECT $1, * FROM unnest($2, $3, $4, $5, $6, $7)), \
         history AS ( \
             INSERT INTO order_history (id, order_id, at, to_status, by_id) VALUES ($8, $1, $9, $10, $11)) \
         INSERT INTO orders (id, customer_id, bag_id, status, total, created_at, updated_at) \
         VALUES ($1, $11, $12, $10, $13, $9, $9) \
         RETURNING id, number, customer_id, status, total, created_at, updated_at, deleted_at, version",
    )
    .bind::<sql_types::Uuid, _>(new.id)
    .bind::<Array<sql_types::Uuid>, _>(column(lines, |line| line.id))
    .bind::<Array<sql_types::Uuid>, _>(column(lines, |line| line.product_id))
    .bind::<Array<sql_types::Uuid>, _>(column(lines, |line| line.seller_id))
    .bind::<Array<Text>, _>(column(lines, |line| line.product_name))
    .bind::<Array<BigInt>, _>(column(lines, |line| line.unit_price))
    .bind::<Array<Integer>, _>(column(lines, |line| line.quantity))
    .bind::<sql_types::Uuid, _>(Uuid::now_v7())
    .bind::<Timestamptz, _>(new.created_at)
    .bind::<Text, _>(new.status)
    .bind::<sql_types::Uuid, _>(new.customer_id)
    .bind::<Nullable<sql_types::Uuid>, _>(new.bag_id)
    .bind::<BigInt, _>(new.total)
    .prepared()
    .get_result(conn)
    .await
}

fn column<'a, T>(lines: &[NewLine<'a>], value: impl Fn(&NewLine<'a>) -> T) -> Vec<T> {
    lines.iter().map(value).collect()
}

/// Writes a change of status to the order's history.
pub async fn note(
    conn: &mut Conn,
    order: OrderId,
    from: OrderStatus,
    to: OrderStatus,
    by: Option<AccountId>,
    at: DateTime<Utc>,
) -> QueryResult<()> {
    diesel::insert_into(order_history::table)
        .values((
            order_history::id.eq(Uuid::now_v7()),
            order_history::order_id.eq(order),
            order_history::at.eq(at),
            order_history::from_status.eq(from),
            order_history::to_status.eq(to),
            order_history::by_id.eq(by),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Keeps the order from changing until the transaction ends.
pub async fn lock(conn: &mut Conn, id: OrderId) -> QueryResult<Option<Order>> {
    orders::table.find(id).select(Order::as_select()).for_no_key_update().get_result(conn).await.optional()
}

/// Expects the row to be locked.
pub async fn set_status(
    conn: &mut Conn,
    id: OrderId,
    from: OrderStatus,
    to: OrderStatus,
    now: DateTime<Utc>,
) -> QueryResult<Order> {
    diesel::update(orders::table.find(id).filter(orders::status.eq(from)))
        .set((orders::status.eq(to), orders::updated_at.eq(now), orders::version.eq(orders::version + 1)))
        .returning(Order::as_returning())
        .get_result(conn)
        .await
}

pub async fn quantities(conn: &mut Conn, order: OrderId) -> QueryResult<Vec<(ProductId, i32)>> {
    order_lines::table
        .filter(order_lines::order_id.eq(order))
        .select((order_lines::product_id, order_lines::quantity))
        .load(conn)
        .await
}

pub async fn by_ids(conn: &mut Conn, ids: &[OrderId]) -> QueryResult<Vec<Order>> {
    load_of!(orders::table.select(Order::as_select()), orders::id, ids, conn)
}

/// In no order.
pub async fn lines_of(conn: &mut Conn, ids: &[OrderId]) -> QueryResult<Vec<OrderLine>> {
    let lines = order_lines::table.select(OrderLine::as_select());
    load_of!(lines, order_lines::order_id, ids, conn)
}

pub async fn lines_with_customers(
    conn: &mut Conn,
    ids: &[OrderLineId],
) -> QueryResult<Vec<(OrderLine, AccountId)>> {
    order_lines::table
        .inner_join(orders::table)
        .filter(order_lines::id.eq(among(ids)))
        .select((OrderLine::as_select(), orders::customer_id))
        .load(conn)
        .await
}

pub async fn history_of(conn: &mut Conn, ids: &[OrderId]) -> QueryResult<Vec<OrderEvent>> {
    order_history::table
        .filter(order_history::order_id.eq(among(ids)))
        .order(order_history::id)
        .select(OrderEvent::as_select())
        .load(conn)
        .await
}

fn filtered(filter: &Filter) -> orders::BoxedQuery<'_, Pg> {
    let mut query = orders::table.into_boxed();
    if let Some(statuses) = &filter.statuses {
        query = query.filter(orders::status.eq_any(statuses));
    }
    if let Some(customer) = filter.customer {
        query = query.filter(orders::customer_id.eq(customer));
    }
    if let Some(after) = filter.placed_after {
        query = query.filter(orders::created_at.ge(after));
    }
    if let Some(before) = filter.placed_before {
        query = query.filter(orders::created_at.lt(before));
    }
    query
}

pub async fn list(conn: &mut Conn, filter: &Filter, window: &Window) -> QueryResult<Page<Order>> {
    let query = filtered(filter).select(columns::<Order>());
    let rows = newest_first!(query, window, orders::id).load(conn).await?;
    Ok(window.page(rows, |row: &Order| Cursor::by_id(row.id.uuid())))
}

pub async fn count(conn: &mut Conn, filter: &Filter) -> QueryResult<i64> {
    filtered(filter).count().get_result(conn).await
}

/// A page of the orders of each of these customers.
pub async fn of_customers(
    conn: &mut Conn,
    parents: &[Uuid],
    filter: &Filter,
    window: &Window,
) -> QueryResult<Vec<(Uuid, Order)>> {
    let query = filtered(filter).filter(orders::customer_id.eq(parent_id())).select(columns::<Order>());
    let list = newest_first!(query, window, orders::id);
    PerParent { parents: parents.to_vec(), list }.load(conn).await
}

pub async fn count_of_customers(
    conn: &mut Conn,
    customers: &[Uuid],
    filter: &Filter,
) -> QueryResult<Vec<(Uuid, i64)>> {
    let list = filtered(filter).filter(orders::customer_id.eq(parent_id())).select(dsl::count_star());
    PerParent { parents: customers.to_vec(), list }.load(conn).await
}

/// A page of what each of these accounts has sold.
pub async fn sales_of(
    conn: &mut Conn,
    parents: &[Uuid],
    window: &Window,
) -> QueryResult<Vec<(Uuid, OrderLine)>> {
    let query = order_lines::table
        .filter(order_lines::seller_id.eq(parent_id()))
        .select(OrderLine::as_select())
        .into_boxed();
    let list = newest_first!(query, window, order_lines::id);
    PerParent { parents: parents.to_vec(), list }.load(conn).await
}

pub async fn count_sales_of(conn: &mut Conn, sellers: &[Uuid]) -> QueryResult<Vec<(Uuid, i64)>> {
    order_lines::table
        .filter(order_lines::seller_id.eq(among(sellers)))
        .group_by(order_lines::seller_id)
        .select((order_lines::seller_id, dsl::count_star()))
        .load(conn)
        .await
}
