//! Orders as clients see them.

use std::sync::Arc;

use async_graphql::{Context, InputObject, Object, Result, SimpleObject};

use super::{
    Order, OrderEvent, OrderLine, OrderStatus, change_status,
    list::Filter,
    loaders::{CountOrdersOf, CountSalesOf, HistoryOfOrder, LinesOfOrder, OrderById, OrdersOf, SalesOf},
    place::{checkout, place},
    policy, store,
};
use crate::{
    accounts::{Account, AccountById},
    catalogue::{Product, ProductById},
    checkout::bags::{Bag, OpenBagOf},
    graphql::{
        Ask as _, Connection, DateTime, Entity as _, Loaded, Money, Needs, Stored, UserError, auth, settle,
    },
    kernel::{AccountId, Denial, Fault, OrderId, OrderLineId, Page, PageArgs, ProductId, Status as _},
};

/// What a customer has ordered. Its lines never change.
#[Object(name = "Order")]
impl Order {
    #[graphql(flatten)]
    async fn entity(&self) -> Stored {
        self.stored()
    }

    /// A short number, for people.
    async fn number(&self) -> i32 {
        self.number
    }

    /// How far it has come.
    async fn status(&self) -> OrderStatus {
        self.status
    }

    /// What the status may become next.
    async fn next_statuses(&self) -> Vec<OrderStatus> {
        self.status.next()
    }

    /// Who ordered.
    async fn customer(&self, ctx: &Context<'_>) -> Result<Arc<Account>> {
        ctx.load_there(AccountById(self.customer_id)).await
    }

    /// What was ordered.
    async fn lines(&self, ctx: &Context<'_>) -> Result<Arc<Vec<OrderLine>>> {
        ctx.load_there(LinesOfOrder(self.id)).await
    }

    /// What all lines cost together.
    async fn total(&self, ctx: &Context<'_>) -> Money {
        Money::new(ctx.db().shop(), self.total)
    }

    /// Every change of its status, oldest first.
    async fn history(&self, ctx: &Context<'_>) -> Result<Arc<Vec<OrderEvent>>> {
        ctx.load_there(HistoryOfOrder(self.id)).await
    }
}

/// One product of an order, with its name and price as they were when it was ordered.
#[Object(name = "OrderLine")]
impl OrderLine {
    /// Unique over all types.
    #[graphql(name = "id")]
    async fn line_id(&self) -> OrderLineId {
        self.id
    }

    /// The order. For its customer and staff; sellers have `orderNumber`, `orderStatus` and `orderedAt`.
    async fn order(&self, ctx: &Context<'_>) -> Result<Arc<Order>> {
        let order = ctx.load_there(OrderById(self.order_id)).await?;
        if policy::may_see(ctx.viewer(), &order) {
            Ok(order)
        } else {
            Err(Fault::from(Denial::Forbidden).into())
        }
    }

    /// The order's number, for people.
    async fn order_number(&self, ctx: &Context<'_>) -> Result<i32> {
        Ok(ctx.load_there(OrderById(self.order_id)).await?.number)
    }

    /// How far the order has come.
    async fn order_status(&self, ctx: &Context<'_>) -> Result<OrderStatus> {
        Ok(ctx.load_there(OrderById(self.order_id)).await?.status)
    }

    /// When it was ordered.
    async fn ordered_at(&self, ctx: &Context<'_>) -> Result<DateTime> {
        Ok(DateTime(ctx.load_there(OrderById(self.order_id)).await?.created_at))
    }

    /// The product as it is now, even if it is no longer for sale.
    async fn product(&self, ctx: &Context<'_>) -> Result<Arc<Product>> {
        ctx.load_there(ProductById(self.product_id)).await
    }

    /// The product's name when it was ordered.
    async fn product_name(&self) -> &str {
        &self.product_name
    }

    /// What one cost when it was ordered.
    async fn unit_price(&self, ctx: &Context<'_>) -> Money {
        Money::new(ctx.db().shop(), self.unit_price)
    }

    /// How many.
    async fn quantity(&self) -> i32 {
        self.quantity
    }

    /// What the line cost.
    async fn total(&self, ctx: &Context<'_>) -> Money {
        Money::new(ctx.db().shop(), self.unit_price * i64::from(self.quantity))
    }

    /// Who sold it.
    async fn seller(&self, ctx: &Context<'_>) -> Result<Arc<Account>> {
        ctx.load_there(AccountById(self.seller_id)).await
    }
}

/// What `Node` asks of a line.
impl OrderLine {
    pub(crate) async fn id(&self, _: &Context<'_>) -> Result<async_graphql::ID> {
        Ok(self.id.to_string().into())
    }
}

/// A change of an order's status.
#[Object(name = "OrderEvent")]
impl OrderEvent {
    /// When.
    async fn at(&self) -> DateTime {
        DateTime(self.at)
    }

    /// The status before; null when the order was placed.
    async fn from(&self) -> Option<OrderStatus> {
        self.from_status
    }

    /// The status after.
    async fn to(&self) -> OrderStatus {
        self.to_status
    }

    /// Who changed it; null if it was the store itself.
    async fn by(&self, ctx: &Context<'_>) -> Result<Option<Arc<Account>>> {
        match self.by_id {
            None => Ok(None),
            Some(by) => ctx.load(AccountById(by)).await,
        }
    }
}

/// Which orders to list. All conditions must hold.
#[derive(InputObject, Debug, Default)]
pub struct OrderFilter {
    /// In one of these statuses.
    statuses: Option<Vec<OrderStatus>>,
    /// Ordered by this account.
    customer_id: Option<AccountId>,
    /// Placed at this moment or later.
    placed_after: Option<DateTime>,
    /// Placed before this moment.
    placed_before: Option<DateTime>,
}

impl From<Option<OrderFilter>> for Filter {
    fn from(filter: Option<OrderFilter>) -> Self {
        let filter = filter.unwrap_or_default();
        Self {
            statuses: filter.statuses,
            customer: filter.customer_id,
            placed_after: filter.placed_after.map(|at| at.0),
            placed_before: filter.placed_before.map(|at| at.0),
        }
    }
}

/// What can be read of orders.
#[derive(Default)]
pub struct OrderQuery;

#[Object]
impl OrderQuery {
    /// One order, or null if there is none with this id for this viewer.
    #[graphql(guard = "Needs::SELF_OR_STAFF.any()", directive = auth::apply(Needs::SELF_OR_STAFF.into()))]
    async fn order(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The order's id.")] id: OrderId,
    ) -> Result<Option<Arc<Order>>> {
        let found = ctx.load(OrderById(id)).await?;
        Ok(found.filter(|order| policy::may_see(ctx.viewer(), order)))
    }

    /// Everyone's orders, newest first, in pages.
    #[graphql(guard = "Needs::STAFF.any()", directive = auth::apply(Needs::STAFF.into()))]
    async fn orders(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "So many from the start, or behind `after`. From 0 to 100; 20 if nothing is said.")]
        first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the end, or before `before`. From 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
        #[graphql(desc = "Which orders.")] filter: Option<OrderFilter>,
    ) -> Result<Option<Connection<Order>>> {
        let window = PageArgs { first, after, last, before, offset: None }.window("NEWEST")?;
        let filter = Filter::from(filter);
        let mut conn = ctx.db().conn().await?;
        let page = store::list(&mut conn, &filter, &window).await.map_err(Fault::from)?;
        Ok(Some(Connection::new(page, filter)))
    }
}

/// What an account buys and sells, as a part of it.
#[derive(Debug)]
pub struct UserCheckout {
    /// Whose.
    pub account: AccountId,
}

#[Object]
impl UserCheckout {
    /// The account's open bag, if it has one.
    #[graphql(guard = "Needs::ONESELF.of(self.account)", directive = auth::apply(Needs::ONESELF.into()))]
    async fn bag(&self, ctx: &Context<'_>) -> Result<Option<Arc<Bag>>> {
        ctx.load(OpenBagOf(self.account)).await
    }

    /// What the account has ordered, newest first, in pages.
    #[graphql(
        guard = "Needs::SELF_OR_STAFF.of(self.account)",
        directive = auth::apply(Needs::SELF_OR_STAFF.into())
    )]
    async fn orders(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "So many from the start, or behind `after`. From 0 to 100; 20 if nothing is said.")]
        first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the end, or before `before`. From 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
        #[graphql(desc = "Which orders.")] filter: Option<OrderFilter>,
    ) -> Result<Option<Connection<Order>>> {
        let window = PageArgs { first, after, last, before, offset: None }.window("NEWEST")?;
        let (customer, filter) = (self.account, Filter::from(filter));
        let page = ctx.load_there(OrdersOf { customer, filter: filter.clone(), window }).await?;
        Ok(Some(Connection::new(Page::clone(&page), Loaded(CountOrdersOf { customer, filter }))))
    }

    /// What others have ordered of the account's products, newest first, in pages.
    #[graphql(
        guard = "Needs::SELF_OR_STAFF.of(self.account)",
        directive = auth::apply(Needs::SELF_OR_STAFF.into())
    )]
    async fn sales(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "So many from the start, or behind `after`. From 0 to 100; 20 if nothing is said.")]
        first: Option<i32>,
        #[graphql(desc = "Behind this cursor.")] after: Option<String>,
        #[graphql(desc = "So many from the end, or before `before`. From 0 to 100.")] last: Option<i32>,
        #[graphql(desc = "Before this cursor.")] before: Option<String>,
    ) -> Result<Option<Connection<OrderLine>>> {
        let window = PageArgs { first, after, last, before, offset: None }.window("NEWEST")?;
        let page = ctx.load_there(SalesOf { seller: self.account, window }).await?;
        Ok(Some(Connection::new(Page::clone(&page), Loaded(CountSalesOf(self.account)))))
    }
}

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
