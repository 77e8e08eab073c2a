//! Ordering, and moving orders on.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};

use crate::{
    checkout::orders::{
        Order, OrderStatus, change_status,
        place::{checkout, place},
    },
    graphql::{Ask as _, Needs, UserError, auth, settle},
    kernel::{Fault, OrderId, ProductId},
};

/// How to check out.
#[derive(InputObject, Debug)]
pub struct CheckoutBagInput {
    /// 1 to 255 characters of your choice: sent again with the same key, the bag is ordered once, and the
    /// answer is the same order.
    idempotency_key: Option<String>,
}

/// So many of a product.
#[derive(InputObject, Debug)]
pub struct OrderItemInput {
    /// The product.
    product_id: ProductId,
    /// How many, from 1 to 10,000.
    quantity: i32,
}

/// What to order.
#[derive(InputObject, Debug)]
pub struct PlaceOrderInput {
    /// The products, at most 100; one that is named twice is added up.
    items: Vec<OrderItemInput>,
    /// 1 to 255 characters of your choice: sent again with the same key and the same items, it is ordered once,
    /// and the answer is the same order.
    idempotency_key: Option<String>,
}

/// An order's next status.
#[derive(InputObject, Debug)]
pub struct ChangeOrderStatusInput {
    /// The order.
    id: OrderId,
    /// What its status is to become; see `nextStatuses`.
    status: OrderStatus,
    /// Change nothing unless it has this version.
    expected_version: Option<i32>,
}

/// What came of ordering, or of moving an order on.
#[derive(SimpleObject)]
pub struct OrderPayload {
    /// The order as it is now; null if nothing was done.
    order: Option<Order>,
    /// What has to be mended first.
    user_errors: Vec<UserError>,
}

fn payload(outcome: Result<Order, Fault>) -> Result<Option<OrderPayload>> {
    let (order, user_errors) = settle(outcome)?;
    Ok(Some(OrderPayload { order, user_errors }))
}

/// What customers and staff can do with orders.
#[derive(Default)]
pub struct OrderMutation;

#[Object]
impl OrderMutation {
    /// Orders all that is in the viewer's open bag: everything, or nothing.
    #[graphql(guard = "Needs::CUSTOMER.any()", directive = auth::apply(Needs::CUSTOMER.into()))]
    async fn checkout_bag(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How to check out.")] input: CheckoutBagInput,
    ) -> Result<Option<OrderPayload>> {
        payload(checkout(ctx.db(), ctx.caller()?, input.idempotency_key).await)
    }

    /// Orders these products: all of them, or nothing.
    #[graphql(guard = "Needs::CUSTOMER.any()", directive = auth::apply(Needs::CUSTOMER.into()))]
    async fn place_order(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to order.")] input: PlaceOrderInput,
    ) -> Result<Option<OrderPayload>> {
        let items = input.items.into_iter().map(|item| (item.product_id, item.quantity)).collect();
        payload(place(ctx.db(), ctx.caller()?, items, input.idempotency_key).await)
    }

    /// Moves an order on. Its customer may cancel it before it is shipped; staff may make every move.
    #[graphql(guard = "Needs::SELF_OR_STAFF.any()", directive = auth::apply(Needs::SELF_OR_STAFF.into()))]
    async fn change_order_status(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The order and its next status.")] input: ChangeOrderStatusInput,
    ) -> Result<Option<OrderPayload>> {
        let (db, caller) = (ctx.db(), ctx.caller()?);
        let change = change_status::change_status(db, caller, input.id, input.status, input.expected_version);
        payload(change.await)
    }
}
