//! Reading the log: who may, in pages, by type and by thing, and for how long.

use chrono::TimeDelta;
use reqwest::StatusCode;
use uuid::Uuid;

use super::{LOG, placed, read};
use crate::support::{TestApp, Value, json};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_is_read_in_pages_by_type_and_by_thing() {
    let app = TestApp::start().await;
    let (seller, manager) = (app.customer().await, app.manager().await);
    let mug = seller.sell("Mug", "1.00", 1, json!({})).await;
    let cap = seller.sell("Cap", "1.00", 1, json!({})).await;
    for stock in 2..8 {
        seller.restock(&mug, stock).await;
    }
    placed(&app.database).await;
    let all = read(&manager, None, json!({})).await;
    assert_eq!(all.len(), 10);
    let paged = read(&manager, None, json!({ "first": 3 })).await;
    assert_eq!(paged, all);
    let ids = |events: &[Value]| events.iter().map(|event| event["id"].clone()).collect::<Vec<_>>();
    let behind = read(&manager, all[3]["id"].as_str(), json!({})).await;
    assert_eq!(ids(&behind), ids(&all)[4..], "the id of any event is a cursor");
    let of_cap = read(&manager, None, json!({ "of": cap })).await;
    assert!(of_cap.len() == 2 && of_cap.iter().all(|event| event["aggregateId"] == json!(cap)));
    let products = read(&manager, None, json!({ "types": ["PRODUCT_CHANGED"] })).await;
    assert!(products.len() == 2 && products.iter().all(|event| event["type"] == json!("PRODUCT_CHANGED")));
    let counted = "{ events(types: [STOCK_CHANGED]) { totalCount edges { cursor node { id } } } }";
    let counted = manager.query(counted).await;
    assert_eq!(*counted.at("/events/totalCount"), json!(8));
    assert_eq!(counted.at("/events/edges/0/cursor"), counted.at("/events/edges/0/node/id"));
    for nothing in [json!({ "of": "no id" }), json!({ "of": Uuid::now_v7() }), json!({ "types": [] })] {
        assert_eq!(read(&manager, None, nothing).await, Vec::<Value>::new());
    }
    let page = manager.query("{ events(first: 100) { nodes { actor { username } payload } } }").await;
    assert_eq!(page.statements(), 2, "the page, and all actors");

    for (variables, message) in [
        (json!({ "first": 101 }), "`first` must be from 0 to 100; it is 101."),
        (json!({ "after": "x" }), "`after` is not the id of an event."),
        (json!({ "after": Uuid::now_v7() }), "`after` is not the id of an event."),
    ] {
        let refused = manager.gql(LOG, variables).await;
        assert_eq!(refused.codes(), ["BAD_USER_INPUT"]);
        assert_eq!(refused.body["errors"][0]["message"], message);
    }
    for (client, code) in [(app.visitor(), "UNAUTHENTICATED"), (seller.client.clone(), "FORBIDDEN")] {
        let refused = client.gql(LOG, json!({})).await;
        assert_eq!((refused.codes(), &refused.body["data"]["events"]), (vec![code], &Value::Null));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_are_kept_for_a_while() {
    let app = TestApp::with(&["--event-retention=1000"]).await;
    let (mut seller, mut manager) = (app.customer().await, app.manager().await);
    let mug = seller.sell("Mug", "1.00", 1, json!({})).await;
    seller.restock(&mug, 2).await;
    placed(&app.database).await;
    let all = read(&manager, None, json!({})).await;
    app.clock.advance(TimeDelta::seconds(600));
    seller.restock(&mug, 3).await;
    app.clock.advance(TimeDelta::seconds(600));
    placed(&app.database).await;
    souk::jobs::run_once(&app.db).await.expect("the jobs run");
    manager.sign_in().await;
    let kept = read(&manager, None, json!({})).await;
    assert_eq!(kept.iter().map(|event| &event["version"]).collect::<Vec<_>>(), [3]);
    let expired = manager.gql(LOG, json!({ "after": all[1]["id"] })).await;
    assert_eq!((expired.status, expired.codes()), (StatusCode::OK, vec!["EXPIRED"]));
    assert_eq!(expired.body["errors"][0]["extensions"]["status"], json!(410));

    // The newest stays, and the places go on behind it.
    app.clock.advance(TimeDelta::seconds(2_000));
    souk::jobs::run_once(&app.db).await.expect("the jobs run");
    seller.sign_in().await;
    seller.restock(&mug, 4).await;
    placed(&app.database).await;
    manager.sign_in().await;
    let told = read(&manager, kept[0]["id"].as_str(), json!({})).await;
    assert_eq!(told.iter().map(|event| &event["version"]).collect::<Vec<_>>(), [4]);
    assert_eq!(
        app.database.text("SELECT string_agg(position::text, ' ' ORDER BY position) FROM events").await,
        "4 5"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_did_not_happen_is_not_told() {
    let app = TestApp::start().await;
    let (seller, buyer) = (app.customer().await, app.customer().await);
    let mug = seller.sell("Mug", "1.00", 1, json!({})).await;
    let cap = seller.sell("Cap", "1.00", 5, json!({})).await;
    let count = async || app.database.text("SELECT count(*) FROM events").await;
    let before = count().await;
    assert_eq!(
        buyer.order(&[(&mug, 2), (&cap, 1)], None).await.refusals("placeOrder"),
        ["OUT_OF_STOCK at input.items.0.quantity"]
    );
    buyer.move_order(&mug, "PAID").await.refusals("changeOrderStatus");
    let update =
        "mutation($input: UpdateProductInput!) { updateProduct(input: $input) { userErrors { code path } } }";
    for input in [json!({ "id": mug, "price": "-1" }), json!({ "id": mug, "expectedVersion": 9, "stock": 2 })]
    {
        let refused = seller.gql(update, json!({ "input": input })).await;
        assert_ne!(*refused.at("/updateProduct/userErrors"), json!([]));
    }
    buyer.gql(update, json!({ "input": { "id": mug, "stock": 2 } })).await;
    assert_eq!(count().await, before);
    // A repeat of the same order, too, happens once.
    for _ in 0..2 {
        buyer.order(&[(&cap, 1)], Some("once")).await.done("placeOrder");
    }
    let orders = "SELECT count(*) FROM events WHERE kind = 'ORDER_PLACED'";
    assert_eq!(app.database.text(orders).await, "1");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn to_tell_of_an_order_costs_one_statement() {
    let app = TestApp::start().await;
    let (seller, buyer) = (app.customer().await, app.customer().await);
    let mug = seller.sell("Mug", "1.00", 9, json!({})).await;
    let cap = seller.sell("Cap", "1.00", 9, json!({})).await;
    // Begin, hold the account, lock, take, the order with all of it, events, commit; and nothing to read it back.
    assert_eq!(buyer.order(&[(&mug, 1)], None).await.statements(), 7);
    assert_eq!(buyer.order(&[(&mug, 1), (&cap, 1)], None).await.statements(), 7);
    placed(&app.database).await;
    let told = "SELECT count(*) FROM events WHERE payload::text ~ '@|souk_|password|token'";
    assert_eq!(app.database.text(told).await, "0");
}
