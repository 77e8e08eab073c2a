//! The sums. Money comes as the text of PostgreSQL's exact `numeric`: a sum may outgrow 64 bits.
//!
//! Days stand in the text of a statement and are no parameters of it. The planner has to know how much of a table
//! they cover: a year that is planned blindly takes five times as long.

use chrono::NaiveDate;
use diesel::{
    QueryResult, QueryableByName,
    sql_types::{BigInt, Date, Text, Uuid},
};
use diesel_async::RunQueryDsl;

use super::days::{Range, ReportInterval};
use crate::{
    billing::InvoiceStatus,
    db::Conn,
    kernel::{GameId, ProductId},
};

/// What was sold in a bucket.
#[derive(QueryableByName, Debug)]
pub struct Sales {
    #[diesel(sql_type = Date)]
    pub start: NaiveDate,
    #[diesel(sql_type = BigInt)]
    pub orders: i64,
    #[diesel(sql_type = BigInt)]
    pub units: i64,
    #[diesel(sql_type = Text)]
    pub revenue: String,
}

/// Which orders were sold in these days.
fn sold(Range { from, to }: Range) -> String {
    // The day after the last one is left to PostgreSQL, whose calendar is longer than four digits.
    format!(
        "o.created_at >= '{from}' AND o.created_at < '{to}'::timestamp + interval '1 day' \
         AND o.status <> 'CANCELLED'"
    )
}

/// The buckets in which anything was sold, in no order.
pub async fn sales(conn: &mut Conn, range: Range, interval: ReportInterval) -> QueryResult<Vec<Sales>> {
    diesel::sql_query(format!(
        "SELECT date_trunc('{field}', created_at AT TIME ZONE 'UTC')::date AS start, count(*) AS orders, \
                sum(units)::bigint AS units, sum(total)::text AS revenue \
         FROM (SELECT o.created_at, o.total, sum(l.quantity) AS units \
               FROM orders o JOIN order_lines l ON l.order_id = o.id \
               WHERE {sold} GROUP BY o.id) sold \
         GROUP BY start",
        field = interval.field(),
        sold = sold(range),
    ))
    .load(conn)
    .await
}

/// How well a product sold.
#[derive(QueryableByName, Debug)]
pub struct ProductSales {
    #[diesel(sql_type = Uuid)]
    pub product: ProductId,
    #[diesel(sql_type = BigInt)]
    pub units: i64,
    #[diesel(sql_type = Text)]
    pub revenue: String,
}

/// The products that sold best; those that sold alike in the order of their ids.
pub async fn top_products(conn: &mut Conn, range: Range, first: i64) -> QueryResult<Vec<ProductSales>> {
    diesel::sql_query(format!(
        "SELECT l.product_id AS product, sum(l.quantity)::bigint AS units, \
                sum(l.quantity * l.unit_price)::text AS revenue \
         FROM orders o JOIN order_lines l ON l.order_id = o.id \
         WHERE {sold} \
         GROUP BY product \
         ORDER BY units DESC, sum(l.quantity * l.unit_price) DESC, product LIMIT $1",
        sold = sold(range),
    ))
    .bind::<BigInt, _>(first)
    .load(conn)
    .await
}

/// A game's place among all.
#[derive(QueryableByName, Debug)]
pub struct GameRank {
    #[diesel(sql_type = BigInt)]
    pub rank: i64,
    #[diesel(sql_type = Uuid)]
    pub game: GameId,
    #[diesel(sql_type = BigInt)]
    pub active: i64,
}

/// The games with the most active subscriptions. Games that have as many share a rank, and the next one leaves a gap.
pub async fn game_popularity(conn: &mut Conn, first: i64) -> QueryResult<Vec<GameRank>> {
    diesel::sql_query(
        "SELECT rank() OVER (ORDER BY active DESC) AS rank, game, active \
         FROM (SELECT g.id AS game, coalesce(s.active, 0) AS active \
               FROM games g LEFT JOIN (SELECT game_id, count(*) AS active FROM game_subscriptions \
                                       WHERE status = 'ACTIVE' GROUP BY game_id) s ON s.game_id = g.id \
               WHERE g.deleted_at IS NULL) counted \
         ORDER BY active DESC, game LIMIT $1",
    )
    .bind::<BigInt, _>(first)
    .load(conn)
    .await
}

/// How many memberships there are of each status, and how many streams are open.
#[derive(QueryableByName, Debug)]
pub struct Memberships {
    #[diesel(sql_type = BigInt)]
    pub active: i64,
    #[diesel(sql_type = BigInt)]
    pub cancelled: i64,
    #[diesel(sql_type = BigInt)]
    pub expired: i64,
    #[diesel(sql_type = BigInt)]
    pub open_streams: i64,
}

/// The memberships by what they are today.
pub async fn memberships(conn: &mut Conn, today: NaiveDate) -> QueryResult<Memberships> {
    diesel::sql_query(
        "SELECT count(*) FILTER (WHERE cancelled_at IS NULL AND valid_until >= $1) AS active, \
                count(*) FILTER (WHERE cancelled_at IS NOT NULL) AS cancelled, \
                count(*) FILTER (WHERE cancelled_at IS NULL AND valid_until < $1) AS expired, \
                (SELECT count(*) FROM streams WHERE status = 'OPEN') AS open_streams \
         FROM memberships WHERE deleted_at IS NULL",
    )
    .bind::<Date, _>(today)
    .get_result(conn)
    .await
}

/// The invoices of a status.
#[derive(QueryableByName, Debug)]
pub struct InvoiceTotal {
    #[diesel(sql_type = Text)]
    pub status: InvoiceStatus,
    #[diesel(sql_type = BigInt)]
    pub count: i64,
    #[diesel(sql_type = Text)]
    pub amount: String,
}

/// The invoices of these days, by their statuses; statuses that none has are left out.
pub async fn invoices(conn: &mut Conn, range: Range) -> QueryResult<Vec<InvoiceTotal>> {
    let Range { from, to } = range;
    diesel::sql_query(format!(
        "SELECT status, count(*) AS count, sum(amount)::text AS amount FROM invoices \
         WHERE date BETWEEN '{from}' AND '{to}' AND deleted_at IS NULL GROUP BY status"
    ))
    .load(conn)
    .await
}
