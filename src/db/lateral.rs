//! A page of each of many lists in one statement, and values that are computed once a statement.

use diesel::{
    AppearsOnTable, Expression, QueryResult, SelectableExpression,
    expression::{ValidGrouping, is_aggregate},
    pg::Pg,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types,
};
use uuid::Uuid;

/// The parent whose list is being read, inside the list of a [`PerParent`].
#[derive(Debug, Clone, Copy, QueryId)]
pub struct ParentId;

/// The parent whose list is being read.
#[must_use]
pub fn parent_id() -> ParentId {
    ParentId
}

impl Expression for ParentId {
    type SqlType = sql_types::Uuid;
}
impl<QS> AppearsOnTable<QS> for ParentId {}
impl<QS> SelectableExpression<QS> for ParentId {}
impl ValidGrouping<()> for ParentId {
    type IsAggregate = is_aggregate::Never;
}
impl QueryFragment<Pg> for ParentId {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("parent.id");
        Ok(())
    }
}

/// Reads `list`, which names its [`parent_id`], once for each parent, and puts the parent before each row: an
/// index scan each, one statement for all, where a window function would read every list to its end.
#[derive(Debug, Clone)]
pub struct PerParent<Q> {
    /// Whose lists.
    pub parents: Vec<Uuid>,
    /// The list of one of them.
    pub list: Q,
}

impl<Q: Query> Query for PerParent<Q> {
    type SqlType = (sql_types::Uuid, Q::SqlType);
}
impl<Q> QueryId for PerParent<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for PerParent<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("SELECT parent.id, page.* FROM unnest(");
        out.push_bind_param::<sql_types::Array<sql_types::Uuid>, _>(&self.parents)?;
        out.push_sql(") AS parent (id) CROSS JOIN LATERAL (");
        self.list.walk_ast(out.reborrow())?;
        out.push_sql(") AS page");
        Ok(())
    }
}

/// `(SELECT value)`: PostgreSQL computes it once a statement and not once a row.
#[derive(Debug, Clone, Copy, QueryId)]
pub struct Once<E>(pub E);

impl<E: Expression> Expression for Once<E> {
    type SqlType = E::SqlType;
}
impl<E: AppearsOnTable<QS>, QS> AppearsOnTable<QS> for Once<E> {}
impl<E: SelectableExpression<QS>, QS> SelectableExpression<QS> for Once<E> {}
impl<E> ValidGrouping<()> for Once<E> {
    type IsAggregate = is_aggregate::Never;
}
impl<E: QueryFragment<Pg>> QueryFragment<Pg> for Once<E> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("(SELECT ");
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}
