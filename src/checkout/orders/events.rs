//! What is told of orders.

use serde::Serialize;
use serde_json::json;

use super::{
    Order, OrderStatus,
    store::{self, NewLine, NewOrder},
};
use crate::{
    events::{Amount, EventType, NewEvent, money},
    kernel::{AccountId, Currency, Named as _, OrderLineId, ProductId},
};

/// An order as it is placed.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Placed<'a> {
    v: i32,
    customer_id: AccountId,
    status: &'static str,
    total: Amount,
    lines: Vec<PlacedLine<'a>>,
}

/// One of its lines.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PlacedLine<'a> {
    id: OrderLineId,
    product_id: ProductId,
    seller_id: AccountId,
    product_name: &'a str,
    unit_price: Amount,
    quantity: i32,
}

impl<'a> PlacedLine<'a> {
    fn of(line: &NewLine<'a>, currency: Currency) -> Self {
        Self {
            id: line.id,
            product_id: line.product_id,
            seller_id: line.seller_id,
            product_name: line.product_name,
            unit_price: money(currency, line.unit_price),
            quantity: line.quantity,
        }
    }
}

pub fn placed(currency: Currency, order: &NewOrder, lines: &[NewLine<'_>]) -> NewEvent {
    let payload = Placed {
        v: 1,
        customer_id: order.customer_id,
        status: order.status.name(),
        total: money(currency, order.total),
        lines: lines.iter().map(|line| PlacedLine::of(line, currency)).collect(),
    };
    NewEvent::new(EventType::OrderPlaced, order.id, 1, &payload).knowing(store::NUMBER)
}

pub fn changed(order: &Order, from: OrderStatus) -> NewEvent {
    let payload = json!({
        "v": 1,
        "number": order.number,
        "customerId": order.customer_id,
        "from": from.name(),
        "status": order.status.name(),
    });
    NewEvent::new(EventType::OrderChanged, order.id, order.version, &payload)
}
