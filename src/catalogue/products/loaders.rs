//! Batched reads of products.

use std::sync::Arc;

use super::{Product, store};
use crate::{
    db::Db,
    graphql::{Found, Key, alike, pages_of},
    kernel::{AccountId, Cursor, Fault, Page, ProductId, TagId, Window},
};

/// A product by its id, whatever its status: what refers to a product may show it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ProductById(pub ProductId);

impl Key for ProductById {
    type Value = Arc<Product>;

    async fn load(db: &Db, keys: &[Self]) -> Result<Found<Self>, Fault> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = store::by_ids(&mut db.conn().await?, &ids).await?;
        Ok(rows.into_iter().map(|row| (ProductById(row.id), Arc::new(row))).collect())
    }
}

/// What an account sells; `all` also shows what is not listed.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct ProductsOfOwner {
    pub owner: AccountId,
    pub all: bool,
    pub window: Window,
}

impl Key for ProductsOfOwner {
    type Value = Arc<Page<Product>>;

    async fn load(db: &Db, keys: &[Self]) -> Result<Found<Self>, Fault> {
        let mut pages = Found::<Self>::default();
        let alike = alike(keys, |key| (key.owner.uuid(), (key.window.clone(), key.all)));
        for ((window, all), owners) in alike {
            let rows = store::of_owners(&mut db.conn().await?, &owners, &window, all).await?;
            let found = pages_of(&window, owners, rows, |row| Cursor::by_id(row.id.uuid()));
            pages.extend(found.into_iter().map(|(owner, page)| {
                (ProductsOfOwner { owner: owner.into(), all, window: window.clone() }, page)
            }));
        }
        Ok(pages)
    }
}

/// How many products an account sells.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct CountOfOwner {
    pub owner: AccountId,
    pub all: bool,
}

impl Key for CountOfOwner {
    type Value = i64;

    async fn load(db: &Db, keys: &[Self]) -> Result<Found<Self>, Fault> {
        let mut counts = Found::<Self>::default();
        for (all, owners) in alike(keys, |key| (key.owner.uuid(), key.all)) {
            let rows = store::count_of_owners(&mut db.conn().await?, &owners, all).await?;
            counts.extend(
                rows.into_iter().map(|(owner, count)| (CountOfOwner { owner: owner.into(), all }, count)),
            );
        }
        Ok(counts)
    }
}

/// What is listed under a tag.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct ProductsOfTag {
    pub tag: TagId,
    pub window: Window,
}

impl Key for ProductsOfTag {
    type Value = Arc<Page<Product>>;

    async fn load(db: &Db, keys: &[Self]) -> Result<Found<Self>, Fault> {
        let mut pages = Found::<Self>::default();
        for (window, tags) in alike(keys, |key| (key.tag.uuid(), key.window.clone())) {
            let rows = store::of_tags(&mut db.conn().await?, &tags, &window).await?;
            let found = pages_of(&window, tags, rows, |row| Cursor::by_id(row.id.uuid()));
            pages.extend(
                found
                    .into_iter()
                    .map(|(tag, page)| (ProductsOfTag { tag: tag.into(), window: window.clone() }, page)),
            );
        }
        Ok(pages)
    }
}

/// How many products are listed under a tag.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct CountOfTag(pub TagId);

impl Key for CountOfTag {
    type Value = i64;

    async fn load(db: &Db, keys: &[Self]) -> Result<Found<Self>, Fault> {
        let tags: Vec<_> = keys.iter().map(|key| key.0.uuid()).collect();
        let rows = store::count_of_tags(&mut db.conn().await?, &tags).await?;
        Ok(rows.into_iter().map(|(tag, count)| (CountOfTag(tag.into()), count)).collect())
    }
}
