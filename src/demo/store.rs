//! Writes the demo data, in few large statements. The same constraints check it as all else.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection as _};
use uuid::Uuid;

use super::{
    billing::{Bill, Member, Open},
    catalogue::{Made, Product},
    games::{Played, Published},
    id_at,
    sales::Sale,
};
use crate::{
    billing::StreamStatus,
    checkout::{BagStatus, OrderStatus},
    db::{
        Conn,
        schema::{
            accounts, bag_items, bags, follows, game_subscriptions, games, invoice_lines, invoices,
            memberships, order_history, order_lines, orders, product_tags, products, streams, tags,
        },
    },
    kernel::{AccountId, BagId, BagItemId, GameSubscriptionId, ProductId},
};

/// A product with its id and owner, and when it was made and changed.
pub type Offer = (ProductId, AccountId, Product, DateTime<Utc>, DateTime<Utc>);

/// Whether nobody has an account yet. Two that start at once take turns.
pub async fn claim_empty(conn: &mut Conn) -> QueryResult<bool> {
    conn.batch_execute("LOCK TABLE accounts IN SHARE ROW EXCLUSIVE MODE").await?;
    let anyone: Option<Uuid> = accounts::table.select(accounts::id).first(conn).await.optional()?;
    Ok(anyone.is_none())
}

pub async fn insert_follows(
    conn: &mut Conn,
    rows: &[(AccountId, AccountId, DateTime<Utc>)],
) -> QueryResult<usize> {
    let rows: Vec<_> = rows
        .iter()
        .map(|(follower, followed, at)| {
            (
                follows::id.eq(id_at(*at)),
                follows::follower_id.eq(*follower),
                follows::followed_id.eq(*followed),
                follows::created_at.eq(*at),
            )
        })
        .collect();
    diesel::insert_into(follows::table).values(rows).execute(conn).await
}

pub async fn insert_products(conn: &mut Conn, rows: &[Offer]) -> QueryResult<usize> {
    let rows: Vec<_> = rows
        .iter()
        .map(|(id, owner, product, created, changed)| {
            (
                products::id.eq(*id),
                products::owner_id.eq(*owner),
                products::name.eq(&product.name),
                products::description.eq(&product.description),
                products::price.eq(product.price),
                products::stock.eq(product.stock),
                products::status.eq(&product.status),
                products::created_at.eq(*created),
                products::updated_at.eq(*changed),
            )
        })
        .collect();
    diesel::insert_into(products::table).values(rows).execute(conn).await
}

pub async fn insert_tags(
    conn: &mut Conn,
    rows: &BTreeMap<String, Uuid>,
    at: DateTime<Utc>,
) -> QueryResult<usize> {
    let rows: Vec<_> = rows
        .iter()
        .map(|(name, id)| {
            (
                tags::id.eq(*id),
                tags::name.eq(name),
                tags::name_key.eq(name.to_lowercase()),
                tags::created_at.eq(at),
                tags::updated_at.eq(at),
            )
        })
        .collect();
    diesel::insert_into(tags::table).values(rows).execute(conn).await
}

pub async fn insert_product_tags(conn: &mut Conn, rows: &[(ProductId, Uuid)]) -> QueryResult<usize> {
    let rows: Vec<_> = rows
        .iter()
        .map(|(product, tag)| (product_tags::product_id.eq(*product), product_tags::tag_id.eq(*tag)))
        .collect();
    diesel::insert_into(product_tags::table).values(rows).execute(conn).await
}

/// Orders with their lines and histories; staff moved them on, customers cancelled them.
pub async fn insert_sales(
    conn: &mut Conn,
    sales: &[Sale],
    made: &[Made],
    staff: AccountId,
) -> QueryResult<()> {
    let (mut order_rows, mut line_rows, mut history_rows) = (Vec::new(), Vec::new(), Vec::new());
    for sale in sales {
        let mut total = 0;
        for line in &sale.lines {
            let product = &made[line.product];
            total += product.price * i64::from(line.quantity);
            line_rows.push((
                order_lines::id.eq(line.id),
                order_lines::order_id.eq(sale.id),
                order_lines::product_id.eq(product.id),
                order_lines::seller_id.eq(product.seller),
                order_lines::product_name.eq(&product.name),
                order_lines::unit_price.eq(product.price),
                order_lines::quantity.eq(line.quantity),
            ));
        }
        let mut from = None;
        for (to, at) in &sale.history {
            let by = if matches!(to, OrderStatus::Placed | OrderStatus::Cancelled) {
                sale.customer
            } else {
                staff
            };
            history_rows.push((
                order_history::id.eq(id_at(*at)),
                order_history::order_id.eq(sale.id),
                order_history::at.eq(*at),
                order_history::from_status.eq(from.replace(*to)),
                order_history::to_status.eq(*to),
                order_history::by_id.eq(by),
            ));
        }
        order_rows.push((
            orders::id.eq(sale.id),
            orders::customer_id.eq(sale.customer),
            orders::status.eq(sale.status),
            orders::total.eq(total),
            orders::created_at.eq(sale.at),
            orders::updated_at.eq(sale.history.last().map_or(sale.at, |change| change.1)),
            orders::version.eq(i32::try_from(sale.history.len()).unwrap_or(1)),
        ));
    }
    diesel::insert_into(orders::table).values(order_rows).execute(conn).await?;
    diesel::insert_into(order_lines::table).values(line_rows).execute(conn).await?;
    diesel::insert_into(order_history::table).values(history_rows).execute(conn).await?;
    Ok(())
}

pub async fn insert_bag(
    conn: &mut Conn,
    bag: BagId,
    customer: AccountId,
    wanted: &[&Made],
    now: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::insert_into(bags::table)
        .values((
            bags::id.eq(bag),
            bags::account_id.eq(customer),
            bags::status.eq(BagStatus::Open),
            bags::created_at.eq(now),
            bags::updated_at.eq(now),
        ))
        .execute(conn)
        .await?;
    let items: Vec<_> = wanted
        .iter()
        .map(|product| {
            (
                bag_items::id.eq(BagItemId::fresh()),
                bag_items::bag_id.eq(bag),
                bag_items::product_id.eq(product.id),
                bag_items::quantity.eq(1),
            )
        })
        .collect();
    diesel::insert_into(bag_items::table).values(items).execute(conn).await
}

pub async fn insert_games(conn: &mut Conn, rows: &[Published]) -> QueryResult<usize> {
    let rows: Vec<_> = rows
        .iter()
        .map(|game| {
            (
                games::id.eq(game.id),
                games::studio_id.eq(game.studio),
                games::title.eq(&game.title),
                games::description.eq(&game.description),
                games::status.eq(game.status),
                games::created_at.eq(game.at),
                games::updated_at.eq(game.changed),
                games::version.eq(1 + i32::from(game.changed > game.at)),
            )
        })
        .collect();
    diesel::insert_into(games::table).values(rows).execute(conn).await
}

pub async fn insert_subscriptions(conn: &mut Conn, rows: &[Played]) -> QueryResult<usize> {
    let rows: Vec<_> = rows
        .iter()
        .map(|played| {
            (
                game_subscriptions::id.eq(GameSubscriptionId::from(id_at(played.at))),
                game_subscriptions::player_id.eq(played.player),
                game_subscriptions::game_id.eq(played.game),
                game_subscriptions::status.eq(played.status),
                game_subscriptions::created_at.eq(played.at),
                game_subscriptions::updated_at.eq(played.changed),
                game_subscriptions::version.eq(1 + i32::from(played.changed > played.at)),
            )
        })
        .collect();
    diesel::insert_into(game_subscriptions::table).values(rows).execute(conn).await
}

pub async fn insert_members(conn: &mut Conn, rows: &[Member]) -> QueryResult<usize> {
    let rows: Vec<_> = rows
        .iter()
        .map(|row| {
            (
                memberships::id.eq(row.id),
                memberships::user_id.eq(row.user),
                memberships::valid_from.eq(row.from),
                memberships::valid_until.eq(row.until),
                memberships::cancelled_at.eq(row.cancelled_at),
                memberships::credits.eq(row.credits),
                memberships::stream_fee.eq(row.fee),
                memberships::created_at.eq(row.at),
                memberships::updated_at.eq(row.cancelled_at.unwrap_or(row.at)),
            )
        })
        .collect();
    diesel::insert_into(memberships::table).values(rows).execute(conn).await
}

/// Invoices with their lines, which make their amounts.
pub async fn insert_bills(conn: &mut Conn, bills: &[Bill]) -> QueryResult<()> {
    let (mut invoice_rows, mut line_rows) = (Vec::new(), Vec::new());
    for bill in bills {
        invoice_rows.push((
            invoices::id.eq(bill.id),
            invoices::user_id.eq(bill.user),
            invoices::date.eq(bill.at.date_naive()),
            invoices::status.eq(bill.status),
            invoices::description.eq(bill.at.format("Streams of %B %Y").to_string()),
            invoices::created_at.eq(bill.at),
            invoices::updated_at.eq(bill.at),
        ));
        for (id, amount, description, at) in &bill.lines {
            line_rows.push((
                invoice_lines::id.eq(*id),
                invoice_lines::invoice_id.eq(bill.id),
                invoice_lines::amount.eq(*amount),
                invoice_lines::description.eq(*description),
                invoice_lines::created_at.eq(*at),
                invoice_lines::updated_at.eq(*at),
            ));
        }
    }
    diesel::insert_into(invoices::table).values(invoice_rows).execute(conn).await?;
    diesel::insert_into(invoice_lines::table).values(line_rows).execute(conn).await?;
    Ok(())
}

pub async fn insert_streams(conn: &mut Conn, rows: &[Open]) -> QueryResult<usize> {
    let rows: Vec<_> = rows
        .iter()
        .map(|row| {
            (
                streams::id.eq(row.id),
                streams::membership_id.eq(row.membership),
                streams::status.eq(StreamStatus::Open),
                streams::started_at.eq(row.at),
                streams::expires_at.eq(row.until),
                streams::opened_line_id.eq(row.line),
            )
        })
        .collect();
    diesel::insert_into(streams::table).values(rows).execute(conn).await
}
