//! Puts tags on a product and takes them off.

use super::{Product, events, policy, store};
use crate::{
    catalogue::tags,
    db::Db,
    events::append,
    kernel::{Caller, Code, Fault, ProductId, Refusal, Refusals, at},
};

/// The most tags that one product may have.
const MAX_TAGS: i64 = 50;

pub async fn tag(db: &Db, caller: &Caller, id: ProductId, names: &[String]) -> Result<Product, Fault> {
    change(db, caller, id, names, true).await
}

pub async fn untag(db: &Db, caller: &Caller, id: ProductId, names: &[String]) -> Result<Product, Fault> {
    change(db, caller, id, names, false).await
}

async fn change(
    db: &Db,
    caller: &Caller,
    id: ProductId,
    names: &[String],
    add: bool,
) -> Result<Product, Fault> {
    let mut refusals = Refusals::default();
    let names = tags::names(&mut refusals, names);
    let now = db.now();
    db.conn()
        .await?
        .transaction(async |conn| {
            let found = store::lock(conn, id).await?;
            let (product, _) = policy::editable(caller, "productId", found)?;
            refusals.done()?;
            let changed = if add {
                let tags = tags::named_or_new(conn, &names, now).await?;
                store::add_tags(conn, product.id, &tags).await?
            } else {
                store::remove_tags(conn, product.id, &tags::keys(&names)).await?
            };
            if changed == 0 {
                return Ok(product);
            }
            if add && store::count_tags(conn, product.id).await? > MAX_TAGS {
                let message = format!("A product has {MAX_TAGS} tags at most.");
                return Err(Refusal::input(Code::LimitReached, at("tags"), message).into());
            }
            let tagged = store::touch(conn, product.id, now).await?;
            let told = events::changed(conn, db.shop().currency, std::slice::from_ref(&tagged)).await?;
            append(conn, Some(caller.account), now, told).await?;
            Ok(tagged)
        })
        .await
}
