//! What stands in a record, and that each event has one.

use std::collections::BTreeSet;

use chrono::DateTime;

use super::{Cluster, Duration, Instant, all_noted, events, placed, read};
use crate::{
    docs::blocks,
    support::{TestApp, Value, json},
};

/// The partition that a producer in Java would choose:
/// <https://github.com/apache/kafka/blob/trunk/clients/src/main/java/org/apache/kafka/common/utils/Utils.java>.
fn partition_in_java(key: &str, partitions: u32) -> u32 {
    const M: u32 = 0x5bd1_e995;
    let bytes = key.as_bytes();
    let length = u32::try_from(bytes.len()).expect("keys are short");
    let mut hash = 0x9747_b28c ^ length;
    let mut words = bytes.chunks_exact(4);
    for word in &mut words {
        let word = u32::from_le_bytes(word.try_into().expect("there are four")).wrapping_mul(M);
        hash = hash.wrapping_mul(M) ^ (word ^ (word >> 24)).wrapping_mul(M);
    }
    assert!(words.remainder().is_empty(), "a UUID has 36 letters");
    hash = (hash ^ (hash >> 13)).wrapping_mul(M);
    hash ^= hash >> 15;
    (hash & 0x7fff_ffff) % partitions
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_that_is_placed_becomes_records_as_the_page_has_them() {
    let cluster = Cluster::new();
    let app = TestApp::with(&[&cluster.flag()]).await;
    let (seller, buyer, manager) = (app.customer().await, app.customer().await, app.manager().await);
    let mug = seller.sell("Mug", "2.50", 9, json!({})).await;
    let order = buyer.order(&[(&mug, 2)], None).await.text("/placeOrder/order/id");
    let mut reader = cluster.reader();
    reader.read_until(4).await;
    let log = read(&manager, None, json!({})).await;
    assert_eq!(reader.assert_whole(&log), 0, "nothing comes twice");

    let placed = reader.records.iter().find(|record| record.headers["event-type"] == "ORDER_PLACED");
    let placed = placed.expect("the order is told of");
    assert_eq!(placed.key, order);
    assert_eq!((&placed.value["aggregateId"], &placed.value["version"]), (&json!(order), &json!(1)));
    assert_eq!(placed.value["actorId"], json!(buyer.id));
    assert_eq!(placed.value["payload"]["total"], json!({ "amount": "5.00", "currency": "EUR" }));

    for record in &reader.records {
        let event = log.iter().find(|event| event["id"] == record.value["id"]).expect("it is in the log");
        for field in ["id", "type", "at", "aggregateId", "version", "payload"] {
            assert_eq!(record.value[field], event[field], "{field}");
        }
        assert_eq!(record.value["actorId"], event["actor"]["id"]);
        assert_eq!(json!(record.key), event["aggregateId"]);
        assert_eq!(json!(record.headers), json!({ "event-id": event["id"], "event-type": event["type"] }));
        let at = event["at"].as_str().and_then(|at| DateTime::parse_from_rfc3339(at).ok());
        assert_eq!(record.timestamp, at.map(|at| at.timestamp_millis()));
        assert_eq!(u32::try_from(record.partition), Ok(partition_in_java(&record.key, 4)));
    }
    let positions: BTreeSet<_> = reader.records.iter().map(super::cluster::Record::position).collect();
    assert_eq!(positions, (1..=4).collect());

    let page = blocks(include_str!("../../../../docs/events.md"));
    let shown = page.iter().find_map(|block| Some(block.text.split_once("\nvalue   ")?.1));
    let shown: Value = serde_json::from_str(shown.expect("the page shows a record")).expect("it is JSON");
    let fields =
        |value: &Value| value.as_object().map(|fields| fields.keys().cloned().collect::<BTreeSet<_>>());
    assert_eq!(fields(&placed.value), fields(&shown));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_missing_or_comes_twice_when_the_only_instance_ends_in_order() {
    let cluster = Cluster::new();
    let app = TestApp::start().await;
    let (seller, manager) = (app.customer().await, app.manager().await);
    let mug = seller.sell("Mug", "1.00", 1, json!({})).await;
    for stock in 2..30 {
        seller.restock(&mug, stock).await;
    }
    let readers = "SELECT count(*) FROM event_readers";
    assert_eq!(app.database.text(readers).await, "0", "without brokers nobody reads");

    // All that is kept goes out first, then what happens, while instances come and go.
    let mut is_in_order = true;
    for round in 1..4 {
        let (_, running) = app.second_instance(&[&cluster.flag()]).await;
        for stock in 0..30 {
            seller.restock(&mug, round * 100 + stock).await;
        }
        if round == 2 {
            all_noted(&app.database).await;
        }
        let begun = Instant::now();
        running.stop().await;
        // What is under way is given two seconds.
        is_in_order &= begun.elapsed() < Duration::from_secs(2);
        seller.restock(&mug, round * 100 + 50).await;
    }
    let (_, _running) = app.second_instance(&[&cluster.flag()]).await;
    let mut reader = cluster.reader();
    reader.read_until(events(&app.database).await).await;
    placed(&app.database).await;
    let again = reader.assert_whole(&read(&manager, None, json!({})).await);
    assert!(again == 0 || !is_in_order, "{again} come twice");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_newer_version_tells_is_published_too() {
    let cluster = Cluster::new();
    let app = TestApp::with(&[&cluster.flag()]).await;
    app.database
        .sql(
            "INSERT INTO events (id, kind, aggregate_id, version, at, payload) \
             VALUES (gen_random_uuid(), 'RETURN_ASKED_FOR', gen_random_uuid(), 1, now(), '{\"v\": 1}')",
        )
        .await;
    let mut reader = cluster.reader();
    reader.read_until(1).await;
    assert_eq!(reader.records[0].value["type"], "RETURN_ASKED_FOR");
    assert_eq!(reader.records[0].value["actorId"], Value::Null);
}
