//! Finding orders.

use std::sync::Arc;

use async_graphql::{Context, InputObject, Object, Result};

use crate::{
    checkout::{
        bags::OpenBagOf,
        orders::{
            Order, OrderLine, OrderStatus,
            list::{Filter, list},
            loaders::{CountOrdersOf, CountSalesOf, OrderById, OrdersOf, SalesOf},
            policy,
        },
    },
    graphql::{Ask as _, Connection, DateTime, Load, Loaded, Needs, auth, object},
    kernel::{AccountId, OrderId, Page, PageArgs},
};

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
        let found = ctx.load_by_id(OrderById(id), id.uuid()).await?;
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
        let page = list(ctx.db(), &filter, &window).await?;
        Ok(Some(Connection::new(page, filter)))
    }
}

/// What an account buys and sells, as a part of it.
#[derive(Debug)]
pub struct UserCheckout {
    /// Whose.
    pub account: AccountId,
}

#[object]
impl UserCheckout {
    /// The account's open bag, if it has one.
    #[graphql(guard = "Needs::ONESELF.of(self.account)", directive = auth::apply(Needs::ONESELF.into()))]
    fn bag(&self) -> Load<OpenBagOf> {
        Load(OpenBagOf(self.account))
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
