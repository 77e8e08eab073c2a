//! What every stored thing tells of itself.

use super::{plan::object, scalars::DateTime};
use crate::kernel::{Id, Moment};

/// The fields that every stored thing has.
#[derive(Clone, Debug)]
pub struct Stored {
    pub(crate) id: Id<()>,
    pub(crate) created_at: Moment,
    pub(crate) updated_at: Moment,
    pub(crate) deleted_at: Option<Moment>,
    pub(crate) version: i32,
}

#[object]
impl Stored {
    /// Unique over all types.
    fn id(&self) -> Id<()> {
        self.id
    }

    /// When it was made.
    fn created_at(&self) -> DateTime {
        self.created_at.into()
    }

    /// When it was last changed.
    fn updated_at(&self) -> DateTime {
        self.updated_at.into()
    }

    /// When it was deleted. Deleted things are seen by staff only, and through what still refers to them.
    fn deleted_at(&self) -> Option<DateTime> {
        self.deleted_at.map(DateTime::from)
    }

    /// Grows by one at every change; see `expectedVersion`.
    fn version(&self) -> i32 {
        self.version
    }
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
                use $crate::graphql::Stored;
                Stored {
                    id: self.id.uuid().into(),
                    created_at: self.created_at,
                    updated_at: self.updated_at,
                    deleted_at: self.deleted_at,
                    version: self.version,
                }
            }
        }
        impl $row {
            pub(crate) async fn id(
                &self,
                _: &::async_graphql::Context<'_>,
            ) -> ::async_graphql::Result<::async_graphql::ID> {
                Ok(self.id.into())
            }
        }
        $crate::graphql::entity!(@fields $row,
            created_at: $crate::graphql::DateTime = |moment| moment.into(),
            updated_at: $crate::graphql::DateTime = |moment| moment.into(),
            deleted_at: Option<$crate::graphql::DateTime> = |moment| moment.map(Into::into),
            version: i32 = |version| version,
        );
    )+};
    (@fields $row:ty, $($name:ident: $type:ty = |$value:ident| $given:expr,)+) => {
        impl $row {
            $(pub(crate) async fn $name(&self, _: &::async_graphql::Context<'_>) -> ::async_graphql::Result<$type> {
                let $value = $crate::graphql::Entity::stored(self).$name;
                Ok($given)
            })+
        }
    };
}
pub(crate) use entity;
