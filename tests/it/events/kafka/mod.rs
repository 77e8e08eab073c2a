//! Events as Kafka gets them.

use std::{future::pending, time::Duration};

use reqwest::Method;
use souk::app::Running;
use tokio::time::{Instant, sleep};

use super::{assert_in_order, placed, read};
use crate::support::{Client, Database, Person, Reply, TestApp, json};
use cluster::Cluster;
use program::Program;

mod cluster;
mod instances;
mod outage;
mod program;
mod records;
mod settings;
mod tls;

/// How many events the log has.
async fn events(database: &Database) -> usize {
    placed(database).await;
    database.text("SELECT count(*) FROM events").await.parse().expect("it is a number")
}

/// Returns once the database says so.
async fn comes_true(database: &Database, sql: &str) {
    let deadline = Instant::now() + Duration::from_mins(1);
    while database.text(sql).await != "true" {
        assert!(Instant::now() < deadline, "it does not come true: {sql}");
        sleep(Duration::from_millis(20)).await;
    }
}

/// Returns once all is noted as published.
async fn all_noted(database: &Database) {
    placed(database).await;
    let noted = "SELECT coalesce(max(position), 0) = (SELECT max(position) FROM events) \
                 FROM event_readers WHERE name = 'kafka'";
    comes_true(database, noted).await;
}

/// How far behind the publisher is, by the figures for machines and for probes, once both tell the same: events and
/// seconds.
async fn behind(client: &Client) -> (i64, f64) {
    let deadline = Instant::now() + Duration::from_secs(30);
    let (events, seconds) = loop {
        let metrics = Reply::of(client.request(Method::GET, "/metrics")).await;
        let ready = Reply::of(client.request(Method::GET, "/health/ready")).await;
        let text = metrics.body.as_str().expect("metrics are text");
        let figure = |name: &str| {
            let name = format!("{name}{{reader=\"kafka\"}} ");
            text.lines().find_map(|line| line.strip_prefix(&name)?.parse::<f64>().ok())
        };
        let figures = (figure("souk_events_behind"), figure("souk_events_seconds_behind"));
        let told = &ready.body["readers"]["kafka"];
        // A store is ready without Kafka.
        if let (Some(events), Some(seconds)) = figures
            && ready.status == 200
            && told["eventsBehind"].as_i64().is_some_and(|told| (told > 0) == (events > 0.0))
            && told["secondsBehind"].is_number()
        {
            break (events, seconds);
        }
        assert!(Instant::now() < deadline, "{} {} and {text}", ready.status, ready.body);
        sleep(Duration::from_millis(50)).await;
    };
    #[expect(clippy::cast_possible_truncation, reason = "it is a whole number")]
    (events as i64, seconds)
}

/// Orders and changes of stock, one after the other and without end; tells how many were made.
async fn trade(seller: &Person, buyer: &Person, products: &[String], made: &mut usize) {
    for round in 0.. {
        let product = &products[round % products.len()];
        seller.restock(product, 1_000 + i32::try_from(round).expect("it ends")).await;
        buyer.order(&[(product, 1)], None).await.done("placeOrder");
        *made += 1;
    }
    pending::<()>().await;
}
