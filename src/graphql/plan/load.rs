//! What is read for all rows of a level at once.

use std::{borrow::Cow, iter::repeat_n, sync::Arc};

use async_graphql::{
    ContextSelectionSet, Error, OutputType, Positioned, Result, ServerResult, Value, parser::types::Field,
    registry::Registry,
};

use super::{Output, Place, Selection, Text, Written};
use crate::{
    graphql::loads::{Found, Key, Loads},
    kernel::Fault,
};

/// Something to be read by its key; null if it is not there.
#[derive(Clone, Copy, Debug)]
pub struct Load<K>(pub K);

/// Something to be read by its key that must be there, since a foreign key says so.
#[derive(Clone, Copy, Debug)]
pub struct LoadThere<K>(pub K);

fn missing() -> Error {
    Fault::broken("a row that a foreign key names is not there").into()
}

async fn load<K: Key>(
    ctx: &ContextSelectionSet<'_>,
    keys: impl IntoIterator<Item = K>,
) -> Result<Arc<Found<K>>> {
    let found = ctx.data_unchecked::<Loads>().load(keys).await;
    found.map_err(|fault| crate::graphql::error::shared(&fault))
}

macro_rules! loads {
    ($($load:ident as $gives:ty, |$found:ident| $given:expr);+ $(;)?) => {$(
        impl<K: Key<Value: OutputType>> OutputType for $load<K> {
            fn type_name() -> Cow<'static, str> {
                <$gives as OutputType>::type_name()
            }

            fn qualified_type_name() -> String {
                <$gives as OutputType>::qualified_type_name()
            }

            fn create_type_info(registry: &mut Registry) -> String {
                <$gives as OutputType>::create_type_info(registry)
            }

            async fn resolve(
                &self,
                ctx: &ContextSelectionSet<'_>,
                field: &Positioned<Field>,
            ) -> ServerResult<Value> {
                let found = load(ctx, [self.0.clone()]).await;
                let given: Result<_> = found.as_ref().map_err(Error::clone).and_then(|found| {
                    let $found = found.get(&self.0);
                    $given
                });
                OutputType::resolve(&given, ctx, field).await
            }
        }

        impl<K: Key<Value: Output>> Output for $load<K> {
            const NULLABLE: bool = <$gives as Output>::NULLABLE;

            fn select<'a>(set: &ContextSelectionSet<'a>) -> Selection<'a> {
                <$gives as Output>::select(set).waiting()
            }

            fn write(&self, _: &Selection<'_>, _: &Place<'_>, _: &mut Text) -> Written {
                unreachable!("what is to be loaded has to be waited for")
            }

            async fn write_all<'a>(
                all: &'a [&'a Self],
                selection: &'a Selection<'a>,
                at: &'a [Place<'a>],
            ) -> Text {
                let found = load(&selection.ctx, all.iter().map(|load| load.0.clone())).await;
                let given: Vec<Result<_>> = match &found {
                    Ok(found) => {
                        let given = all.iter().map(|load| {
                            let $found = found.get(&load.0);
                            $given
                        });
                        given.collect()
                    }
                    Err(error) => repeat_n(Err(error.clone()), all.len()).collect(),
                };
                let given: Vec<_> = given.iter().collect();
                Output::write_all(&given, selection, at).await
            }
        }
    )+};
}

loads! {
    Load as Option<K::Value>, |found| Ok(found);
    LoadThere as K::Value, |found| found.ok_or_else(missing);
}
