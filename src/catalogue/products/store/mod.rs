//! All SQL about products: `rows` changes them, `lists` finds them, `stock` sells them.

mod lists;
mod rows;
mod stock;

pub use lists::{
    count, count_of_owners, count_of_tags, has_words, list_by_age, list_by_name, list_by_price,
    list_by_relevance, of_owners, of_tags,
};
pub use rows::{
    Changes, NewRow, add_tags, archive_all_of, by_ids, count_tags, delete, insert, lock, owner_of,
    remove_tags, set_status, tag_names, touch, update,
};
pub use stock::{lock_for_order, offer, restock, take_stock};
