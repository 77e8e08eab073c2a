//! Moves an order on, or gives it up.

use super::{Order, OrderStatus, events, policy, store};
use crate::{
    catalogue::{restock, stock_changed},
    db::Db,
    events::append,
    kernel::{Caller, Fault, OrderId, Status as _, at, expect_version},
};

/// Moves an order to its next status; a cancelled one gives its stock back.
///
/// # Errors
/// Refused if the order is not there for the caller, has another version, or can't become this; denied if
/// someone else has to make the move.
pub async fn change_status(
    db: &Db,
    caller: &Caller,
    id: OrderId,
    to: OrderStatus,
    expected_version: Option<i32>,
) -> Result<Order, Fault> {
    let now = db.now();
    db.conn()
        .await?
        .transaction(async |conn| {
            let found = store::lock(conn, id).await?;
            let (order, actors) = policy::changeable(caller, found)?;
            expect_version(expected_version, order.version)?;
            let to = order.status.step(to, &actors, at("status"))?;
            let changed = store::set_status(conn, order.id, order.status, to, now).await?;
            let mut told = vec![events::changed(&changed, order.status)];
            if to == OrderStatus::Cancelled {
                let quantities = store::quantities(conn, order.id).await?;
                let given = restock(conn, &quantities, now).await?;
                told.extend(given.into_iter().map(|change| stock_changed(change, Some(order.id))));
            }
            store::note(conn, order.id, order.status, to, Some(caller.account), now).await?;
            append(conn, Some(caller.account), now, told).await?;
            Ok(changed)
        })
        .await
}
