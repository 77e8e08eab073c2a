//! Batched reads of tags.

use std::sync::Arc;

use super::{Tag, store};
use crate::{
    db::Db,
    graphql::{Found, Key, group_sorted},
    kernel::{Fault, ProductId},
};

/// The tags of a product, by name.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct TagsOfProduct(pub ProductId);

impl Key for TagsOfProduct {
    type Value = Arc<Vec<Tag>>;

    async fn load(db: &Db, keys: &[Self]) -> Result<Found<Self>, Fault> {
        let products: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = store::of_products(&mut db.conn().await?, &products).await?;
        let rows = rows.into_iter().map(|(product, tag)| (TagsOfProduct(product), tag));
        Ok(group_sorted(keys, rows, |tag| &tag.name_key))
    }
}
