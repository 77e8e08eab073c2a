//! What has happened, as staff read it.

use std::time::{Duration, Instant};

use crate::support::{Client, Database, Value, json};

mod kafka;
mod live;
mod log;
mod order;
mod schemas;
mod told;

const LOG: &str = "query($after: ID, $first: Int, $types: [EventType!], $of: ID) {
    events(after: $after, first: $first, types: $types, aggregateId: $of) {
        nodes { id type at actor { id } aggregateId version payload }
        pageInfo { hasNextPage endCursor } } }";

/// All events behind one, in pages.
pub async fn read(staff: &Client, after: Option<&str>, more: Value) -> Vec<Value> {
    let (mut all, mut after) = (Vec::new(), after.map(str::to_owned));
    loop {
        let mut variables = json!({ "after": after, "first": 100 });
        if let (Some(variables), Value::Object(more)) = (variables.as_object_mut(), more.clone()) {
            variables.extend(more);
        }
        let page = staff.gql(LOG, variables).await;
        all.extend(page.at("/events/nodes").as_array().into_iter().flatten().cloned());
        if *page.at("/events/pageInfo/hasNextPage") == json!(false) {
            return all;
        }
        after = Some(page.text("/events/pageInfo/endCursor"));
    }
}

/// Returns once every event that is committed has its place.
pub async fn placed(database: &Database) {
    let deadline = Instant::now() + Duration::from_mins(1);
    while database.text("SELECT count(*) FROM events WHERE position IS NULL").await != "0" {
        assert!(Instant::now() < deadline, "some events are given no place");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// The places have no gaps and come once each, and those of each aggregate ascend with its versions.
async fn assert_in_order(database: &Database) {
    let gaps =
        "SELECT coalesce(max(position), 0) = count(*) AND count(*) = count(DISTINCT position) FROM events";
    assert_eq!(database.text(gaps).await, "true", "a place is missing, or was given twice");
    let wrong = "SELECT count(*) FROM (SELECT version < lag(version) OVER (PARTITION BY aggregate_id \
                 ORDER BY position) AS back FROM events) AS steps WHERE back";
    assert_eq!(database.text(wrong).await, "0", "a version comes before the one before it");
}
