//! Puts a product up for sale, or takes it off.

use chrono::{DateTime, Utc};

use super::{Product, ProductStatus, events, policy, store};
use crate::{
    accounts,
    db::{Conn, Db},
    events::append,
    kernel::{AccountId, Caller, Currency, Fault, ProductId, Refusals, Status as _, at, expect_version},
};

pub async fn change_status(
    db: &Db,
    caller: &Caller,
    id: ProductId,
    to: ProductStatus,
    expected_version: Option<i32>,
) -> Result<Product, Fault> {
    let now = db.now();
    db.conn()
        .await?
        .transaction(async |conn| {
            let owner_is_open = match store::owner_of(conn, id).await? {
                Some(owner) if to == ProductStatus::Active => {
                    !accounts::hold_open(conn, &[owner]).await?.is_empty()
                }
                _ => true,
            };
            let found = store::lock(conn, id).await?;
            let (product, actors) = policy::editable(caller, "id", found)?;
            expect_version(expected_version, product.version)?;
            let to = product.status.step(to, &actors, at("status"))?;
            if !owner_is_open {
                let mut refusals = Refusals::default();
                refusals.invalid(at("id"), "The account that sells this product is closed.");
                refusals.done()?;
            }
            let changed = store::set_status(conn, product.id, product.status, to, now).await?;
            let told = events::changed(conn, db.shop().currency, std::slice::from_ref(&changed)).await?;
            append(conn, Some(caller.account), now, told).await?;
            Ok(changed)
        })
        .await
}

/// Takes everything that an account sells off the market, as part of closing it.
///
/// # Errors
/// Whatever the database says.
pub async fn archive_all_of(
    conn: &mut Conn,
    currency: Currency,
    owner: AccountId,
    by: AccountId,
    now: DateTime<Utc>,
) -> Result<(), Fault> {
    let archived = store::archive_all_of(conn, owner, now).await?;
    let told = events::changed(conn, currency, &archived).await?;
    Ok(append(conn, Some(by), now, told).await?)
}
