//! What lasts: sockets, and results as server-sent events.

mod crowd;
mod ends;
mod events;
mod feeds;
mod heard;
mod killed;
mod limits;
mod protocol;
mod resume;
mod rights;

use crate::{
    events::placed,
    support::{Client, Events, Person, Reply, Socket, TestApp, Value, json},
};
use reqwest::Method;
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
    let metrics = Reply::of(client.request(Method::GET, "/metrics")).await;
    let text = metrics.body.as_str().expect("metrics are text");
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')).expect("it is there");
    line.parse().expect("it is a number")
}

/// Waits until a gauge shows this.
async fn shows(client: &Client, name: &str, value: u32) {
    let deadline = Instant::now() + Duration::from_mins(1);
    while gauge(client, name).await != value {
        assert!(Instant::now() < deadline, "{name} does not come to {value}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn subscribe_body(product: &str) -> Value {
    json!({ "query": CHANGED, "variables": { "id": product } })
}

/// The newest event, once all that is committed has its place: who listens behind it misses nothing.
async fn last_event(app: &TestApp) -> String {
    placed(&app.database).await;
    app.database.text("SELECT id FROM events ORDER BY position DESC LIMIT 1").await
}

/// Subscribes over both transports.
async fn listen(client: &Client, query: &str, variables: &Value) -> (Socket, Events) {
    let mut socket = Socket::of(client).await;
    socket.subscribe("1", query, variables.clone()).await;
    let body = json!({ "query": query, "variables": variables });
    (socket, Events::of(client.request(Method::POST, "/graphql").json(&body)).await)
}

/// The next result of both that comes from an event of this type.
async fn next_of(socket: &mut Socket, events: &mut Events, kind: &str) -> [Value; 2] {
    let is_meant = |result: &Value| result["extensions"]["event"]["type"] == json!(kind);
    let mut heard = socket.hear().await["payload"].take();
    while !is_meant(&heard) {
        heard = socket.hear().await["payload"].take();
    }
    let mut told = events.next().await.expect("there is a result").1;
    while !is_meant(&told) {
        told = events.next().await.expect("there is another result").1;
    }
    [heard, told]
}
