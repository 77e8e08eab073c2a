//! Batched reads of products.

use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;

use super::{Product, store};
use crate::{
    graphql::{LoadError, Loaders, load_error},
    kernel::{AccountId, Cursor, Page, ProductId, TagId, Window},
};

/// A product by its id, whatever its status: what refers to a product may show it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ProductById(pub ProductId);

impl Loader<ProductById> for Loaders {
    type Value = Arc<Product>;
    type Error = LoadError;

    async fn load(&self, keys: &[ProductById]) -> Result<HashMap<ProductById, Self::Value>, LoadError> {
        let ids: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = store::by_ids(&mut *self.conn().await?, &ids).await.map_err(load_error)?;
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

impl Loader<ProductsOfOwner> for Loaders {
    type Value = Arc<Page<Product>>;
    type Error = LoadError;

    async fn load(
        &self,
        keys: &[ProductsOfOwner],
    ) -> Result<HashMap<ProductsOfOwner, Self::Value>, LoadError> {
        let mut pages = HashMap::new();
        let alike = Self::alike(keys, |key| (key.owner.uuid(), (key.window.clone(), key.all)));
        for ((window, all), owners) in alike {
            let rows = store::of_owners(&mut *self.conn().await?, &owners, &window, all)
                .await
                .map_err(load_error)?;
            let found = Self::pages(&window, owners, rows, |row| Cursor::by_id(row.id.uuid()));
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

impl Loader<CountOfOwner> for Loaders {
    type Value = i64;
    type Error = LoadError;

    async fn load(&self, keys: &[CountOfOwner]) -> Result<HashMap<CountOfOwner, i64>, LoadError> {
        let mut counts = HashMap::new();
        for (all, owners) in Self::alike(keys, |key| (key.owner.uuid(), key.all)) {
            let rows =
                store::count_of_owners(&mut *self.conn().await?, &owners, all).await.map_err(load_error)?;
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

impl Loader<ProductsOfTag> for Loaders {
    type Value = Arc<Page<Product>>;
    type Error = LoadError;

    async fn load(&self, keys: &[ProductsOfTag]) -> Result<HashMap<ProductsOfTag, Self::Value>, LoadError> {
        let mut pages = HashMap::new();
        for (window, tags) in Self::alike(keys, |key| (key.tag.uuid(), key.window.clone())) {
            let rows = store::of_tags(&mut *self.conn().await?, &tags, &window).await.map_err(load_error)?;
            let found = Self::pages(&window, tags, rows, |row| Cursor::by_id(row.id.uuid()));
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

impl Loader<CountOfTag> for Loaders {
    type Value = i64;
    type Error = LoadError;

    async fn load(&self, keys: &[CountOfTag]) -> Result<HashMap<CountOfTag, i64>, LoadError> {
        let tags: Vec<_> = keys.iter().map(|key| key.0.uuid()).collect();
        let rows = store::count_of_tags(&mut *self.conn().await?, &tags).await.map_err(load_error)?;
        Ok(rows.into_iter().map(|(tag, count)| (CountOfTag(tag.into()), count)).collect())
    }
}
