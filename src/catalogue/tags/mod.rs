//! Tags. They are shared by all sellers, unique without regard to case, and made when they are first used.

mod create;
mod graphql;
mod list;
mod loaders;
mod store;

use diesel::{Queryable, Selectable};

pub(super) use create::{keys, named_or_new, names};
pub use graphql::{TagMutation, TagQuery};
pub(super) use loaders::TagsOfProduct;

use crate::{
    db::{Db, schema::tags},
    graphql::entity,
    kernel::{Fault, Moment, TagId},
};

/// A tag.
#[derive(Queryable, Selectable, Clone, Debug)]
#[diesel(table_name = tags, check_for_backend(diesel::pg::Pg))]
pub struct Tag {
    /// Its id.
    pub id: TagId,
    /// Its name, as it was first written.
    pub name: String,
    /// Its name in lower case.
    pub name_key: String,
    /// When it was made.
    pub created_at: Moment,
    /// When it was last changed.
    pub updated_at: Moment,
    /// When it was deleted.
    pub deleted_at: Option<Moment>,
    /// Grows by one at every change.
    pub version: i32,
}

entity!(Tag);

/// Those of these tags that are there, for `node` and `nodes`: everyone may see every tag.
///
/// # Errors
/// As [`Db::conn`].
pub async fn visible_tags(db: &Db, ids: &[TagId]) -> Result<Vec<Tag>, Fault> {
    Ok(store::by_ids(&mut db.conn().await?, ids).await?)
}
