//! Values that are written as they are.

use async_graphql::{ID, ScalarType as _};

use uuid::fmt::Hyphenated;

use super::{Output, Place, Selection, Text, Written};
use crate::{
    graphql::scalars::{Date, DateTime, Decimal, Json, TextScalar as _},
    kernel::Id,
};

macro_rules! leaves {
    ($($type:ty => |$value:ident, $out:ident| $write:expr),+ $(,)?) => {$(
        impl Output for $type {
            fn write(&self, _: &Selection<'_>, _: &Place<'_>, out: &mut Text) -> Written {
                let ($value, $out) = (self, out);
                $write;
                Ok(())
            }
        }
    )+};
}

leaves! {
    bool => |value, out| out.json(value),
    i32 => |value, out| out.json(value),
    str => |value, out| out.string(value),
    String => |value, out| out.string(value),
    ID => |value, out| out.string(value),
    Date => |value, out| out.plain(value.text()),
    DateTime => |value, out| out.plain(value.text()),
    Decimal => |value, out| out.decimal(value.0),
    // What it has of objects counts.
    Json => |value, out| out.value(&value.to_value()),
}

impl<T: 'static> Output for Id<T> {
    fn write(&self, _: &Selection<'_>, _: &Place<'_>, out: &mut Text) -> Written {
        out.raw(b"\"");
        out.raw(self.uuid().as_hyphenated().encode_lower(&mut [0; Hyphenated::LENGTH]).as_bytes());
        out.raw(b"\"");
        Ok(())
    }
}

/// Makes enums of the graph something that fields can give.
macro_rules! enums {
    ($($type:ty),+ $(,)?) => {$(
        impl $crate::graphql::plan::Output for $type {
            fn write(
                &self,
                _: &$crate::graphql::plan::Selection<'_>,
                _: &$crate::graphql::plan::Place<'_>,
                out: &mut $crate::graphql::plan::Text,
            ) -> $crate::graphql::plan::Written {
                let items = <Self as ::async_graphql::resolver_utils::EnumType>::items();
                let name = items.iter().find(|item| item.value == *self).map_or("", |item| item.name);
                out.plain(name);
                Ok(())
            }
        }
    )+};
}
pub(crate) use enums;
