//! Orders, their lines and their history.

use std::sync::Arc;

use async_graphql::{Context, Result};

use crate::{
    accounts::AccountById,
    catalogue::ProductById,
    checkout::orders::{
        Order, OrderEvent, OrderLine, OrderStatus,
        loaders::{HistoryOfOrder, LinesOfOrder, OrderById},
        policy,
    },
    graphql::{Ask as _, DateTime, Entity as _, Load, LoadThere, Money, Stored, enums, object},
    kernel::{Denial, Fault, OrderLineId, Status as _},
};

enums!(OrderStatus);

/// What a customer has ordered. Its lines never change.
#[object(name = "Order")]
impl Order {
    #[graphql(flatten)]
    fn entity(&self) -> Stored {
        self.stored()
    }

    /// A short number, for people.
    fn number(&self) -> i32 {
        self.number
    }

    /// How far it has come.
    fn status(&self) -> OrderStatus {
        self.status
    }

    /// What the status may become next.
    fn next_statuses(&self) -> Vec<OrderStatus> {
        self.status.next()
    }

    /// Who ordered.
    fn customer(&self) -> LoadThere<AccountById> {
        LoadThere(AccountById(self.customer_id))
    }

    /// What was ordered.
    #[by_id(LinesOfOrder)]
    fn lines(&self) -> LoadThere<LinesOfOrder> {
        LoadThere(LinesOfOrder(self.id))
    }

    /// What all lines cost together.
    fn total(&self, ctx: &Context<'_>) -> Money {
        Money::new(ctx.db().shop(), self.total)
    }

    /// Every change of its status, oldest first.
    #[by_id(HistoryOfOrder)]
    fn history(&self) -> LoadThere<HistoryOfOrder> {
        LoadThere(HistoryOfOrder(self.id))
    }
}

/// One product of an order, with its name and price as they were when it was ordered.
#[object(name = "OrderLine")]
impl OrderLine {
    /// Unique over all types.
    #[graphql(name = "id")]
    fn line_id(&self) -> OrderLineId {
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
        Ok(ctx.load_there(OrderById(self.order_id)).await?.created_at.into())
    }

    /// The product as it is now, even if it is no longer for sale.
    fn product(&self) -> LoadThere<ProductById> {
        LoadThere(ProductById(self.product_id))
    }

    /// The product's name when it was ordered.
    fn product_name(&self) -> &str {
        &self.product_name
    }

    /// What one cost when it was ordered.
    fn unit_price(&self, ctx: &Context<'_>) -> Money {
        Money::new(ctx.db().shop(), self.unit_price)
    }

    /// How many.
    fn quantity(&self) -> i32 {
        self.quantity
    }

    /// What the line cost.
    fn total(&self, ctx: &Context<'_>) -> Money {
        Money::new(ctx.db().shop(), self.unit_price * i64::from(self.quantity))
    }

    /// Who sold it.
    fn seller(&self) -> LoadThere<AccountById> {
        LoadThere(AccountById(self.seller_id))
    }
}

/// What `Node` asks of a line.
impl OrderLine {
    pub(crate) async fn id(&self, _: &Context<'_>) -> Result<async_graphql::ID> {
        Ok(self.id.to_string().into())
    }
}

/// A change of an order's status.
#[object(name = "OrderEvent")]
impl OrderEvent {
    /// When.
    fn at(&self) -> DateTime {
        DateTime(self.at)
    }

    /// The status before; null when the order was placed.
    fn from(&self) -> Option<OrderStatus> {
        self.from_status
    }

    /// The status after.
    fn to(&self) -> OrderStatus {
        self.to_status
    }

    /// Who changed it; null if it was the store itself.
    fn by(&self) -> Option<Load<AccountById>> {
        self.by_id.map(|by| Load(AccountById(by)))
    }
}
