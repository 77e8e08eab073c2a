//! How common words are, by PostgreSQL's statistics, which tell the way to look for them. The planner would have to
//! plan each search anew to know of its words, and takes those that it has no figures of for more common than they are.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{PoisonError, RwLock},
    time::Duration,
};

use diesel::{
    QueryResult, QueryableByName,
    sql_types::{Array, Float, Text},
};
use diesel_async::RunQueryDsl as _;

use super::{Way, written};
use crate::db::{Conn, Db};

/// How often the statistics are read. PostgreSQL makes them anew when a tenth of a table has changed.
const PACE: Duration = Duration::from_mins(5);

/// What it costs to fetch a row that the index of words names, and to have it sorted, in rows that are looked at in
/// the order of a list. By measurement.
const FETCH: f32 = 4.0;

/// The common words of every table that has a column `search`.
#[derive(Debug, Default)]
pub struct Words(RwLock<HashMap<String, Table>>);

/// The common words of a table.
#[derive(Debug)]
struct Table {
    rows: f32,
    /// In which share of the rows they are.
    shares: BTreeMap<String, f32>,
}

impl Words {
    /// The better way to find so many rows of a table by words.
    #[must_use]
    pub fn way(&self, table: &str, search: &str, limit: i64) -> Way {
        let tables = self.0.read().unwrap_or_else(PoisonError::into_inner);
        tables.get(table).map_or(Way::Index, |table| table.way(search, limit))
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
    #[expect(clippy::cast_precision_loss, reason = "an estimate needs no more")]
    fn way(&self, search: &str, limit: i64) -> Way {
        let shares: Vec<_> = written(search).map(|word| self.share(&word.to_lowercase())).collect();
        let least = shares.iter().copied().fold(1.0, f32::min);
        let passed_over = limit as f32 / shares.iter().product::<f32>();
        if passed_over < self.rows * least * FETCH { Way::Order } else { Way::Index }
    }

    /// The share of rows that have a word that begins so, which is 0 if none of them is common.
    fn share(&self, beginning: &str) -> f32 {
        let words = self.shares.range(beginning.to_owned()..);
        let shares = words.take_while(|(word, _)| word.starts_with(beginning)).map(|(_, share)| share);
        // Not `sum`, which is a negative zero for nothing.
        shares.fold(0.0, |all, share| all + share).min(1.0)
    }
}

async fn read(conn: &mut Conn) -> QueryResult<HashMap<String, Table>> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        name: String,
        #[diesel(sql_type = Float)]
        rows: f32,
        #[diesel(sql_type = Array<Text>)]
        words: Vec<String>,
        #[diesel(sql_type = Array<Float>)]
        shares: Vec<f32>,
    }
    let rows: Vec<Row> = diesel::sql_query(
        "SELECT tablename::text AS name, reltuples AS rows, most_common_elems::text::text[] AS words, \
             most_common_elem_freqs AS shares \
         FROM pg_stats JOIN pg_class ON pg_class.oid = to_regclass(format('%I.%I', schemaname, tablename)) \
         WHERE schemaname = ANY (current_schemas(false)) AND attname = 'search' AND most_common_elems IS NOT NULL",
    )
    .load(conn)
    .await?;
    let table = |row: Row| {
        (row.name, Table { rows: row.rows, shares: row.words.into_iter().zip(row.shares).collect() })
    };
    Ok(rows.into_iter().map(table).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_words_are_looked_for_in_order_and_rare_ones_by_the_index() {
        let shares = [("daily", 1.0), ("kettle", 0.01), ("kettl", 0.01), ("red", 0.025)];
        let of = |rows: f32| {
            let shares = shares.iter().map(|(word, share)| ((*word).to_owned(), *share)).collect();
            Table { rows, shares }
        };
        for (rows, search, way) in [
            (1_000.0, "daily", Way::Order),
            (500_000.0, "DAILY!", Way::Order),
            (500_000.0, "da", Way::Order),
            (20_000.0, "kettle", Way::Index),
            (500_000.0, "kettle", Way::Order),
            (500_000.0, "daily kettle", Way::Order),
            (500_000.0, "red kettle", Way::Index),
            (500_000.0, "zebra", Way::Index),
            (500_000.0, "daily zebra", Way::Index),
        ] {
            assert_eq!(of(rows).way(search, 21), way, "{search} in {rows}");
        }
    }
}
