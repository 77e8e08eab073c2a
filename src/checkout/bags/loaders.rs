//! Batched reads of bags.

use std::sync::Arc;

use super::{Bag, BagItem, store};
use crate::{
    db::Db,
    graphql::{Found, Key, group},
    kernel::{AccountId, BagId, Fault},
};

/// The open bag of an account.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct OpenBagOf(pub AccountId);

impl Key for OpenBagOf {
    type Value = Arc<Bag>;

    async fn load(db: &Db, keys: &[Self]) -> Result<Found<Self>, Fault> {
        let accounts: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = store::open_of(&mut db.conn().await?, &accounts).await?;
        Ok(rows.into_iter().map(|bag| (OpenBagOf(bag.account_id), Arc::new(bag))).collect())
    }
}

/// What is in a bag, in the order in which it was put in.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ItemsOfBag(pub BagId);

impl Key for ItemsOfBag {
    type Value = Arc<Vec<BagItem>>;

    async fn load(db: &Db, keys: &[Self]) -> Result<Found<Self>, Fault> {
        let bags: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = store::items_of(&mut db.conn().await?, &bags).await?;
        Ok(group(keys, rows.into_iter().map(|(bag, item)| (ItemsOfBag(bag), item))))
    }
}
