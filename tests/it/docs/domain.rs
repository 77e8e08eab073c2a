//! The page of the domain: its diagrams show the database as it is.

use std::collections::BTreeSet;

use super::blocks;
use crate::support::Database;

const PAGE: &str = include_str!("../../../docs/domain.md");

/// What the diagrams show.
#[derive(Default)]
struct Shown {
    tables: BTreeSet<String>,
    /// Each as `table.column type`.
    columns: BTreeSet<String>,
    /// Each as it is written: `parent ||--o{ child : column`.
    relations: BTreeSet<String>,
}

impl Shown {
    fn on_the_page() -> Self {
        let (mut shown, mut table) = (Self::default(), "");
        let blocks = blocks(PAGE);
        let diagrams = blocks.iter().filter(|block| block.language == "mermaid");
        for line in diagrams.flat_map(|diagram| diagram.text.lines()).map(str::trim) {
            let new = if line.contains(" : ") {
                shown.relations.insert(line.to_owned())
            } else if let Some(begun) = line.strip_suffix(" {") {
                table = begun;
                shown.tables.insert(begun.to_owned())
            } else if let Some((kind, rest)) = line.split_once(' ') {
                let column = rest.split(' ').next().unwrap_or_default();
                shown.columns.insert(format!("{table}.{column} {kind}"))
            } else {
                matches!(line, "erDiagram" | "}")
            };
            assert!(new, "{line} says nothing, or nothing new");
        }
        shown
    }
}

async fn lines(database: &Database, sql: &str) -> BTreeSet<String> {
    let text = database.text(&format!("SELECT string_agg(line, E'\\n') FROM ({sql}) AS lines (line)")).await;
    text.lines().map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_diagrams_of_the_domain_show_the_database_as_it_is() {
    let database = Database::migrated().await;
    let shown = Shown::on_the_page();

    let relations = lines(
        &database,
        "SELECT concat(confrelid::regclass, CASE WHEN attnotnull THEN ' ||' ELSE ' |o' END, '--', \
             CASE WHEN EXISTS (SELECT FROM pg_index WHERE indisunique AND indrelid = conrelid \
                 AND indkey::text = array_to_string(conkey, ' ') \
                 AND coalesce(pg_get_expr(indpred, indrelid), format('(%I IS NOT NULL)', attname)) \
                     = format('(%I IS NOT NULL)', attname)) THEN 'o| ' ELSE 'o{ ' END, \
             conrelid::regclass, ' : ', attname) \
         FROM pg_constraint AS link JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1] \
         WHERE contype = 'f'",
    )
    .await;
    let differing: Vec<_> = shown.relations.symmetric_difference(&relations).collect();
    assert!(differing.is_empty(), "only on the page or only in the database: {differing:#?}");

    let columns = lines(
        &database,
        "SELECT concat(table_name, '.', column_name, ' ', \
             CASE data_type WHEN 'timestamp with time zone' THEN 'timestamptz' ELSE data_type END) \
         FROM information_schema.columns WHERE table_schema = 'public'",
    )
    .await;
    let made_up: Vec<_> = shown.columns.difference(&columns).collect();
    assert!(made_up.is_empty(), "there is no {made_up:?}");

    let tables = lines(&database, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'").await;
    let is_told = |table: &str| shown.tables.contains(table) || PAGE.contains(&format!("`{table}`"));
    let untold: Vec<_> = tables.iter().filter(|table| !table.starts_with("__") && !is_told(table)).collect();
    assert!(untold.is_empty(), "docs/domain.md does not tell of {untold:?}");
}
