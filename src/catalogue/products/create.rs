//! Offers something new.

use rust_decimal::Decimal;

use super::{Product, ProductStatus, StockChange, events, policy, store, words};
use crate::{
    accounts,
    catalogue::tags,
    db::Db,
    events::append,
    kernel::{Caller, Fault, Named as _, ProductId, Refusals, Status as _, at, text},
};

/// What a new product is to be.
#[derive(Debug)]
pub struct NewProduct {
    pub name: String,
    pub description: String,
    pub price: Decimal,
    pub stock: i32,
    pub tags: Vec<String>,
    pub status: ProductStatus,
}

pub async fn create(db: &Db, caller: &Caller, input: NewProduct) -> Result<Product, Fault> {
    let shop = db.shop();
    policy::may_sell(shop.selling, caller)?;
    let mut refusals = Refusals::default();
    let name = text::title(&mut refusals, at("name"), "product", "name", &input.name);
    let description = text::description(&mut refusals, at("description"), &input.description);
    let price = words::price(&mut refusals, at("price"), shop.currency, input.price);
    let stock = words::stock(&mut refusals, at("stock"), input.stock);
    let tag_names = tags::names(&mut refusals, &input.tags);
    if !ProductStatus::START.contains(&input.status) {
        refusals.invalid(at("status"), format!("A new product can't be {}.", input.status.name()));
    }
    refusals.done()?;

    let new = store::NewRow {
        id: ProductId::fresh(),
        owner_id: caller.account,
        name: &name,
        description: &description,
        price,
        stock,
        status: input.status,
        created_at: db.now(),
        updated_at: db.now(),
    };
    db.conn()
        .await?
        .transaction(async |conn| {
            accounts::hold_caller(conn, caller).await?;
            let product = store::insert(conn, &new).await?;
            let tags = tags::named_or_new(conn, &tag_names, new.created_at).await?;
            store::add_tags(conn, product.id, &tags).await?;
            let mut told = events::changed(conn, shop.currency, std::slice::from_ref(&product)).await?;
            let Product { id, version, stock, .. } = product;
            told.push(events::stock_changed(StockChange { id, version, stock, change: stock }, None));
            append(conn, Some(caller.account), new.created_at, told).await?;
            Ok(product)
        })
        .await
}
