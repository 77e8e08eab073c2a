//! Orders. One takes all its lines out of stock in one transaction or changes nothing, and keeps name, price
//! and seller of every line as they were. Cancelling gives the stock back exactly once. Every change of status
//! is written to the order's history.

mod change_status;
mod events;
mod feed;
mod graphql;
mod list;
mod loaders;
mod place;
mod policy;
mod status;
mod store;

use chrono::{DateTime, Utc};
use diesel::{Queryable, QueryableByName, Selectable};

pub use change_status::change_status;
pub use graphql::{OrderFeed, OrderMutation, OrderQuery, UserCheckout};
pub use place::place;
pub use policy::{visible_lines, visible_orders};
pub use status::OrderStatus;

use crate::{
    db::schema::{order_history, order_lines, orders},
    graphql::entity,
    kernel::{AccountId, Moment, OrderId, OrderLineId, ProductId},
};

/// An order.
#[derive(Queryable, QueryableByName, Selectable, Clone, Debug)]
#[diesel(table_name = orders, check_for_backend(diesel::pg::Pg))]
pub struct Order {
    /// Its id.
    pub id: OrderId,
    /// Its number, for people.
    pub number: i32,
    /// Who ordered.
    pub customer_id: AccountId,
    /// How far it has come.
    pub status: OrderStatus,
    /// In minor units of the store's currency.
    pub total: i64,
    /// When it was placed.
    pub created_at: Moment,
    /// When it was last changed.
    pub updated_at: Moment,
    /// Orders are not deleted.
    pub deleted_at: Option<Moment>,
    /// Grows by one at every change.
    pub version: i32,
}

entity!(Order);

/// A line of an order.
#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = order_lines, check_for_backend(diesel::pg::Pg))]
pub struct OrderLine {
    /// Its id.
    pub id: OrderLineId,
    /// The order.
    pub order_id: OrderId,
    /// What was ordered.
    pub product_id: ProductId,
    /// Who sold it.
    pub seller_id: AccountId,
    /// The product's name then.
    pub product_name: String,
    /// Its price then, in minor units.
    pub unit_price: i64,
    /// How many.
    pub quantity: i32,
}

/// A change of an order's status.
#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = order_history, check_for_backend(diesel::pg::Pg))]
pub struct OrderEvent {
    /// The order.
    pub order_id: OrderId,
    /// When.
    pub at: DateTime<Utc>,
    /// The status before; none when it was placed.
    pub from_status: Option<OrderStatus>,
    /// The status after.
    pub to_status: OrderStatus,
    /// Who changed it; nobody if it was the store itself.
    pub by_id: Option<AccountId>,
}
