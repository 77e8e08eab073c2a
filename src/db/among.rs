//! Conditions on many ids.

use diesel::{
    AppearsOnTable, Expression, QueryResult, SelectableExpression,
    expression::{AsExpression, ValidGrouping, is_aggregate},
    pg::Pg,
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::{Array, Uuid},
};

/// `ANY(ids)`, for the right side of `=`. Diesel's own `eq_any` takes its text for one that varies with the number of
/// values, as it does in other databases, so that it would be written anew for every execution.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Among<A>(A);

/// One of these ids: `column.eq(among(ids))`.
#[must_use]
pub fn among<I: AsExpression<Array<Uuid>>>(ids: I) -> Among<I::Expression> {
    Among(ids.as_expression())
}

impl<A: Expression> Expression for Among<A> {
    type SqlType = Uuid;
}
impl<A: AppearsOnTable<QS>, QS> AppearsOnTable<QS> for Among<A> {}
impl<A: SelectableExpression<QS>, QS> SelectableExpression<QS> for Among<A> {}
impl<A> ValidGrouping<()> for Among<A> {
    type IsAggregate = is_aggregate::Never;
}
impl<A: QueryFragment<Pg>> QueryFragment<Pg> for Among<A> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("ANY(");
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}
