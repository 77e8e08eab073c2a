//! What is told of products.

use serde::Serialize;
use serde_json::json;

use super::{Offer, Product, store};
use crate::{
    db::Conn,
    events::{EventType, NewEvent, money},
    kernel::{Currency, Fault, Named as _, OrderId, ProductId},
};

/// Another number in stock.
#[derive(diesel::QueryableByName, Clone, Copy, Debug)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct StockChange {
    /// Of which product.
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    pub id: ProductId,
    /// The product's version after it.
    #[diesel(sql_type = diesel::sql_types::Integer)]
    pub version: i32,
    /// How many there are after it.
    #[diesel(sql_type = diesel::sql_types::Integer)]
    pub stock: i32,
    /// How many more; fewer if it is negative.
    #[diesel(sql_type = diesel::sql_types::Integer)]
    pub change: i32,
}

impl StockChange {
    /// What becomes of a product, as it is now, when so many of it are sold.
    #[must_use]
    pub fn of_sale(product: &Offer, quantity: i32) -> Self {
        Self {
            id: product.id,
            version: product.version + 1,
            stock: product.stock - quantity,
            change: -quantity,
        }
    }
}

/// What is told of it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StockChanged {
    v: i32,
    stock: i32,
    change: i32,
    order_id: Option<OrderId>,
}

/// Tells of another number in stock, and of the order that took it or gave it back.
#[must_use]
pub fn stock_changed(change: StockChange, order: Option<OrderId>) -> NewEvent {
    let StockChange { id, version, stock, change } = change;
    let payload = StockChanged { v: 1, stock, change, order_id: order };
    NewEvent::new(EventType::StockChanged, id, version, &payload)
}

/// Tells what these products are now.
pub async fn changed(
    conn: &mut Conn,
    currency: Currency,
    products: &[Product],
) -> Result<Vec<NewEvent>, Fault> {
    let ids: Vec<_> = products.iter().map(|product| product.id).collect();
    let tags = store::tag_names(conn, &ids).await?;
    let event = |product: &Product| {
        let tags: Vec<_> = tags.iter().filter(|(id, _)| *id == product.id).map(|(_, name)| name).collect();
        let payload = json!({
            "v": 1,
            "ownerId": product.owner_id,
            "name": product.name,
            "description": product.description,
            "price": money(currency, product.price),
            "status": product.status.name(),
            "tags": tags,
            "deleted": product.deleted_at.is_some(),
        });
        NewEvent::new(EventType::ProductChanged, product.id, product.version, &payload)
    };
    Ok(products.iter().map(event).collect())
}

/// Tells of an update: that the stock changed, if it did, and all else unless the stock was all.
pub async fn updated(
    conn: &mut Conn,
    currency: Currency,
    before: &Product,
    after: &Product,
) -> Result<Vec<NewEvent>, Fault> {
    let change = after.stock - before.stock;
    let same =
        (&before.name, &before.description, before.price) == (&after.name, &after.description, after.price);
    let mut events = if change != 0 && same {
        Vec::new()
    } else {
        changed(conn, currency, std::slice::from_ref(after)).await?
    };
    if change != 0 {
        let change = StockChange { id: after.id, version: after.version, stock: after.stock, change };
        events.push(stock_changed(change, None));
    }
    Ok(events)
}
