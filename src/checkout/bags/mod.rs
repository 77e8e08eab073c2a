//! Bags. A customer has at most one OPEN bag. Putting a thing in reserves nothing: stock is taken when the bag
//! is checked out. A bag that nobody touches for long is abandoned.

mod change;
mod graphql;
mod loaders;
mod status;
mod store;
mod sweep;

use std::sync::Arc;

use diesel::{Queryable, Selectable};

pub use graphql::BagMutation;
pub(super) use loaders::OpenBagOf;
pub use status::BagStatus;
pub(super) use store::{lock_open, mark_ordered, quantities};
pub use sweep::abandon_idle;

use crate::{
    catalogue::Product,
    db::{Db, schema::bags},
    graphql::entity,
    kernel::{AccountId, BagId, BagItemId, Caller, Fault, Moment},
};

/// The most different products that a bag or an order may hold.
pub const MAX_LINES: usize = 100;
/// The most that may be ordered of one product at once.
pub const MAX_QUANTITY: i32 = 10_000;

/// A bag.
#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = bags, check_for_backend(diesel::pg::Pg))]
pub struct Bag {
    /// Its id.
    pub id: BagId,
    /// Whose it is.
    pub account_id: AccountId,
    /// Whether it can still be filled.
    pub status: BagStatus,
    /// When it was made.
    pub created_at: Moment,
    /// When it was last changed.
    pub updated_at: Moment,
    /// Bags are not deleted.
    pub deleted_at: Option<Moment>,
    /// Grows by one at every change.
    pub version: i32,
}

entity!(Bag);

/// A product in a bag.
#[derive(Clone, Debug)]
pub struct BagItem {
    /// Its id.
    pub id: BagItemId,
    /// The product as it is now.
    pub product: Arc<Product>,
    /// How many.
    pub quantity: i32,
}

/// Those of these bags that are the viewer's own, for `node` and `nodes`.
///
/// # Errors
/// As [`Db::conn`].
pub async fn visible_bags(db: &Db, viewer: Option<&Caller>, ids: &[BagId]) -> Result<Vec<Bag>, Fault> {
    let Some(caller) = viewer else { return Ok(Vec::new()) };
    let mut bags = store::by_ids(&mut db.conn().await?, ids).await?;
    bags.retain(|bag| bag.account_id == caller.account);
    Ok(bags)
}
