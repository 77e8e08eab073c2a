//! Batched reads of orders.

use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;

use super::{Order, OrderEvent, OrderLine, list::Filter, store};
use crate::{
    graphql::{LoadError, Loaders, load_error},
    kernel::{AccountId, Cursor, OrderId, Page, Window},
};

/// An order by its id, whoever asks.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct OrderById(pub OrderId);

impl Loader<OrderById> for Loaders {
    type Value = Arc<Order>;
    type Error = LoadError;

    async fn load(&self, keys: &[OrderById]) -> Result<HashMap<OrderById, Self::Value>, LoadError> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = store::by_ids(&mut *self.conn().await?, &ids).await.map_err(load_error)?;
        Ok(rows.into_iter().map(|row| (OrderById(row.id), Arc::new(row))).collect())
    }
}

/// The lines of an order.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct LinesOfOrder(pub OrderId);

impl Loader<LinesOfOrder> for Loaders {
    type Value = Arc<Vec<OrderLine>>;
    type Error = LoadError;

    async fn load(&self, keys: &[LinesOfOrder]) -> Result<HashMap<LinesOfOrder, Self::Value>, LoadError> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = store::lines_of(&mut *self.conn().await?, &ids).await.map_err(load_error)?;
        Ok(Self::group(keys, rows.into_iter().map(|line| (LinesOfOrder(line.order_id), line))))
    }
}

/// The history of an order, oldest first.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct HistoryOfOrder(pub OrderId);

impl Loader<HistoryOfOrder> for Loaders {
    type Value = Arc<Vec<OrderEvent>>;
    type Error = LoadError;

    async fn load(&self, keys: &[HistoryOfOrder]) -> Result<HashMap<HistoryOfOrder, Self::Value>, LoadError> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = store::history_of(&mut *self.conn().await?, &ids).await.map_err(load_error)?;
        Ok(Self::group(keys, rows.into_iter().map(|event| (HistoryOfOrder(event.order_id), event))))
    }
}

/// What a customer has ordered.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct OrdersOf {
    pub customer: AccountId,
    pub filter: Filter,
    pub window: Window,
}

impl Loader<OrdersOf> for Loaders {
    type Value = Arc<Page<Order>>;
    type Error = LoadError;

    async fn load(&self, keys: &[OrdersOf]) -> Result<HashMap<OrdersOf, Self::Value>, LoadError> {
        let mut pages = HashMap::new();
        let alike = Self::alike(keys, |key| (key.customer.uuid(), (key.filter.clone(), key.window.clone())));
        for ((filter, window), customers) in alike {
            let rows = store::of_customers(&mut *self.conn().await?, &customers, &filter, &window)
                .await
                .map_err(load_error)?;
            let found = Self::pages(&window, customers, rows, |row| Cursor::by_id(row.id.uuid()));
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

impl Loader<CountOrdersOf> for Loaders {
    type Value = i64;
    type Error = LoadError;

    async fn load(&self, keys: &[CountOrdersOf]) -> Result<HashMap<CountOrdersOf, i64>, LoadError> {
        let mut counts = HashMap::new();
        for (filter, customers) in Self::alike(keys, |key| (key.customer.uuid(), key.filter.clone())) {
            let rows = store::count_of_customers(&mut *self.conn().await?, &customers, &filter)
                .await
                .map_err(load_error)?;
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

impl Loader<SalesOf> for Loaders {
    type Value = Arc<Page<OrderLine>>;
    type Error = LoadError;

    async fn load(&self, keys: &[SalesOf]) -> Result<HashMap<SalesOf, Self::Value>, LoadError> {
        let mut pages = HashMap::new();
        for (window, sellers) in Self::alike(keys, |key| (key.seller.uuid(), key.window.clone())) {
            let rows =
                store::sales_of(&mut *self.conn().await?, &sellers, &window).await.map_err(load_error)?;
            let found = Self::pages(&window, sellers, rows, |row| Cursor::by_id(row.id.uuid()));
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

impl Loader<CountSalesOf> for Loaders {
    type Value = i64;
    type Error = LoadError;

    async fn load(&self, keys: &[CountSalesOf]) -> Result<HashMap<CountSalesOf, i64>, LoadError> {
        let sellers: Vec<_> = keys.iter().map(|key| key.0.uuid()).collect();
        let rows = store::count_sales_of(&mut *self.conn().await?, &sellers).await.map_err(load_error)?;
        Ok(rows.into_iter().map(|(seller, count)| (CountSalesOf(seller.into()), count)).collect())
    }
}
