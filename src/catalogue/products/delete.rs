//! Takes a product away for good; orders that name it still know it.

use diesel_async::AsyncConnection as _;

use super::{Product, policy, store};
use crate::{
    db::Db,
    kernel::{Caller, Fault, ProductId},
};

pub async fn delete(db: &Db, caller: &Caller, id: ProductId) -> Result<Product, Fault> {
    let now = db.now();
    db.conn()
        .await?
        .transaction(async |conn| {
            let found = store::lock(conn, id).await?;
            let (product, _) = policy::editable(caller, "id", found)?;
            Ok(store::delete(conn, product.id, now).await?)
        })
        .await
}
