//! What is for sale: products, and the tags by which they are found.

mod products;
mod tags;

use async_graphql::{MergedObject, MergedSubscription};

pub use products::{
    Offer, Product, ProductById, ProductStatus, StockChange, UserCatalogue, archive_all_of, for_sale,
    lock_for_order, product_for_sale, restock, stock_changed, take_stock, visible_products,
};
pub use tags::{Tag, visible_tags};

/// What can be read of the catalogue.
#[derive(MergedObject, Default)]
pub struct CatalogueQuery(products::ProductQuery, tags::TagQuery);

/// What can be changed in the catalogue.
#[derive(MergedObject, Default)]
pub struct CatalogueMutation(products::ProductMutation, tags::TagMutation);

/// What can be heard of the catalogue as it changes.
#[derive(MergedSubscription, Default)]
pub struct CatalogueFeed(products::ProductFeed);
