//! Orders as they are placed and change.

use std::sync::Arc;

use async_graphql::{Context, Result, Subscription};
use futures_util::Stream;

use crate::{
    checkout::orders::Order,
    events::{EventType, Scope, watch},
    graphql::{Ask as _, Needs, auth},
    kernel::{EventId, OrderId},
};

/// What can be heard of orders.
#[derive(Default)]
pub struct OrderFeed;

#[Subscription]
impl OrderFeed {
    /// An order each time that its status has changed: one order, or all of the viewer's, or everyone's for staff.
    /// Changes of an order that follow each other quickly may come as one.
    #[graphql(guard = "Needs::SELF_OR_STAFF.any()", directive = auth::apply(Needs::SELF_OR_STAFF.into()))]
    async fn order_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The order's id. Without it, all of the viewer's; everyone's for staff.")]
        id: Option<OrderId>,
        #[graphql(desc = "Also what was missed behind the event with this id, before what is new.")]
        after: Option<EventId>,
    ) -> Result<impl Stream<Item = Result<Arc<Order>>>> {
        let scope = Scope::of(id.map(OrderId::uuid), ctx.caller()?);
        Ok(watch(ctx, scope, &[EventType::OrderChanged], after).await?)
    }

    /// Each order that is placed, whoever places it.
    #[graphql(guard = "Needs::STAFF.any()", directive = auth::apply(Needs::STAFF.into()))]
    async fn order_placed(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Also what was missed behind the event with this id, before what is new.")]
        after: Option<EventId>,
    ) -> Result<impl Stream<Item = Result<Arc<Order>>>> {
        Ok(watch(ctx, Scope::All, &[EventType::OrderPlaced], after).await?)
    }
}
