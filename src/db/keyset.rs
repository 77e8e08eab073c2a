//! Paging by keyset: rows behind a place in a list, found by its index.

use diesel::{
    QueryResult,
    expression::{AppearsOnTable, Expression, ValidGrouping, is_aggregate},
    pg::Pg,
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::Bool,
};

/// `(key, id) < (place)` or `>`: a comparison of rows, which PostgreSQL answers from an index on both columns.
/// `key = .. AND id < ..`, as Diesel can say it, it does not.
#[derive(Debug, Clone, Copy)]
pub struct Beyond<K, I, PK, PI> {
    pub columns: (K, I),
    pub sign: &'static str,
    pub place: (PK, PI),
}

impl<K, I, PK, PI> Expression for Beyond<K, I, PK, PI> {
    type SqlType = Bool;
}
impl<K, I, PK, PI, QS> AppearsOnTable<QS> for Beyond<K, I, PK, PI>
where
    K: AppearsOnTable<QS>,
    I: AppearsOnTable<QS>,
    PK: AppearsOnTable<QS>,
    PI: AppearsOnTable<QS>,
{
}
impl<K, I, PK, PI> ValidGrouping<()> for Beyond<K, I, PK, PI> {
    type IsAggregate = is_aggregate::No;
}
impl<K, I, PK, PI> QueryId for Beyond<K, I, PK, PI> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}
impl<K, I, PK, PI> QueryFragment<Pg> for Beyond<K, I, PK, PI>
where
    K: QueryFragment<Pg>,
    I: QueryFragment<Pg>,
    PK: QueryFragment<Pg>,
    PI: QueryFragment<Pg>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("(");
        self.columns.0.walk_ast(out.reborrow())?;
        out.push_sql(", ");
        self.columns.1.walk_ast(out.reborrow())?;
        out.push_sql(") ");
        out.push_sql(self.sign);
        out.push_sql(" (");
        self.place.0.walk_ast(out.reborrow())?;
        out.push_sql(", ");
        self.place.1.walk_ast(out.reborrow())?;
        out.push_sql(")");
        Ok(())
    }
}

/// Narrows a boxed query to a window of a list that is sorted by `$key` and then by `$id`, both ascending or
/// both descending; `$place` reads the key from a cursor as an expression.
macro_rules! keyset {
    ($query:expr, $window:expr, $descending:expr, $key:expr, $place:expr, $id:expr) => {{
        let (mut query, window) = ($query, $window);
        let (behind, before) = if $descending { ("<", ">") } else { (">", "<") };
        for (place, sign) in [(&window.after, behind), (&window.before, before)] {
            if let Some(place) = place {
                query = query.filter($crate::db::keyset::Beyond {
                    columns: ($key, $id),
                    sign,
                    place: (
                        $place(place),
                        ::diesel::IntoSql::into_sql::<::diesel::sql_types::Uuid>(place.id),
                    ),
                });
            }
        }
        query = query.limit(window.limit()).offset(window.offset);
        if $descending != window.backward {
            query.order(($key.desc(), $id.desc()))
        } else {
            query.order(($key.asc(), $id.asc()))
        }
    }};
}

/// Narrows a boxed query to a window of a list that is sorted by `$id` alone, newest first unless
/// `$descending` is false.
macro_rules! newest_first {
    ($query:expr, $window:expr, $id:expr) => {
        $crate::db::newest_first!($query, $window, $id, true)
    };
    ($query:expr, $window:expr, $id:expr, $descending:expr) => {{
        let (mut query, window) = ($query, $window);
        let (behind, before) = match $descending {
            true => (&window.after, &window.before),
            false => (&window.before, &window.after),
        };
        if let Some(place) = behind {
            query = query.filter($id.lt(place.id));
        }
        if let Some(place) = before {
            query = query.filter($id.gt(place.id));
        }
        query = query.limit(window.limit()).offset(window.offset);
        if $descending != window.backward { query.order($id.desc()) } else { query.order($id.asc()) }
    }};
}

pub(crate) use {keyset, newest_first};
