//! Batched reads of tags.

use std::{collections::HashMap, sync::Arc};

use async_graphql::dataloader::Loader;

use super::{Tag, store};
use crate::{
    graphql::{LoadError, Loaders, load_error},
    kernel::ProductId,
};

/// The tags of a product, by name.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct TagsOfProduct(pub ProductId);

impl Loader<TagsOfProduct> for Loaders {
    type Value = Arc<Vec<Tag>>;
    type Error = LoadError;

    async fn load(&self, keys: &[TagsOfProduct]) -> Result<HashMap<TagsOfProduct, Self::Value>, LoadError> {
        let products: Vec<_> = keys.iter().map(|key| key.0).collect();
        let rows = store::of_products(&mut *self.conn().await?, &products).await.map_err(load_error)?;
        Ok(Self::group(keys, rows.into_iter().map(|(product, tag)| (TagsOfProduct(product), tag))))
    }
}
