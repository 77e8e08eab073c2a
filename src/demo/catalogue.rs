//! The products of the demo store.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Deserialize;
use uuid::Uuid;

use super::{dice::Dice, id_at, people::People, store};
use crate::{
    db::Conn,
    kernel::{AccountId, Fault, ProductId},
};

const CONTENT: &str = include_str!("catalogue.json");

/// What `catalogue.json` holds.
#[derive(Deserialize)]
pub struct Content {
    pub sellers: Vec<Seller>,
    pub products: Vec<Product>,
}

#[derive(Deserialize)]
pub struct Seller {
    pub username: String,
    pub display_name: String,
    pub bio: String,
}

/// Prices are in minor units of a currency with two decimals.
#[derive(Deserialize)]
pub struct Product {
    pub seller: String,
    pub name: String,
    pub description: String,
    pub price: i64,
    pub stock: i32,
    pub tags: Vec<String>,
    pub status: String,
}

/// A product that was made, as the sales need it.
pub struct Made {
    pub id: ProductId,
    pub seller: AccountId,
    pub name: String,
    pub price: i64,
    pub since: DateTime<Utc>,
    pub sells: bool,
}

pub fn content() -> Result<Content, Fault> {
    serde_json::from_str(CONTENT).map_err(Fault::broken)
}

pub async fn load(
    conn: &mut Conn,
    dice: &mut Dice,
    people: &People,
    now: DateTime<Utc>,
) -> Result<Vec<Made>, Fault> {
    let content = content()?;
    let opened = now - TimeDelta::days(370);
    let mut tags: BTreeMap<String, Uuid> = BTreeMap::new();
    let (mut rows, mut made, mut tagged) = (Vec::new(), Vec::new(), Vec::new());
    let count = i32::try_from(content.products.len()).unwrap_or(i32::MAX).max(1);
    // Half of the catalogue is there when the store opens, the rest comes over the year.
    for (index, product) in (0..count).zip(content.products) {
        let day = if index < count / 2 { 0 } else { (index - count / 2) * 365 * 2 / count };
        let since = opened + TimeDelta::days(i64::from(day)) + TimeDelta::seconds(i64::from(index) * 97);
        let id = ProductId::from(id_at(since));
        for tag in &product.tags {
            let tag = *tags.entry(tag.clone()).or_insert_with(|| id_at(since));
            tagged.push((id, tag));
        }
        made.push(Made {
            id,
            seller: people.id(&product.seller)?,
            name: product.name.clone(),
            price: product.price,
            since,
            sells: product.status == "ACTIVE",
        });
        let changed = since + TimeDelta::hours(i64::from(dice.below(48)));
        rows.push((id, people.id(&product.seller)?, product, since, changed.min(now)));
    }
    store::insert_products(conn, &rows).await?;
    store::insert_tags(conn, &tags, opened).await?;
    store::insert_product_tags(conn, &tagged).await?;
    Ok(made)
}
