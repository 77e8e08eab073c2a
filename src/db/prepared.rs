//! Statements that a connection prepares once. Diesel leaves updates, some inserts and SQL of our own out of its
//! cache, since their text may vary: each would be sent, parsed and planned anew every time.

use diesel::{
    QueryResult,
    pg::Pg,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
};

/// A query whose text has few forms, each of which a connection keeps.
#[derive(Debug, Clone, Copy)]
pub struct Prepared<Q>(Q);

/// Says of a query that its text has few forms: as many as there are sets of columns, say, and not one for each
/// number of rows.
pub trait Prepare: Sized {
    /// The same query, prepared once on each connection.
    fn prepared(self) -> Prepared<Self> {
        Prepared(self)
    }
}

impl<Q: QueryFragment<Pg>> Prepare for Q {}

impl<Q: Query> Query for Prepared<Q> {
    type SqlType = Q::SqlType;
}

/// Its text is what it is known by.
impl<Q> QueryId for Prepared<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for Prepared<Q> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }

    fn is_safe_to_cache_prepared(&self, _: &Pg) -> QueryResult<bool> {
        Ok(true)
    }
}
