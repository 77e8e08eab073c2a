//! The columns of a row, as text that is made once.

use std::{
    any::TypeId,
    collections::HashMap,
    marker::PhantomData,
    sync::{LazyLock, PoisonError, RwLock},
};

use diesel::{
    AppearsOnTable, Expression, QueryResult, Selectable, SelectableExpression, SelectableHelper as _,
    dsl::AsSelect,
    expression::{ValidGrouping, is_aggregate},
    pg::{Pg, PgQueryBuilder},
    query_builder::{AstPass, QueryBuilder as _, QueryFragment, QueryId},
};
use foldhash::fast::RandomState;

/// The texts that were made, by the rows' types. There are as many as there are types.
static KNOWN: LazyLock<RwLock<HashMap<TypeId, &'static str, RandomState>>> = LazyLock::new(RwLock::default);

/// What `T::as_select()` selects.
#[derive(Debug)]
pub struct Columns<T>(PhantomData<T>);

/// The same as `T::as_select()`, for a list whose form varies: its text is made anew for every execution, and most of it
/// are the columns.
#[must_use]
pub fn columns<T>() -> Columns<T> {
    Columns(PhantomData)
}

impl<T: Selectable<Pg>> Expression for Columns<T>
where
    AsSelect<T, Pg>: Expression,
{
    type SqlType = <AsSelect<T, Pg> as Expression>::SqlType;
}
impl<T, QS> AppearsOnTable<QS> for Columns<T>
where
    T: Selectable<Pg>,
    AsSelect<T, Pg>: AppearsOnTable<QS>,
{
}
impl<T, QS> SelectableExpression<QS> for Columns<T>
where
    T: Selectable<Pg>,
    AsSelect<T, Pg>: SelectableExpression<QS>,
{
}
impl<T> ValidGrouping<()> for Columns<T> {
    type IsAggregate = is_aggregate::No;
}
impl<T> QueryId for Columns<T> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
impl<T> QueryFragment<Pg> for Columns<T>
where
    T: Selectable<Pg> + 'static,
    AsSelect<T, Pg>: QueryFragment<Pg>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(text::<T>()?);
        Ok(())
    }
}

fn text<T>() -> QueryResult<&'static str>
where
    T: Selectable<Pg> + 'static,
    AsSelect<T, Pg>: QueryFragment<Pg>,
{
    let of = TypeId::of::<T>();
    if let Some(known) = KNOWN.read().unwrap_or_else(PoisonError::into_inner).get(&of) {
        return Ok(known);
    }
    let mut text = PgQueryBuilder::default();
    T::as_select().to_sql(&mut text, &Pg)?;
    Ok(KNOWN.write().unwrap_or_else(PoisonError::into_inner).entry(of).or_insert(text.finish().leak()))
}
