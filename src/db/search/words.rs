//! How common words are, by PostgreSQL's statistics, which tell the way to look for them. The planner would have to
//! plan each search anew to know of its words, and takes those that it has no figures of for more common than they are.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{PoisonError, RwLock},
    time::Duration,
};

use diesel::{
    QueryResult, QueryableByName,
    sql_types::{Array, Float, Text, Uuid as SqlUuid},
};
use diesel_async::RunQueryDsl as _;
use uuid::Uuid;

use super::{Way, written};
use crate::db::{Conn, Db};

/// How often the statistics are read. PostgreSQL makes them anew when a tenth of a table has changed.
const PACE: Duration = Duration::from_mins(5);

/// What it costs to fetch a row that the index of words names, and to have it sorted, in rows that are looked at in
/// the order of a list. By measurement.
const FETCH: f32 = 4.0;

/// What it costs that the index of words names a row at all, in the same measure.
const NAME: f32 = 0.5;

/// What it costs to find out where rows of an age are, for each row of the table, in the same measure.
const AGE: f32 = 0.006;

/// How many times as much as a page needs is expected among the newest rows where they are looked at first.
const SPARE: f32 = 2.0;

/// In which share of the rows a word is so common that the index is not asked for it if there are others.
const COMMON: f32 = 0.1;

/// How many rows are ranked by how well they fit, the newest ones, where more have the words: ranking reads all words
/// of a row.
pub const RANKED: i64 = 2_000;

/// The common words of every table that has a column `search`.
#[derive(Debug, Default)]
pub struct Words(RwLock<HashMap<String, Table>>);

/// The common words of a table.
#[derive(Debug)]
struct Table {
    rows: f32,
    /// Ids that part the rows by their age into as many each, the oldest first.
    ages: Vec<Uuid>,
    /// In which share of the rows they are.
    shares: BTreeMap<String, f32>,
}

impl Words {
    /// The better way to find so many rows of a table by words, or all that have them.
    #[must_use]
    pub fn way(&self, table: &str, search: &str, limit: Option<i64>) -> Way {
        let tables = self.0.read().unwrap_or_else(PoisonError::into_inner);
        tables.get(table).map_or(Way::Index, |table| table.way(search, limit))
    }

    /// An id behind which there should be more than so many rows that have the words, of those before another id or of
    /// all, if it pays to look among these newest ones first.
    #[must_use]
    pub fn newest(&self, table: &str, search: &str, limit: i64, before: Option<Uuid>) -> Option<Uuid> {
        let tables = self.0.read().unwrap_or_else(PoisonError::into_inner);
        tables.get(table)?.newest(search, number(limit), before)
    }

    /// Whether it seems that more rows than [`RANKED`] have the words.
    #[must_use]
    pub fn are_many(&self, table: &str, search: &str) -> bool {
        let tables = self.0.read().unwrap_or_else(PoisonError::into_inner);
        tables.get(table).is_some_and(|table| table.are_many(search))
    }

    /// Keeps up with the statistics. It never returns.
    pub async fn follow(db: Db) {
        loop {
            if let Ok(mut conn) = db.conn().await
                && let Ok(tables) = read(&mut conn).await
            {
                *db.words().0.write().unwrap_or_else(PoisonError::into_inner) = tables;
            }
            tokio::time::sleep(PACE).await;
        }
    }
}

impl Table {
    fn way(&self, search: &str, limit: Option<i64>) -> Way {
        let words = self.words(search);
        let passed_over = limit.map(|limit| number(limit) / share_of_all(&words));
        if passed_over.is_some_and(|rows| rows < self.rows * least(&words) * FETCH) {
            return Way::Order;
        }
        let (rare, common): (Vec<_>, Vec<_>) = words.into_iter().partition(|(_, share)| *share < COMMON);
        if rare.is_empty() || common.is_empty() {
            return Way::Index;
        }
        Way::Rare(rare.into_iter().map(|(word, _)| word).collect::<Vec<_>>().join(" "))
    }

    fn newest(&self, search: &str, limit: f32, before: Option<Uuid>) -> Option<Uuid> {
        let words = self.words(search);
        let (named, all) = (self.rows * least(&words), share_of_all(&words));
        let passed_over = limit / all;
        let part = SPARE * passed_over / self.rows;
        let cost = named * (NAME + FETCH * part) + self.rows * AGE;
        if all == 0.0 || cost >= passed_over || cost >= named * FETCH {
            return None;
        }
        let newest = self.ages.len().checked_sub(1)?;
        let parts = part * f32::from(u16::try_from(newest).ok()?);
        let end = before.map_or(newest, |id| self.ages.partition_point(|age| *age < id));
        let mut older = self.ages[..end].iter().rev().zip(1_u16..);
        older.find(|(_, steps)| f32::from(*steps) >= parts).map(|(age, _)| *age)
    }

    fn are_many(&self, search: &str) -> bool {
        self.rows * share_of_all(&self.words(search)) > number(RANKED)
    }

    /// The words that were written, each with its share.
    fn words<'s>(&self, search: &'s str) -> Vec<(&'s str, f32)> {
        written(search).map(|word| (word, self.share(&word.to_lowercase()))).collect()
    }

    /// The share of rows that have a word that begins so, which is 0 if none of them is common.
    fn share(&self, beginning: &str) -> f32 {
        let words = self.shares.range(beginning.to_owned()..);
        let shares = words.take_while(|(word, _)| word.starts_with(beginning)).map(|(_, share)| share);
        // Not `sum`, which is a negative zero for nothing.
        shares.fold(0.0, |all, share| all + share).min(1.0)
    }
}

/// The share of rows that have the rarest of these words.
fn least(words: &[(&str, f32)]) -> f32 {
    words.iter().map(|(_, share)| *share).fold(1.0, f32::min)
}

/// The share of rows that have all these words, if none of them brings another.
fn share_of_all(words: &[(&str, f32)]) -> f32 {
    words.iter().map(|(_, share)| share).product()
}

#[expect(clippy::cast_precision_loss, reason = "an estimate needs no more")]
fn number(rows: i64) -> f32 {
    rows as f32
}

async fn read(conn: &mut Conn) -> QueryResult<HashMap<String, Table>> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        name: String,
        #[diesel(sql_type = Float)]
        rows: f32,
        #[diesel(sql_type = Array<SqlUuid>)]
        ages: Vec<Uuid>,
        #[diesel(sql_type = Array<Text>)]
        words: Vec<String>,
        #[diesel(sql_type = Array<Float>)]
        shares: Vec<f32>,
    }
    let rows: Vec<Row> = diesel::sql_query(
        "SELECT words.tablename::text AS name, reltuples AS rows, words.most_common_elems::text::text[] AS words, \
             words.most_common_elem_freqs AS shares, \
             coalesce(ages.histogram_bounds::text::uuid[], '{}') AS ages \
         FROM pg_stats AS words \
         JOIN pg_class ON pg_class.oid = to_regclass(format('%I.%I', words.schemaname, words.tablename)) \
         LEFT JOIN pg_stats AS ages ON ages.schemaname = words.schemaname AND ages.tablename = words.tablename \
             AND ages.attname = 'id' \
         WHERE words.schemaname = ANY (current_schemas(false)) AND words.attname = 'search' \
             AND words.most_common_elems IS NOT NULL",
    )
    .load(conn)
    .await?;
    let table = |row: Row| {
        let shares = row.words.into_iter().zip(row.shares).collect();
        (row.name, Table { rows: row.rows, ages: row.ages, shares })
    };
    Ok(rows.into_iter().map(table).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store(rows: f32) -> Table {
        let shares = [("daily", 1.0), ("kettle", 0.01), ("kettl", 0.01), ("red", 0.025)];
        // A hundred parts.
        let ages = (0..=100).map(Uuid::from_u128).collect();
        Table {
            rows,
            ages,
            shares: shares.iter().map(|(word, share)| ((*word).to_owned(), *share)).collect(),
        }
    }

    #[test]
    fn common_words_are_looked_for_in_order_and_rare_ones_by_the_index() {
        let rare = |words: &str| Way::Rare(words.to_owned());
        for (rows, search, way) in [
            (1_000.0, "daily", Way::Order),
            (500_000.0, "DAILY!", Way::Order),
            (500_000.0, "da", Way::Order),
            (20_000.0, "kettle", Way::Index),
            (500_000.0, "kettle", Way::Order),
            (500_000.0, "daily kettle", Way::Order),
            (500_000.0, "red kettle", Way::Index),
            (500_000.0, "red daily, Kettle", rare("red Kettle")),
            (500_000.0, "zebra", Way::Index),
            (500_000.0, "daily zebra", rare("zebra")),
        ] {
            assert_eq!(store(rows).way(search, Some(21)), way, "{search} in {rows}");
        }
    }

    #[test]
    fn among_the_newest_it_is_looked_first_where_few_of_many_are_needed() {
        for (rows, search, limit, before, from) in [
            (50_000.0, "kettle", 21, None, Some(91)),
            (50_000.0, "kettle", 42, None, Some(83)),
            (50_000.0, "kettle", 21, Some(50), Some(41)),
            (50_000.0, "kettle", 21, Some(5), None),
            (50_000.0, "kettle", 400, None, None),
            (50_000.0, "red kettle", 1, None, Some(84)),
            (500_000.0, "kettle", 21, None, None),
            (1_000.0, "daily", 21, None, None),
            (500_000.0, "daily", 21, None, None),
            (50_000.0, "zebra", 21, None, None),
            (50_000.0, "daily kettle", 21, None, Some(91)),
        ] {
            let found = store(rows).newest(search, number(limit), before.map(Uuid::from_u128));
            assert_eq!(found, from.map(Uuid::from_u128), "{limit} of {search} in {rows} before {before:?}");
        }
        let unknown = Table { ages: Vec::new(), ..store(50_000.0) };
        assert_eq!(unknown.newest("kettle", 21.0, None), None);
    }

    #[test]
    fn all_that_is_found_is_looked_for_by_the_index() {
        for (search, way) in [
            ("daily", Way::Index),
            ("kettle", Way::Index),
            ("daily kettle", Way::Rare("kettle".to_owned())),
            ("", Way::Index),
        ] {
            assert_eq!(store(500_000.0).way(search, None), way, "{search}");
        }
    }

    #[test]
    fn what_many_rows_have_is_known() {
        for (rows, search, many) in [
            (500_000.0, "daily", true),
            (500_000.0, "kettle", true),
            (50_000.0, "kettle", false),
            (500_000.0, "red kettle", false),
            (500_000.0, "zebra", false),
        ] {
            assert_eq!(store(rows).are_many(search), many, "{search} in {rows}");
        }
    }
}
