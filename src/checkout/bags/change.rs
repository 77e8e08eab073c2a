//! Puts things into the open bag and takes them out.

use super::{Bag, MAX_LINES, MAX_QUANTITY, store};
use crate::{
    accounts,
    catalogue::product_for_sale,
    db::Db,
    kernel::{Caller, Code, Fault, ProductId, Refusal, Refusals, at},
};

/// Makes the quantity of a product what is asked for; 0 takes it out.
pub async fn set_item(db: &Db, caller: &Caller, product: ProductId, quantity: i32) -> Result<Bag, Fault> {
    let mut refusals = Refusals::default();
    if !(0..=MAX_QUANTITY).contains(&quantity) {
        refusals.invalid(at("quantity"), format!("The quantity is from 0 to {MAX_QUANTITY}."));
    }
    let now = db.now();
    db.conn()
        .await?
        .transaction(async |conn| {
            accounts::hold_caller(conn, caller).await?;
            if quantity != 0 {
                refusals.check(product_for_sale(conn, caller.account, product, at("productId")).await?);
            }
            refusals.done()?;
            let bag = store::lock_or_open(conn, caller.account, now).await?;
            if quantity == 0 {
                store::remove_item(conn, bag.id, product).await?;
            } else {
                store::put_item(conn, bag.id, product, quantity).await?;
                if store::quantities(conn, bag.id).await?.len() > MAX_LINES {
                    let message = format!("A bag holds {MAX_LINES} different products at most.");
                    return Err(Refusal::input(Code::LimitReached, at("productId"), message).into());
                }
            }
            Ok(store::touch(conn, bag.id, now).await?)
        })
        .await
}

/// Takes everything out of the open bag, if there is one.
pub async fn clear(db: &Db, caller: &Caller) -> Result<Option<Bag>, Fault> {
    let now = db.now();
    db.conn()
        .await?
        .transaction(async |conn| {
            let Some(bag) = store::lock_open(conn, caller.account).await? else { return Ok(None) };
            store::remove_all(conn, bag.id).await?;
            Ok(Some(store::touch(conn, bag.id, now).await?))
        })
        .await
}
