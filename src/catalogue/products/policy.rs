//! Who may see and change which product.

use super::Product;
use crate::db::Db;
use crate::kernel::{AccountId, Actor, Caller, Denial, Fault, ProductId, Refusal, Selling};

/// Whose products a list may show beyond those that everyone sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sight {
    /// Nobody's.
    Public,
    /// This account's.
    Own(AccountId),
    /// Everyone's.
    Staff,
}

impl Sight {
    /// What this viewer may see.
    pub fn of(viewer: Option<&Caller>) -> Self {
        match viewer {
            None => Self::Public,
            Some(caller) if caller.is_staff() => Self::Staff,
            Some(caller) => Self::Own(caller.account),
        }
    }
}

pub fn may_see(viewer: Option<&Caller>, product: &Product) -> bool {
    product.listed
        || viewer.is_some_and(|caller| {
            caller.is_staff() || (caller.account == product.owner_id && product.deleted_at.is_none())
        })
}

pub fn may_sell(selling: Selling, caller: &Caller) -> Result<(), Denial> {
    if selling == Selling::Marketplace || caller.is_staff() { Ok(()) } else { Err(Denial::Forbidden) }
}

/// The product, if it is there for this caller and theirs to change.
pub fn editable(
    caller: &Caller,
    field: &'static str,
    product: Option<Product>,
) -> Result<(Product, Vec<Actor>), Fault> {
    let product = product
        .filter(|product| product.deleted_at.is_none() && may_see(Some(caller), product))
        .ok_or_else(|| Refusal::not_found(field, "product"))?;
    let mut actors = Vec::new();
    if caller.account == product.owner_id {
        actors.push(Actor::Owner);
    }
    if caller.is_staff() {
        actors.push(Actor::Staff);
    }
    if actors.is_empty() { Err(Denial::Forbidden.into()) } else { Ok((product, actors)) }
}

/// Those of these products that the viewer may see, for `node` and `nodes`.
///
/// # Errors
/// As [`Db::conn`].
pub async fn visible_products(
    db: &Db,
    viewer: Option<&Caller>,
    ids: &[ProductId],
) -> Result<Vec<Product>, Fault> {
    let mut products = super::store::by_ids(&mut db.conn().await?, ids).await?;
    products.retain(|product| may_see(viewer, product));
    Ok(products)
}
