//! Going on where one was cut off.

use std::collections::HashMap;

use diesel_async::SimpleAsyncConnection as _;
use reqwest::Method;

use super::{heard::refused, last_event, listen, next_of};
use crate::{
    events::read,
    support::{Client, Events, Person, Socket, TestApp, Value, json},
};

pub const LOG: &str = "subscription($after: ID) { events(after: $after) { id } }";
const ORDERS: &str = "subscription($after: ID) { orderChanged(after: $after) { id status } }";

fn sse(client: &Client, query: &str, after: &str, last_event_id: Option<&str>) -> reqwest::RequestBuilder {
    let body = json!({ "query": query, "variables": { "after": after } });
    let request = client.request(Method::POST, "/graphql").json(&body);
    match last_event_id {
        Some(id) => request.header("last-event-id", id),
        None => request,
    }
}

fn id_of(result: &Value) -> String {
    result["extensions"]["event"]["id"].as_str().expect("results tell of their event").to_owned()
}

/// Hears on up to an event; the ids of all that were heard, and the results.
async fn hear_to(socket: &mut Socket, events: &mut Events, last: &str) -> [Vec<Value>; 2] {
    let (mut heard, mut told) = (Vec::new(), Vec::new());
    while heard.last().is_none_or(|result| id_of(result) != last) {
        heard.push(socket.hear().await["payload"].take());
    }
    while told.last().is_none_or(|result| id_of(result) != last) {
        told.push(events.next().await.expect("there is more").1);
    }
    [heard, told]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_happens_while_a_server_is_gone_is_heard_from_another() {
    let app = TestApp::start().await;
    let (seller, buyer, manager) = (app.customer().await, app.customer().await, app.manager().await);
    let mug = seller.sell("Mug", "1.00", 99, json!({})).await;
    let mut orders = Vec::new();
    for _ in 0..4 {
        orders.push(buyer.order(&[(&mug, 1)], None).await.text("/placeOrder/order/id"));
    }
    let start = last_event(&app).await;
    let (first, running) = app.second_instance(&["--drain=1"]).await;
    let on = |instance: &Client, who: &Person| instance.with_token(who.token.clone());
    let after = json!({ "after": start });
    let (mut log, mut log_events) = listen(&on(&first, &manager), LOG, &after).await;
    let (mut own, mut own_events) = listen(&on(&first, &buyer), ORDERS, &after).await;
    manager.move_order(&orders[0], "PAID").await.done("changeOrderStatus");
    let cut = last_event(&app).await;
    let [mut log_heard, mut log_told] = hear_to(&mut log, &mut log_events, &cut).await;
    hear_to(&mut own, &mut own_events, &cut).await;
    let known = log_events.last_id.clone().expect("events have ids");
    assert_eq!(known, cut);

    // Things go on while it ends, while none is there, and when another one is.
    let mut changes = orders.iter().cycle().zip(["PAID", "SHIPPED", "DELIVERED"].iter().flat_map(|s| [s; 4]));
    let change = async |(order, status): (&String, &&str)| {
        manager.move_order(order, status).await.data();
    };
    let stopping = async { running.stop().await };
    let going_on = async {
        for _ in 0..4 {
            change(changes.next().expect("there are more")).await;
        }
    };
    tokio::join!(stopping, going_on);
    drop((log, log_events, own, own_events));
    for _ in 0..4 {
        change(changes.next().expect("there are more")).await;
    }
    let (second, _running) = app.second_instance(&[]).await;
    let after = json!({ "after": cut });
    let (mut log, _) = listen(&on(&second, &manager), LOG, &after).await;
    // The header counts more than what stands in the address that a browser asks again.
    let mut log_events = Events::of(sse(&on(&second, &manager), LOG, &start, Some(&known))).await;
    let (mut own, _) = listen(&on(&second, &buyer), ORDERS, &after).await;
    let mut own_events = Events::of(sse(&on(&second, &buyer), ORDERS, &start, Some(&known))).await;
    for pair in changes {
        change(pair).await;
    }
    let last = last_event(&app).await;
    let [heard, told] = hear_to(&mut log, &mut log_events, &last).await;
    log_heard.extend(heard);
    log_told.extend(told);
    let all = read(&manager, Some(&start), json!({})).await;
    let all: Vec<_> = all.iter().map(|event| event["id"].clone()).collect();
    for results in [log_heard, log_told] {
        let ids: Vec<_> = results.iter().map(|result| result["data"]["events"]["id"].clone()).collect();
        assert_eq!(ids, all, "nothing is missing, nothing comes twice");
    }
    for results in hear_to(&mut own, &mut own_events, &last).await {
        let mut newest = HashMap::new();
        for result in results {
            let order = &result["data"]["orderChanged"];
            newest.insert(order["id"].to_string(), order["status"].clone());
        }
        assert_eq!(newest.len(), 4, "all orders have changed");
        assert!(newest.values().all(|status| *status == json!("DELIVERED")), "{newest:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn missed_changes_of_a_thing_come_as_one_and_of_many_in_portions() {
    let app = TestApp::start().await;
    let (seller, buyer, manager) = (app.customer().await, app.customer().await, app.manager().await);
    let mug = seller.sell("Mug", "1.00", 9_999, json!({})).await;
    let start = last_event(&app).await;
    for stock in 1..30 {
        seller.restock(&mug, stock).await;
    }
    let query = "subscription($id: ID!, $after: ID) { v: productChanged(id: $id, after: $after) { stock } }";
    let last = last_event(&app).await;
    let after = json!({ "id": mug, "after": start });
    let (mut socket, mut events) = listen(&app.visitor(), query, &after).await;
    for results in hear_to(&mut socket, &mut events, &last).await {
        assert_eq!(results.len(), 1, "{results:#?}");
        assert_eq!(results[0]["data"]["v"], json!({ "stock": 29 }));
    }

    // More orders than are read at once, of this customer and of another one.
    let other = app.customer().await;
    seller.restock(&mug, 9_999).await;
    let start = last_event(&app).await;
    for (who, count) in [(&buyer, 130), (&other, 5)] {
        for _ in 0..count {
            let order = who.order(&[(&mug, 1)], None).await.text("/placeOrder/order/id");
            who.move_order(&order, "CANCELLED").await.done("changeOrderStatus");
        }
    }
    last_event(&app).await;
    let last_own = app
        .database
        .text(&format!(
            "SELECT id FROM events WHERE kind = 'ORDER_CHANGED' AND payload ->> 'customerId' = '{}'
             ORDER BY position DESC LIMIT 1",
            buyer.id
        ))
        .await;
    let last = app
        .database
        .text("SELECT id FROM events WHERE kind = 'ORDER_CHANGED' ORDER BY position DESC LIMIT 1")
        .await;
    for (who, last, count) in [(&buyer, &last_own, 130), (&manager, &last, 135)] {
        let (mut socket, mut events) = listen(who, ORDERS, &json!({ "after": start })).await;
        for results in hear_to(&mut socket, &mut events, last).await {
            let mut orders: Vec<_> = results.iter().map(|result| &result["data"]["orderChanged"]).collect();
            assert!(orders.iter().all(|order| order["status"] == json!("CANCELLED")));
            orders.sort_by_key(|order| order["id"].to_string());
            orders.dedup();
            assert_eq!((results.len(), orders.len()), (count, count));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transaction_that_stays_open_is_heard_of_later_and_holds_up_nobody() {
    let app = TestApp::start().await;
    let (seller, manager) = (app.customer().await, app.manager().await);
    let mug = seller.sell("Mug", "1.00", 1, json!({})).await;
    let start = last_event(&app).await;
    let (mut socket, mut events) = listen(&manager, LOG, &json!({ "after": start })).await;
    let mut slow = app.database.connect().await;
    slow.batch_execute(
        "BEGIN; INSERT INTO events (id, kind, aggregate_id, version, at, payload)
         VALUES (gen_random_uuid(), 'ACCOUNT_CLOSED', gen_random_uuid(), 1, now(), '{\"v\": 1}')",
    )
    .await
    .expect("it can be written");
    for stock in 2..7 {
        seller.restock(&mug, stock).await;
        next_of(&mut socket, &mut events, "STOCK_CHANGED").await;
    }
    slow.batch_execute("SELECT pg_sleep(5); COMMIT").await.expect("it can be committed");
    next_of(&mut socket, &mut events, "ACCOUNT_CLOSED").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_goes_on_from_what_is_forgotten_or_never_was() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let mug = manager.sell("Mug", "1.00", 1, json!({})).await;
    let old = last_event(&app).await;
    manager.restock(&mug, 2).await;
    last_event(&app).await;
    app.database.sql("DELETE FROM events WHERE position < (SELECT max(position) FROM events)").await;
    for (after, code) in [
        (old.as_str(), "EXPIRED"),
        ("nonsense", "BAD_USER_INPUT"),
        ("5f0c8f1e-6f4f-4d4c-9d4b-6a1c5a8a7f10", "BAD_USER_INPUT"),
    ] {
        for query in [LOG, ORDERS] {
            let error = refused(&manager, query, json!({ "after": after })).await;
            assert_eq!(error["extensions"]["code"], json!(code), "{after}");
            let mut events = Events::of(sse(&manager, query, &last_event(&app).await, Some(after))).await;
            let (_, result) = events.next().await.expect("it is refused");
            assert_eq!(result["errors"][0]["extensions"]["code"], json!(code), "{after}");
        }
    }
}
