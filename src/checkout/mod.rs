//! Buying: a bag to gather things in, and orders that take them out of stock, all or nothing.

mod bags;
mod orders;

use async_graphql::{MergedObject, MergedSubscription};

pub use bags::{Bag, BagStatus, abandon_idle, visible_bags};
pub use orders::{
    Order, OrderLine, OrderStatus, UserCheckout, change_status, place, visible_lines, visible_orders,
};

/// What can be read of orders.
#[derive(MergedObject, Default)]
pub struct CheckoutQuery(orders::OrderQuery);

/// What can be bought.
#[derive(MergedObject, Default)]
pub struct CheckoutMutation(bags::BagMutation, orders::OrderMutation);

/// What can be heard of orders.
#[derive(MergedSubscription, Default)]
pub struct CheckoutFeed(orders::OrderFeed);
