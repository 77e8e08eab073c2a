//! Batched reads of invoices.

use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;

use super::{Invoice, InvoiceLine, list::Filter, store};
use crate::{
    graphql::{LoadError, Loaders, load_error},
    kernel::{AccountId, Cursor, InvoiceId, Page, Window},
};

/// An invoice by its id, whoever asks.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct InvoiceById(pub InvoiceId);

impl Loader<InvoiceById> for Loaders {
    type Value = Arc<Invoice>;
    type Error = LoadError;

    async fn load(&self, keys: &[InvoiceById]) -> Result<HashMap<InvoiceById, Self::Value>, LoadError> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = store::by_ids(&mut *self.conn().await?, &ids).await.map_err(load_error)?;
        Ok(rows.into_iter().map(|row| (InvoiceById(row.id), Arc::new(row))).collect())
    }
}

/// The lines of an invoice, oldest first.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct LinesOfInvoice(pub InvoiceId);

impl Loader<LinesOfInvoice> for Loaders {
    type Value = Arc<Vec<InvoiceLine>>;
    type Error = LoadError;

    async fn load(&self, keys: &[LinesOfInvoice]) -> Result<HashMap<LinesOfInvoice, Self::Value>, LoadError> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = store::lines_of(&mut *self.conn().await?, &ids).await.map_err(load_error)?;
        Ok(Self::group(keys, rows.into_iter().map(|line| (LinesOfInvoice(line.invoice_id), line))))
    }
}

/// What a user is to pay and has paid.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct InvoicesOf {
    pub user: AccountId,
    pub filter: Filter,
    pub window: Window,
}

impl Loader<InvoicesOf> for Loaders {
    type Value = Arc<Page<Invoice>>;
    type Error = LoadError;

    async fn load(&self, keys: &[InvoicesOf]) -> Result<HashMap<InvoicesOf, Self::Value>, LoadError> {
        let mut pages = HashMap::new();
        let alike = Self::alike(keys, |key| (key.user.uuid(), (key.filter.clone(), key.window.clone())));
        for ((filter, window), users) in alike {
            let rows = store::of_users(&mut *self.conn().await?, &users, &filter, &window)
                .await
                .map_err(load_error)?;
            let found = Self::pages(&window, users, rows, |row| Cursor::by_id(row.id.uuid()));
            pages.extend(found.into_iter().map(|(user, page)| {
                let (user, filter, window) = (user.into(), filter.clone(), window.clone());
                (InvoicesOf { user, filter, window }, page)
            }));
        }
        Ok(pages)
    }
}

/// How many invoices a user has.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct CountInvoicesOf {
    pub user: AccountId,
    pub filter: Filter,
}

impl Loader<CountInvoicesOf> for Loaders {
    type Value = i64;
    type Error = LoadError;

    async fn load(&self, keys: &[CountInvoicesOf]) -> Result<HashMap<CountInvoicesOf, i64>, LoadError> {
        let mut counts = HashMap::new();
        for (filter, users) in Self::alike(keys, |key| (key.user.uuid(), key.filter.clone())) {
            let rows =
                store::count_of_users(&mut *self.conn().await?, &users, &filter).await.map_err(load_error)?;
            counts.extend(
                rows.into_iter().map(|(user, count)| {
                    (CountInvoicesOf { user: user.into(), filter: filter.clone() }, count)
                }),
            );
        }
        Ok(counts)
    }
}
