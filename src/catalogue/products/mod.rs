//! Products. One belongs to the account that made it; its owner and staff change it. Everyone sees and buys
//! what is ACTIVE; the owner and staff see the rest. A deleted product is seen by staff, and through the orders
//! that name it.

mod change_status;
mod create;
mod delete;
mod events;
mod feed;
mod graphql;
mod list;
mod loaders;
mod policy;
mod sell;
mod status;
mod store;
mod tagging;
mod update;
mod words;

use diesel::{Queryable, Selectable};

pub use change_status::archive_all_of;
pub use events::{StockChange, stock_changed};
pub use graphql::{ProductFeed, ProductMutation, ProductQuery, UserCatalogue};
pub use loaders::ProductById;
pub(super) use loaders::{CountOfTag, ProductsOfTag};
pub use policy::visible_products;
pub use sell::{for_sale, product_for_sale};
pub use status::ProductStatus;
pub use store::{lock_for_order, restock, take_stock};

use crate::{
    db::schema::products,
    graphql::entity,
    kernel::{AccountId, Moment, ProductId},
};

/// A product.
#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = products, check_for_backend(diesel::pg::Pg))]
pub struct Product {
    /// Its id.
    pub id: ProductId,
    /// Who sells it.
    pub owner_id: AccountId,
    /// What it is called.
    pub name: String,
    /// What it is.
    pub description: String,
    /// In minor units of the store's currency.
    pub price: i64,
    /// How many can be sold.
    pub stock: i32,
    /// Whether it is for sale.
    pub status: ProductStatus,
    /// Whether everyone sees it.
    pub listed: bool,
    /// When it was made.
    pub created_at: Moment,
    /// When it was last changed.
    pub updated_at: Moment,
    /// When it was deleted.
    pub deleted_at: Option<Moment>,
    /// Grows by one at every change.
    pub version: i32,
}

entity!(Product);

/// A product as far as selling it goes.
#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = products, check_for_backend(diesel::pg::Pg))]
pub struct Offer {
    /// Its id.
    pub id: ProductId,
    /// Who sells it.
    pub owner_id: AccountId,
    /// What it is called.
    pub name: String,
    /// In minor units of the store's currency.
    pub price: i64,
    /// How many can be sold.
    pub stock: i32,
    /// Whether everyone sees it.
    pub listed: bool,
    /// Grows by one at every change.
    pub version: i32,
}
