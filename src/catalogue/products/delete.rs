//! Takes a product away for good; orders that name it still know it.

use super::{Product, events, policy, store};
use crate::{
    db::Db,
    events::append,
    kernel::{Caller, Fault, ProductId},
};

pub async fn delete(db: &Db, caller: &Caller, id: ProductId) -> Result<Product, Fault> {
    let now = db.now();
    db.conn()
        .await?
        .transaction(async |conn| {
            let found = store::lock(conn, id).await?;
            let (product, _) = policy::editable(caller, "id", found)?;
            let deleted = store::delete(conn, product.id, now).await?;
            let told = events::changed(conn, db.shop().currency, std::slice::from_ref(&deleted)).await?;
            append(conn, Some(caller.account), now, told).await?;
            Ok(deleted)
        })
        .await
}
