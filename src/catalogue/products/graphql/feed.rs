//! Products as they change.

use std::sync::Arc;

use async_graphql::{Context, Result, Subscription};
use futures_util::Stream;

use crate::{
    catalogue::products::Product,
    events::{EventType, Scope, watch},
    kernel::{EventId, ProductId},
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
        #[graphql(desc = "Also what was missed behind the event with this id, before what is new.")]
        after: Option<EventId>,
    ) -> Result<impl Stream<Item = Result<Arc<Product>>>> {
        let types = [EventType::ProductChanged, EventType::StockChanged];
        Ok(watch(ctx, Scope::One(id.uuid()), &types, after).await?)
    }
}
