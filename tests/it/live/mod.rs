//! What lasts: sockets, and results as server-sent events.

mod ends;
mod events;
mod feeds;
mod limits;
mod protocol;

use crate::support::{Client, Database, Person, Reply, Socket, Value, json};
use std::time::{Duration, Instant};

const CHANGED: &str = "subscription($id: ID!) { productChanged(id: $id) { id stock version } }";

/// Changes a product until the socket hears of it: that a subscription has begun is not told.
async fn is_heard(socket: &mut Socket, seller: &Person, product: &str) -> Value {
    for stock in 1..60 {
        seller.restock(product, stock).await;
        if let Some(message) = socket.hear_soon().await {
            return message;
        }
    }
    panic!("nothing is heard of the product");
}

async fn gauge(client: &Client, name: &str) -> u32 {
    let metrics = Reply::of(client.request(reqwest::Method::GET, "/metrics")).await;
    let text = metrics.body.as_str().expect("metrics are text");
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')).expect("it is there");
    line.parse().expect("it is a number")
}

/// Waits until a gauge shows this.
async fn shows(client: &Client, name: &str, value: u32) {
    let deadline = Instant::now() + Duration::from_secs(30);
    while gauge(client, name).await != value {
        assert!(Instant::now() < deadline, "{name} does not come to {value}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn subscribe_body(product: &str) -> Value {
    json!({ "query": CHANGED, "variables": { "id": product } })
}

/// Waits until so many statements wait for a lock.
async fn are_waiting(database: &Database, count: u32) {
    let waiting = "SELECT count(*) FROM pg_stat_activity \
                   WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while database.text(waiting).await != count.to_string() {}
}
