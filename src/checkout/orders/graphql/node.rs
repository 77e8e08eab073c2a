//! Orders, their lines and their history.

use std::sync::Arc;

use async_graphql::{Context, Object, Result};

use crate::{
    accounts::{Account, AccountById},
    catalogue::{Product, ProductById},
    checkout::orders::{
        Order, OrderEvent, OrderLine, OrderStatus,
        loaders::{HistoryOfOrder, LinesOfOrder, OrderById},
        policy,
    },
    graphql::{Ask as _, DateTime, Entity as _, Money, Stored},
    kernel::{Denial, Fault, OrderLineId, Status as _},
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
