//! Batched reads of orders.

use std::sync::Arc;

use super::{Order, OrderEvent, OrderLine, list::Filter, store};
use crate::{
    db::Db,
    graphql::{Found, Key, alike, group, group_sorted, pages_of},
    kernel::{AccountId, Cursor, Fault, OrderId, Page, Window},
};

/// An order by its id, whoever asks.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct OrderById(pub OrderId);

impl Key for OrderById {
    type Value = Arc<Order>;

    async fn load(db: &Db, keys: &[Self]) -> Result<Found<Self>, Fault> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = store::by_ids(&mut db.conn().await?, &ids).await?;
        Ok(rows.into_iter().map(|row| (OrderById(row.id), Arc::new(row))).collect())
    }
}

/// The lines of an order.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct LinesOfOrder(pub OrderId);

impl Key for LinesOfOrder {
    type Value = Arc<Vec<OrderLine>>;

    async fn load(db: &Db, keys: &[Self]) -> Result<Found<Self>, Fault> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = store::lines_of(&mut db.conn().await?, &ids).await?;
        let rows = rows.into_iter().map(|line| (LinesOfOrder(line.order_id), line));
        Ok(group_sorted(keys, rows, |line| &line.id))
    }
}

/// The history of an order, oldest first.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct HistoryOfOrder(pub OrderId);

impl Key for HistoryOfOrder {
    type Value = Arc<Vec<OrderEvent>>;

    async fn load(db: &Db, keys: &[Self]) -> Result<Found<Self>, Fault> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = store::history_of(&mut db.conn().await?, &ids).await?;
        Ok(group(keys, rows.into_iter().map(|event| (HistoryOfOrder(event.order_id), event))))
    }
}

/// What a customer has ordered.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct OrdersOf {
    pub customer: AccountId,
    pub filter: Filter,
    pub window: Window,
}

impl Key for OrdersOf {
    type Value = Arc<Page<Order>>;

    async fn load(db: &Db, keys: &[Self]) -> Result<Found<Self>, Fault> {
        let mut pages = Found::<Self>::default();
        let alike = alike(keys, |key| (key.customer.uuid(), (key.filter.clone(), key.window.clone())));
        for ((filter, window), customers) in alike {
            let rows = store::of_customers(&mut db.conn().await?, &customers, &filter, &window).await?;
            let found = pages_of(&window, customers, rows, |row| Cursor::by_id(row.id.uuid()));
            pages.extend(found.into_iter().map(|(customer, page)| {
                let (customer, filter, window) = (customer.into(), filter.clone(), window.clone());
                (OrdersOf { customer, filter, window }, page)
            }));
        }
        Ok(pages)
    }
}

/// How many orders a customer has.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct CountOrdersOf {
    pub customer: AccountId,
    pub filter: Filter,
}

impl Key for CountOrdersOf {
    type Value = i64;

    async fn load(db: &Db, keys: &[Self]) -> Result<Found<Self>, Fault> {
        let mut counts = Found::<Self>::default();
        for (filter, customers) in alike(keys, |key| (key.customer.uuid(), key.filter.clone())) {
            let rows = store::count_of_customers(&mut db.conn().await?, &customers, &filter).await?;
            counts.extend(rows.into_iter().map(|(customer, count)| {
                (CountOrdersOf { customer: customer.into(), filter: filter.clone() }, count)
            }));
        }
        Ok(counts)
    }
}

/// What an account has sold.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct SalesOf {
    pub seller: AccountId,
    pub window: Window,
}

impl Key for SalesOf {
    type Value = Arc<Page<OrderLine>>;

    async fn load(db: &Db, keys: &[Self]) -> Result<Found<Self>, Fault> {
        let mut pages = Found::<Self>::default();
        for (window, sellers) in alike(keys, |key| (key.seller.uuid(), key.window.clone())) {
            let rows = store::sales_of(&mut db.conn().await?, &sellers, &window).await?;
            let found = pages_of(&window, sellers, rows, |row| Cursor::by_id(row.id.uuid()));
            pages.extend(
                found
                    .into_iter()
                    .map(|(seller, page)| (SalesOf { seller: seller.into(), window: window.clone() }, page)),
            );
        }
        Ok(pages)
    }
}

/// How many lines an account has sold.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct CountSalesOf(pub AccountId);

impl Key for CountSalesOf {
    type Value = i64;

    async fn load(db: &Db, keys: &[Self]) -> Result<Found<Self>, Fault> {
        let sellers: Vec<_> = keys.iter().map(|key| key.0.uuid()).collect();
        let rows = store::count_sales_of(&mut db.conn().await?, &sellers).await?;
        Ok(rows.into_iter().map(|(seller, count)| (CountSalesOf(seller.into()), count)).collect())
    }
}
