//! What every stored thing tells of itself.

use async_graphql::{ID, SimpleObject};

use super::scalars::DateTime;

/// The fields that every stored thing has.
#[derive(SimpleObject, Clone, Debug)]
pub struct Stored {
    /// Unique over all types.
    pub id: ID,
    /// When it was made.
    pub created_at: DateTime,
    /// When it was last changed.
    pub updated_at: DateTime,
    /// When it was deleted. Deleted things are seen by staff only, and through what still refers to them.
    pub deleted_at: Option<DateTime>,
    /// Grows by one at every change; see `expectedVersion`.
    pub version: i32,
}

/// A row with the fields that every stored thing has.
pub trait Entity {
    /// These fields.
    fn stored(&self) -> Stored;
}

/// Makes rows entities. The accessors are what the interfaces `Node` and `Entity` ask of their types.
macro_rules! entity {
    ($($row:ty),+ $(,)?) => {$(
        impl $crate::graphql::Entity for $row {
            fn stored(&self) -> $crate::graphql::Stored {
                use $crate::graphql::{DateTime, Stored};
                Stored {
                    id: self.id.to_string().into(),
                    created_at: DateTime(self.created_at),
                    updated_at: DateTime(self.updated_at),
                    deleted_at: self.deleted_at.map(DateTime),
                    version: self.version,
                }
            }
        }
        $crate::graphql::entity!(@fields $row, id: ::async_graphql::ID, created_at: $crate::graphql::DateTime,
            updated_at: $crate::graphql::DateTime, deleted_at: Option<$crate::graphql::DateTime>, version: i32);
    )+};
    (@fields $row:ty, $($name:ident: $type:ty),+) => {
        impl $row {
            $(pub(crate) async fn $name(&self, _: &::async_graphql::Context<'_>) -> ::async_graphql::Result<$type> {
                Ok($crate::graphql::Entity::stored(self).$name)
            })+
        }
    };
}
pub(crate) use entity;
