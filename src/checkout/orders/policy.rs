//! Who may see and change which order.

use super::{Order, OrderLine, store};
use crate::{
    db::Db,
    kernel::{Actor, Caller, Fault, OrderId, OrderLineId, Refusal},
};

pub fn may_see(viewer: Option<&Caller>, order: &Order) -> bool {
    viewer.is_some_and(|caller| caller.is_self_or_staff(order.customer_id))
}

/// The order, if it is there for this caller, with what they are to it.
pub fn changeable(caller: &Caller, order: Option<Order>) -> Result<(Order, Vec<Actor>), Fault> {
    let order = order
        .filter(|order| may_see(Some(caller), order))
        .ok_or_else(|| Refusal::not_found("id", "order"))?;
    let mut actors = Vec::new();
    if caller.account == order.customer_id {
        actors.push(Actor::Owner);
    }
    if caller.is_staff() {
        actors.push(Actor::Staff);
    }
    Ok((order, actors))
}

/// Those of these orders that the viewer may see, for `node` and `nodes`.
///
/// # Errors
/// As [`Db::conn`].
pub async fn visible_orders(db: &Db, viewer: Option<&Caller>, ids: &[OrderId]) -> Result<Vec<Order>, Fault> {
    let mut orders = store::by_ids(&mut db.conn().await?, ids).await?;
    orders.retain(|order| may_see(viewer, order));
    Ok(orders)
}

/// Those of these lines that the viewer bought, sold, or oversees as staff, for `node` and `nodes`.
///
/// # Errors
/// As [`Db::conn`].
pub async fn visible_lines(
    db: &Db,
    viewer: Option<&Caller>,
    ids: &[OrderLineId],
) -> Result<Vec<OrderLine>, Fault> {
    let Some(caller) = viewer else { return Ok(Vec::new()) };
    let lines = store::lines_with_customers(&mut db.conn().await?, ids).await?;
    let visible = |(line, customer): &(OrderLine, _)| {
        caller.is_self_or_staff(*customer) || caller.account == line.seller_id
    };
    Ok(lines.into_iter().filter(visible).map(|(line, _)| line).collect())
}
