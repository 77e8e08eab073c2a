//! Products as they change.

use std::sync::Arc;

use async_graphql::{Context, Result, Subscription};
use futures_util::Stream;

use crate::{
    catalogue::products::{Product, ProductFeeds},
    graphql::Ask as _,
    kernel::ProductId,
};

/// What can be heard of products.
#[derive(Default)]
pub struct ProductFeed;

#[Subscription]
impl ProductFeed {
    /// A product each time that its stock, price, status, text or tags have changed. Changes that follow each other
    /// quickly may come as one. It completes when the viewer may no longer see the product.
    async fn product_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The product's id.")] id: ProductId,
    ) -> Result<impl Stream<Item = Arc<Product>>> {
        let feeds = ctx.data_unchecked::<ProductFeeds>();
        Ok(feeds.changes(ctx.db(), ctx.viewer().cloned(), id).await?)
    }
}
