//! Many who watch, and those who are too slow.

use std::time::{Duration, Instant};

use diesel_async::SimpleAsyncConnection as _;
use futures_util::future::join_all;
use reqwest::Method;
use tokio::{task::JoinSet, time::sleep};

use super::{last_event, shows};
use crate::support::{Events, Socket, TestApp, json};

/// So many events that tell nothing to anyone but those who read them all, each of 20 kB.
fn flood(events: u32) -> String {
    format!(
        "INSERT INTO events (id, kind, aggregate_id, version, at, payload)
         SELECT gen_random_uuid(), 'ACCOUNT_CLOSED', gen_random_uuid(), 1, now(),
                jsonb_build_object('v', 1, 'text', repeat('x', 20000))
         FROM generate_series(1, {events})"
    )
}

const STOCK: &str = "subscription($id: ID!, $after: ID) { productChanged(id: $id, after: $after) { stock } }";
const LOG: &str = "subscription($after: ID) { events(after: $after) { id payload } }";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_who_watch_a_product_cost_one_read_of_it() {
    let app = TestApp::start().await;
    let seller = app.customer().await;
    let mug = seller.sell("Mug", "1.00", 1, json!({})).await;
    let after = last_event(&app).await;
    let visitor = app.visitor();
    let open = async || {
        let mut socket = Socket::of(&visitor).await;
        for number in 0..20 {
            let variables = json!({ "id": mug, "after": after });
            socket.subscribe(&number.to_string(), STOCK, variables).await;
        }
        socket
    };
    let mut sockets = join_all((0..50).map(|_| open())).await;
    // Everyone has begun when everyone has heard of this.
    let hear = async |sockets: &mut Vec<Socket>, stock: i32| {
        for socket in sockets {
            let mut heard = Vec::new();
            for _ in 0..20 {
                let message = socket.hear().await;
                assert_eq!(message["payload"]["data"], json!({ "productChanged": { "stock": stock } }));
                heard.push(message["id"].as_str().and_then(|id| id.parse::<u32>().ok()));
            }
            heard.sort_unstable();
            assert_eq!(heard, (0..20).map(Some).collect::<Vec<_>>(), "each hears it once");
        }
    };
    seller.restock(&mug, 2).await;
    hear(&mut sockets, 2).await;
    // What is done for all of them, and for no request, is counted here.
    let before = app.db.statements();
    for stock in 3..9 {
        seller.restock(&mug, stock).await;
        hear(&mut sockets, stock).await;
    }
    assert_eq!(app.db.statements() - before, 6, "a change costs one read");
    // What the database says: each has looked for the product when it began, once more if that was after the first
    // change, and never again.
    let links = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
                 WHERE datname = current_database() AND application_name = 'souk'";
    let deadline = Instant::now() + Duration::from_secs(30);
    while app.database.text(links).await != "0" {
        assert!(Instant::now() < deadline, "the links of the store do not end");
    }
    let reads = "SELECT seq_scan + idx_scan FROM pg_stat_user_tables WHERE relname = 'products'";
    let reads: u32 = app.database.text(reads).await.parse().expect("it is a number");
    assert!((1_000..2_100).contains(&reads), "{reads} reads");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_read_for_nobody() {
    let app = TestApp::start().await;
    let (seller, manager) = (app.customer().await, app.manager().await);
    let mug = seller.sell("Mug", "1.00", 1, json!({})).await;
    let cap = seller.sell("Cap", "1.00", 1, json!({})).await;
    let after = last_event(&app).await;
    let mut socket = Socket::of(&manager).await;
    socket.subscribe("1", STOCK, json!({ "id": cap, "after": after })).await;
    let before = app.db.statements();
    for stock in 2..9 {
        seller.restock(&mug, stock).await;
    }
    seller.restock(&cap, 7).await;
    assert_eq!(socket.hear().await["payload"]["data"]["productChanged"]["stock"], json!(7));
    assert!(app.db.statements() - before <= 1, "the other product is not watched");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_heard_late_is_heard_all_the_same() {
    let app = TestApp::start().await;
    let (seller, manager) = (app.customer().await, app.manager().await);
    let mug = seller.sell("Mug", "1.00", 1, json!({})).await;
    let after = last_event(&app).await;
    let mut socket = Socket::of(&manager).await;
    socket.subscribe("1", LOG, json!({ "after": after })).await;
    let mut orders = Socket::of(&manager).await;
    let changed = "subscription($after: ID) { orderChanged(after: $after) { id } }";
    orders.subscribe("1", changed, json!({ "after": after })).await;
    // Both have begun when both have answered this.
    for socket in [&mut socket, &mut orders] {
        socket.result("{ __typename }", json!({})).await;
    }
    let mut holder = app.database.connect().await;
    holder.batch_execute("BEGIN; LOCK TABLE orders").await.expect("nobody else has it");
    let event = "INSERT INTO events (id, kind, aggregate_id, version, at, payload)
        VALUES (gen_random_uuid(), 'ORDER_CHANGED', gen_random_uuid(), 1, now(), '{\"v\": 1}')";
    app.database.sql(event).await;
    app.database.waiters(1).await;
    // More than is kept for one who can't hear meanwhile.
    for stock in 2..102 {
        seller.restock(&mug, stock).await;
    }
    holder.batch_execute("COMMIT").await.expect("it was only held");
    let mut heard = Vec::new();
    while heard.len() < 101 {
        heard.push(socket.hear().await["payload"]["data"]["events"]["id"].clone());
    }
    let all = "SELECT string_agg(id::text, ' ' ORDER BY position) FROM events WHERE position > \
               (SELECT position FROM events WHERE id = '";
    let all = app.database.text(&format!("{all}{after}')")).await;
    assert_eq!(heard, all.split(' ').map(|id| json!(id)).collect::<Vec<_>>());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn much_at_once_is_no_matter_for_who_reads() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    app.customer().await.sell("Mug", "1.00", 1, json!({})).await;
    // Where the log is long, events are found by their ids, and not in their order.
    let long = "INSERT INTO events (id, kind, aggregate_id, version, at, payload)
        SELECT gen_random_uuid(), 'STOCK_CHANGED', gen_random_uuid(), 1, now(), '{\"v\": 1}'
        FROM generate_series(1, 20000); ANALYZE events";
    app.database.sql(long).await;
    let after = last_event(&app).await;
    let mut socket = Socket::of(&manager).await;
    socket.subscribe("1", LOG, json!({ "after": after })).await;
    let body = json!({ "query": LOG, "variables": { "after": after } });
    let mut events = Events::of(manager.request(Method::POST, "/graphql").json(&body)).await;
    app.database.sql(&flood(1_200)).await;
    let (mut heard, mut told) = (Vec::new(), Vec::new());
    for _ in 0..1_200 {
        let message = socket.hear().await;
        assert_eq!(message["type"], json!("next"), "{message:#}");
        heard.push(message["payload"]["extensions"]["event"]["id"].clone());
        told.push(events.next().await.expect("there is more").1["data"]["events"]["id"].clone());
    }
    let all = "SELECT string_agg(id::text, ' ' ORDER BY position) FROM events WHERE kind = 'ACCOUNT_CLOSED'";
    let all = app.database.text(all).await;
    let all: Vec<_> = all.split(' ').map(|id| json!(id)).collect();
    assert!(heard == all && told == all, "every event is heard once, and in order");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_too_slow_is_cut_off_and_nobody_else() {
    let app = TestApp::start().await;
    let (seller, manager) = (app.customer().await, app.manager().await);
    let mug = seller.sell("Mug", "1.00", 1, json!({})).await;
    let after = last_event(&app).await;
    let body = json!({ "query": LOG, "variables": { "after": after } });
    // These read nothing for now.
    let mut slow_events = Events::of(manager.request(Method::POST, "/graphql").json(&body)).await;
    let mut slow_socket = Socket::of(&manager).await;
    slow_socket.subscribe("1", LOG, json!({ "after": after })).await;
    shows(&manager, "souk_sockets", 1).await;
    let mut quick = Socket::of(&app.visitor()).await;
    quick.subscribe("1", STOCK, json!({ "id": mug, "after": after })).await;
    // Returns once all were told of so many events. Others may be told after a change was heard that came with them,
    // but not after the next one was.
    let mut stock = 1;
    let mut flooded = async |events: u32| {
        app.database.sql(&flood(events)).await;
        for _ in 0..2 {
            stock += 1;
            seller.restock(&mug, stock).await;
            assert_eq!(quick.hear().await["payload"]["data"]["productChanged"]["stock"], json!(stock));
        }
    };
    // More than fits in anywhere, until the socket is closed for it.
    let mut closing = JoinSet::new();
    let client = manager.client.clone();
    closing.spawn(async move { shows(&client, "souk_sockets", 1).await });
    let closed = loop {
        if let Some(closed) = closing.try_join_next() {
            break closed;
        }
        flooded(200).await;
    };
    closed.expect("the socket is closed");
    // First all is full that lies between, then what waits for that; the last one comes when it has been so for longer
    // than one is waited for who does not read.
    for events in [800, 400] {
        flooded(events).await;
        sleep(Duration::from_secs(3)).await;
    }
    flooded(1).await;
    // What was sent is read, then why there is no more, and behind what to go on.
    let (mut last, mut count) = (String::new(), 0);
    let error = loop {
        let (_, result) = slow_events.next().await.expect("it does not end without a word");
        if result["errors"].is_array() {
            break result;
        }
        last = result["data"]["events"]["id"].as_str().expect("it has an id").to_owned();
        count += 1;
    };
    assert_eq!(error["errors"][0]["extensions"]["code"], json!("TOO_SLOW"), "{error:#}");
    assert_eq!(slow_events.next().await.expect("it is complete").0, "complete");
    assert!(count > 0);
    let mut again = Socket::of(&manager).await;
    again.subscribe("1", LOG, json!({ "after": last })).await;
    let next = "SELECT id FROM events WHERE position = (SELECT position + 1 FROM events WHERE id = '";
    let next = app.database.text(&format!("{next}{last}')")).await;
    assert_eq!(again.hear().await["payload"]["data"]["events"]["id"], json!(next));
}
