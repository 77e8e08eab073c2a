//! Batched reads of invoices.

use std::sync::Arc;

use super::{Invoice, InvoiceLine, list::Filter, store};
use crate::{
    db::Db,
    graphql::{Found, Key, alike, group_sorted, pages_of},
    kernel::{AccountId, Cursor, Fault, InvoiceId, Page, Window},
};

/// An invoice by its id, whoever asks.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct InvoiceById(pub InvoiceId);

impl Key for InvoiceById {
    type Value = Arc<Invoice>;

    async fn load(db: &Db, keys: &[Self]) -> Result<Found<Self>, Fault> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = store::by_ids(&mut db.conn().await?, &ids).await?;
        Ok(rows.into_iter().map(|row| (InvoiceById(row.id), Arc::new(row))).collect())
    }
}

/// The lines of an invoice, oldest first.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct LinesOfInvoice(pub InvoiceId);

impl Key for LinesOfInvoice {
    type Value = Arc<Vec<InvoiceLine>>;

    async fn load(db: &Db, keys: &[Self]) -> Result<Found<Self>, Fault> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = store::lines_of(&mut db.conn().await?, &ids).await?;
        let rows = rows.into_iter().map(|line| (LinesOfInvoice(line.invoice_id), line));
        Ok(group_sorted(keys, rows, |line| &line.id))
    }
}

/// What a user is to pay and has paid.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct InvoicesOf {
    pub user: AccountId,
    pub filter: Filter,
    pub window: Window,
}

impl Key for InvoicesOf {
    type Value = Arc<Page<Invoice>>;

    async fn load(db: &Db, keys: &[Self]) -> Result<Found<Self>, Fault> {
        let mut pages = Found::<Self>::default();
        let alike = alike(keys, |key| (key.user.uuid(), (key.filter.clone(), key.window.clone())));
        for ((filter, window), users) in alike {
            let rows = store::of_users(&mut db.conn().await?, &users, &filter, &window).await?;
            let found = pages_of(&window, users, rows, |row| Cursor::by_id(row.id.uuid()));
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

impl Key for CountInvoicesOf {
    type Value = i64;

    async fn load(db: &Db, keys: &[Self]) -> Result<Found<Self>, Fault> {
        let mut counts = Found::<Self>::default();
        for (filter, users) in alike(keys, |key| (key.user.uuid(), key.filter.clone())) {
            let rows = store::count_of_users(&mut db.conn().await?, &users, &filter).await?;
            counts.extend(
                rows.into_iter().map(|(user, count)| {
                    (CountInvoicesOf { user: user.into(), filter: filter.clone() }, count)
                }),
            );
        }
        Ok(counts)
    }
}
