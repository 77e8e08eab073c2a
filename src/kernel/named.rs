//! Closed sets of names: enums that are stored and shown as upper-case words.

use thiserror::Error;

/// An enum whose values have one name each, the same in the database, in GraphQL and in logs.
pub trait Named: Copy + Eq + Send + Sync + 'static {
    /// Every value, in the order in which they are told.
    const ALL: &'static [Self];

    /// The name, in upper case.
    fn name(self) -> &'static str;

    /// The value with this name.
    fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|value| value.name() == name)
    }
}

/// The database holds a name that this version of the program does not know.
#[derive(Debug, Error)]
#[error("unknown name {0:?}")]
pub struct UnknownName(pub String);

/// Gives an enum its names and stores it as text.
macro_rules! named {
    ($type:ident { $($variant:ident = $name:literal),+ $(,)? }) => {
        impl $crate::kernel::Named for $type {
            const ALL: &'static [Self] = &[$(Self::$variant),+];
            fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }
        }
        impl<DB: ::diesel::backend::Backend> ::diesel::deserialize::FromSql<::diesel::sql_types::Text, DB> for $type
        where
            String: ::diesel::deserialize::FromSql<::diesel::sql_types::Text, DB>,
        {
            fn from_sql(bytes: DB::RawValue<'_>) -> ::diesel::deserialize::Result<Self> {
                let name = String::from_sql(bytes)?;
                <Self as $crate::kernel::Named>::named(&name)
                    .ok_or_else(|| $crate::kernel::UnknownName(name).into())
            }
        }
        impl<DB: ::diesel::backend::Backend> ::diesel::serialize::ToSql<::diesel::sql_types::Text, DB> for $type
        where
            str: ::diesel::serialize::ToSql<::diesel::sql_types::Text, DB>,
        {
            fn to_sql<'b>(
                &'b self,
                out: &mut ::diesel::serialize::Output<'b, '_, DB>,
            ) -> ::diesel::serialize::Result {
                <str as ::diesel::serialize::ToSql<::diesel::sql_types::Text, DB>>::to_sql(
                    $crate::kernel::Named::name(*self),
                    out,
                )
            }
        }
    };
}
pub(crate) use named;
