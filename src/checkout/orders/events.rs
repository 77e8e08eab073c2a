//! What is told of orders.

use serde_json::{Value, json};

use super::{
    Order, OrderStatus,
    store::{self, NewLine, NewOrder},
};
use crate::{
    events::{EventType, NewEvent, money},
    kernel::{Currency, Named as _},
};

pub fn placed(currency: Currency, order: &NewOrder, lines: &[NewLine<'_>]) -> NewEvent {
    let line = |line: &NewLine<'_>| {
        json!({
            "id": line.id.to_string(),
            "productId": line.product_id.to_string(),
            "sellerId": line.seller_id.to_string(),
            "productName": line.product_name,
            "unitPrice": money(currency, line.unit_price),
            "quantity": line.quantity,
        })
    };
    let lines: Vec<Value> = lines.iter().map(line).collect();
    let payload = json!({
        "v": 1,
        "customerId": order.customer_id.to_string(),
        "status": order.status.name(),
        "total": money(currency, order.total),
        "lines": lines,
    });
    NewEvent::new(EventType::OrderPlaced, order.id, 1, payload).knowing(store::NUMBER)
}

pub fn changed(order: &Order, from: OrderStatus) -> NewEvent {
    let payload = json!({
        "v": 1,
        "number": order.number,
        "customerId": order.customer_id.to_string(),
        "from": from.name(),
        "status": order.status.name(),
    });
    NewEvent::new(EventType::OrderChanged, order.id, order.version, payload)
}
