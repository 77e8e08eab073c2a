//! Batched reads of bags.

use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;

use super::{Bag, BagItem, store};
use crate::{
    graphql::{LoadError, Loaders, load_error},
    kernel::{AccountId, BagId},
};

/// The open bag of an account.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct OpenBagOf(pub AccountId);

impl Loader<OpenBagOf> for Loaders {
    type Value = Arc<Bag>;
    type Error = LoadError;

    async fn load(&self, keys: &[OpenBagOf]) -> Result<HashMap<OpenBagOf, Self::Value>, LoadError> {
        let accounts: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = store::open_of(&mut *self.conn().await?, &accounts).await.map_err(load_error)?;
        Ok(rows.into_iter().map(|bag| (OpenBagOf(bag.account_id), Arc::new(bag))).collect())
    }
}

/// What is in a bag, in the order in which it was put in.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ItemsOfBag(pub BagId);

impl Loader<ItemsOfBag> for Loaders {
    type Value = Arc<Vec<BagItem>>;
    type Error = LoadError;

    async fn load(&self, keys: &[ItemsOfBag]) -> Result<HashMap<ItemsOfBag, Self::Value>, LoadError> {
        let bags: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = store::items_of(&mut *self.conn().await?, &bags).await.map_err(load_error)?;
        Ok(Self::group(keys, rows.into_iter().map(|(bag, item)| (ItemsOfBag(bag), item))))
    }
}
