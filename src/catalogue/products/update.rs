//! Changes what a product is, costs and numbers.

use rust_decimal::Decimal;

use super::{Product, events, policy, store, words};
use crate::{
    db::Db,
    events::append,
    kernel::{Caller, Fault, ProductId, Refusals, at, expect_version, text},
};

/// What is to be changed; `None` leaves it.
#[derive(Debug)]
pub struct Update {
    pub id: ProductId,
    pub expected_version: Option<i32>,
    pub name: Option<String>,
    pub description: Option<String>,
    pub price: Option<Decimal>,
    pub stock: Option<i32>,
}

pub async fn update(db: &Db, caller: &Caller, input: Update) -> Result<Product, Fault> {
    let mut refusals = Refusals::default();
    let currency = db.shop().currency;
    let changes = store::Changes {
        name: input.name.map(|written| text::title(&mut refusals, at("name"), "product", "name", &written)),
        description: input
            .description
            .map(|written| text::description(&mut refusals, at("description"), &written)),
        price: input.price.map(|price| words::price(&mut refusals, at("price"), currency, price)),
        stock: input.stock.map(|stock| words::stock(&mut refusals, at("stock"), stock)),
        updated_at: db.now(),
    };
    db.conn()
        .await?
        .transaction(async |conn| {
            let found = store::lock(conn, input.id).await?;
            let (product, _) = policy::editable(caller, "id", found)?;
            // Only now, so that a stranger learns nothing of a product by sending it nonsense.
            refusals.done()?;
            expect_version(input.expected_version, product.version)?;
            let updated = store::update(conn, product.id, &changes).await?;
            let told = events::updated(conn, currency, &product, &updated).await?;
            append(conn, Some(caller.account), changes.updated_at, told).await?;
            Ok(updated)
        })
        .await
}
