//! PostgreSQL's full-text search and its comparison of letters, as Diesel expressions. The functions that are
//! ours stand in the migration `create_text_search`.

mod words;

use diesel::{
    BoolExpressionMethods as _, BoxableExpression, PgExpressionMethods as _,
    expression::{AsExpression, Expression, ValidGrouping, is_aggregate::No},
    pg::Pg,
    query_builder::QueryId,
    sql_types::{Bool, SqlType, Text},
};

pub use words::{RANKED, Words};

use super::Once;

#[derive(Debug, Clone, Copy, SqlType, QueryId)]
#[diesel(postgres_type(oid = 3614, array_oid = 3643))]
pub struct TsVector;

#[derive(Debug, Clone, Copy, SqlType, QueryId)]
#[diesel(postgres_type(oid = 3615, array_oid = 3645))]
pub struct TsQuery;

diesel::infix_operator!(Matches, " @@ ", Bool, backend: Pg);
diesel::infix_operator!(ResemblesPartOf, " <% ", Bool, backend: Pg);

#[diesel::declare_sql_function]
extern "SQL" {
    fn folded(written: Text) -> Text;
    fn search_query(written: Text) -> TsQuery;
    fn search_rank(vector: TsVector, query: TsQuery, name: Text, folded: Text) -> Float;
}

/// Whether `vector` has what `query` asks for.
pub fn matches<V, Q>(vector: V, query: Q) -> Matches<V, Q>
where
    V: Expression<SqlType = TsVector>,
    Q: Expression<SqlType = TsQuery>,
{
    Matches::new(vector, query)
}

/// Whether some words of `whole` are nearly `part`.
pub fn resembles_part_of<P, W>(part: P, whole: W) -> ResemblesPartOf<P, W::Expression>
where
    P: Expression<SqlType = Text>,
    W: AsExpression<Text>,
{
    ResemblesPartOf::new(part, whole.as_expression())
}

/// How to find what has the words that are searched for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Way {
    /// By the index of all words, and then sorted.
    Index,
    /// By the index of these words, which are some of them, and then sorted: the others are so common that the index
    /// would read much and leave out little. What is found is looked through for them.
    Rare(String),
    /// By going through the list in its order until a page is full: where words are so common that few rows have to
    /// be passed over, and the index would give far too many.
    Order,
    /// By the letters of its name, which are nearly what was written.
    Letters,
}

/// A condition on the rows of a table.
type Condition<'a, T> = Box<dyn BoxableExpression<T, Pg, SqlType = Bool> + 'a>;

/// All words of `search` are somewhere in `vector`; or by letters, each of them is nearly a word of `name`.
pub fn found_by<'a, T, V, N>(way: &'a Way, vector: V, name: N, search: &'a str) -> Condition<'a, T>
where
    T: 'a,
    V: BoxableExpression<T, Pg, SqlType = TsVector> + ValidGrouping<(), IsAggregate = No> + Copy + 'a,
    N: BoxableExpression<T, Pg, SqlType = Text> + ValidGrouping<(), IsAggregate = No> + Copy + 'a,
{
    let words = |words| matches(vector, Once(search_query(words)));
    // No index can answer it so.
    let looked_through = words(search).is_not_distinct_from(true);
    match way {
        Way::Index => Box::new(words(search)),
        Way::Rare(rare) => Box::new(words(rare).and(looked_through)),
        Way::Order => Box::new(looked_through),
        Way::Letters => {
            let nearly = |word: &'a str| -> Condition<'a, T> {
                Box::new(resembles_part_of(Once(folded(word)), folded(name)))
            };
            written(search)
                .map(nearly)
                .reduce(|all, next| Box::new(all.and(next)))
                .unwrap_or(Box::new(words(search)))
        }
    }
}

/// The words of what someone wrote.
fn written(search: &str) -> impl Iterator<Item = &str> {
    search.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty())
}
