//! What is read for all rows of a level at once.

use std::{borrow::Cow, collections::HashMap, hash::Hash, iter::repeat_n};

use async_graphql::{
    ContextSelectionSet, Error, OutputType, Positioned, Result, ServerResult, Value,
    dataloader::{DataLoader, Loader},
    parser::types::Field,
    registry::Registry,
};

use super::{Output, Place, Selection, Text, Written};
use crate::{
    graphql::{LoadError, Loaders},
    kernel::Fault,
};

type Loaded<K> = <Loaders as Loader<K>>::Value;

/// Something to be read by its key; null if it is not there.
#[derive(Clone, Copy, Debug)]
pub struct Load<K>(pub K);

/// Something to be read by its key that must be there, since a foreign key says so.
#[derive(Clone, Copy, Debug)]
pub struct LoadThere<K>(pub K);

fn missing() -> Error {
    Fault::broken("a row that a foreign key names is not there").into()
}

async fn load<K>(ctx: &ContextSelectionSet<'_>, keys: Vec<K>) -> Result<HashMap<K, Loaded<K>>>
where
    K: Send + Sync + Hash + Eq + Clone + 'static,
    Loaders: Loader<K, Error = LoadError>,
{
    let loader = ctx.data_unchecked::<DataLoader<Loaders>>();
    loader.load_many(keys).await.map_err(|fault| crate::graphql::error::shared(&fault))
}

macro_rules! loads {
    ($($load:ident as $gives:ty, |$found:ident| $given:expr);+ $(;)?) => {$(
        impl<K> OutputType for $load<K>
        where
            K: Send + Sync + Hash + Eq + Clone + 'static,
            Loaders: Loader<K, Error = LoadError>,
            Loaded<K>: OutputType,
        {
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
                let found = load(ctx, vec![self.0.clone()]).await;
                let given: Result<$gives> = found.and_then(|mut found| {
                    let $found = found.remove(&self.0);
                    $given
                });
                OutputType::resolve(&given, ctx, field).await
            }
        }

        impl<K> Output for $load<K>
        where
            K: Send + Sync + Hash + Eq + Clone + 'static,
            Loaders: Loader<K, Error = LoadError>,
            Loaded<K>: Output,
        {
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
                let keys = all.iter().map(|load| load.0.clone()).collect();
                let given: Vec<Result<_>> = match load(&selection.ctx, keys).await {
                    Ok(found) => {
                        // Rows may ask for the same.
                        let given = all.iter().map(|load| {
                            let $found = found.get(&load.0).cloned();
                            $given
                        });
                        given.collect()
                    }
                    Err(error) => repeat_n(Err(error), all.len()).collect(),
                };
                let given: Vec<_> = given.iter().collect();
                Output::write_all(&given, selection, at).await
            }
        }
    )+};
}

loads! {
    Load as Option<Loaded<K>>, |found| Ok(found);
    LoadThere as Loaded<K>, |found| found.ok_or_else(missing);
}
