//! What staff do with webhooks: change, disable, enable, delete and look at them.

use super::{Receiver, Says, comes_to, create, deliveries, people, redeliver, telling, update, watching};
use crate::{
    support::{TestApp, Value, json},
    tls::Authority,
};

const DELETE: &str = "mutation($id: ID!) { deleteWebhook(input: { id: $id }) {
    webhook { deletedAt version } userErrors { code path } } }";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_disabled_or_deleted_is_told_nothing_more() {
    let authority = Authority::new();
    let app = telling(&authority).await;
    let (receiver, witness) = (Receiver::start(&authority).await, Receiver::start(&authority).await);
    let (seller, mug, staff) = people(&app).await;
    let (webhook, _) = watching(&staff, &receiver).await;
    watching(&staff, &witness).await;
    receiver.says(Says::Status(500));
    seller.restock(&mug, 2).await;
    let pending = comes_to(&staff, &webhook, json!({ "responseStatus": 500, "status": "PENDING" })).await;
    update(&staff, json!({ "id": webhook, "isEnabled": false })).await.done("updateWebhook");
    let lapsed = comes_to(&staff, &webhook, json!({ "status": "FAILED" })).await;
    assert_eq!(lapsed["id"], pending["id"]);
    assert_eq!(lapsed["error"], json!("The webhook was disabled or deleted."));
    seller.restock(&mug, 3).await;
    witness.hears(2).await;
    // It may have been tried again before.
    let before = receiver.heard().len();

    receiver.says(Says::Status(200));
    update(&staff, json!({ "id": webhook, "isEnabled": true })).await.done("updateWebhook");
    seller.restock(&mug, 4).await;
    let heard = receiver.hears(before + 1).await.remove(before);
    assert_eq!(heard.json()["data"]["payload"]["stock"], json!(4), "what happened meanwhile is passed over");
    redeliver(&staff, &lapsed).await.done("redeliverWebhook");
    receiver.hears(before + 2).await;

    let deleted = staff.gql(DELETE, json!({ "id": webhook })).await;
    assert_ne!(deleted.done("deleteWebhook")["webhook"]["deletedAt"], Value::Null);
    seller.restock(&mug, 5).await;
    witness.hears(4).await;
    assert_eq!(receiver.heard().len(), before + 2);
    assert_eq!(
        staff.gql(DELETE, json!({ "id": webhook })).await.refusals("deleteWebhook"),
        ["NOT_FOUND at input.id"]
    );
    let again = update(&staff, json!({ "id": webhook, "isEnabled": true })).await;
    assert_eq!(again.refusals("updateWebhook"), ["NOT_FOUND at input.id"]);
    let refused = redeliver(&staff, &lapsed).await;
    assert_eq!(refused.refusals("redeliverWebhook"), ["NOT_FOUND at input.deliveryId"]);
    let kept = staff.query("{ webhooks { totalCount nodes { id } } }").await;
    assert_eq!(*kept.at("/webhooks/totalCount"), json!(1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_webhook_can_be_changed_by_whoever_knows_its_version() {
    let authority = Authority::new();
    let app = telling(&authority).await;
    let (here, there) = (Receiver::start(&authority).await, Receiver::start(&authority).await);
    let (seller, mug, staff) = people(&app).await;
    let (webhook, secret) = watching(&staff, &here).await;
    let stale = update(&staff, json!({ "id": webhook, "expectedVersion": 7, "description": "x" })).await;
    assert_eq!(stale.refusals("updateWebhook"), ["VERSION_CONFLICT at input.expectedVersion"]);
    let wrong = update(&staff, json!({ "id": webhook, "url": "http://example.org", "types": [] })).await;
    assert_eq!(wrong.refusals("updateWebhook"), ["INVALID at input.url", "REQUIRED at input.types"]);
    let input = json!({ "id": webhook, "expectedVersion": 1, "url": there.url(), "types": ["PRODUCT_CHANGED"],
        "description": "Search" });
    let changed = update(&staff, input).await;
    let changed = &changed.done("updateWebhook")["webhook"];
    assert_eq!((&changed["version"], &changed["description"]), (&json!(2), &json!("Search")));
    seller.restock(&mug, 2).await;
    let rename =
        "mutation($id: ID!) { updateProduct(input: { id: $id, name: \"Cup\" }) { userErrors { code } } }";
    seller.gql(rename, json!({ "id": mug })).await.done("updateProduct");
    let heard = there.hears(1).await.remove(0);
    assert_eq!((heard.json()["type"].clone(), heard.signed_by(&secret)), (json!("product.changed"), 1));
    assert!(here.heard().is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deliveries_are_listed_by_status_without_a_statement_for_each() {
    const LIST: &str = "query($filter: WebhookDeliveryFilter) { webhooks { nodes {
        deliveries(first: 3, filter: $filter) { totalCount pageInfo { hasNextPage } nodes {
            status event { type } webhook { id } } } } } }";
    let authority = Authority::new();
    let (app, receiver) = (telling(&authority).await, Receiver::start(&authority).await);
    let (seller, mug, staff) = people(&app).await;
    let (webhook, _) = watching(&staff, &receiver).await;
    seller.restock(&mug, 2).await;
    comes_to(&staff, &webhook, json!({ "status": "DELIVERED" })).await;
    let one = staff.gql(LIST, json!({})).await;
    assert_eq!(one.statements(), 5, "webhooks, deliveries, counts, events, webhooks of deliveries");
    for _ in 0..3 {
        watching(&staff, &receiver).await;
    }
    for stock in 3..7 {
        seller.restock(&mug, stock).await;
    }
    receiver.hears(1 + 4 * 4).await;
    let many = staff.gql(LIST, json!({})).await;
    assert_eq!(many.statements(), 5);
    let lists = many.at("/webhooks/nodes").as_array().expect("a list").clone();
    let counts: Vec<_> = lists.iter().map(|one| one["deliveries"]["totalCount"].clone()).collect();
    assert_eq!(counts, [4, 4, 4, 5]);
    assert!(lists.iter().all(|one| one["deliveries"]["pageInfo"]["hasNextPage"] == json!(true)));
    let failed = staff.gql(LIST, json!({ "filter": { "statuses": ["FAILED"] } })).await;
    assert_eq!(*failed.at("/webhooks/nodes/0/deliveries/totalCount"), json!(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_but_staff_knows_of_webhooks() {
    let app = TestApp::start().await;
    let (customer, staff) = (app.customer().await, app.manager().await);
    let made = create(&staff, json!({ "url": "https://example.org/", "types": ["STOCK_CHANGED"] })).await;
    let id = made.text("/createWebhook/webhook/id");
    let node = "query($id: ID!) { node(id: $id) { id __typename ... on Entity { version } } }";
    let seen = staff.gql(node, json!({ "id": id })).await;
    assert_eq!(*seen.at("/node"), json!({ "id": id, "__typename": "Webhook", "version": 1 }));
    for client in [&app.visitor(), &customer.client] {
        assert_eq!(*client.gql(node, json!({ "id": id })).await.at("/node"), Value::Null);
    }
    for field in ["{ webhooks { totalCount } }", "query { webhook(id: \"x\") { url } }"] {
        assert_eq!(app.visitor().query(field).await.codes(), ["UNAUTHENTICATED"]);
        assert_eq!(customer.query(field).await.codes(), ["FORBIDDEN"]);
    }
    let more = "INSERT INTO webhooks (id, url, types, is_enabled, secret, since)
        SELECT gen_random_uuid(), url, types, false, secret, 0 FROM webhooks, generate_series(1, 99)";
    app.database.sql(more).await;
    let refused = create(&staff, json!({ "url": "https://example.org/", "types": ["STOCK_CHANGED"] })).await;
    assert_eq!(refused.refusals("createWebhook"), ["LIMIT_REACHED at input"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deliveries_are_kept_as_long_as_events() {
    let authority = Authority::new();
    let (app, receiver) = (telling(&authority).await, Receiver::start(&authority).await);
    let (seller, mug, mut staff) = people(&app).await;
    let (webhook, _) = watching(&staff, &receiver).await;
    seller.restock(&mug, 2).await;
    let delivered = comes_to(&staff, &webhook, json!({ "status": "DELIVERED" })).await;
    app.database.sql("DELETE FROM events WHERE kind = 'STOCK_CHANGED'").await;
    let forgotten = comes_to(&staff, &webhook, json!({ "event": null })).await;
    assert_eq!(forgotten["type"], json!("STOCK_CHANGED"));
    let refused = redeliver(&staff, &delivered).await;
    assert_eq!(refused.refusals("redeliverWebhook"), ["INVALID at input.deliveryId"]);
    app.clock.advance(chrono::TimeDelta::days(8));
    souk::jobs::run_once(&app.db).await.expect("the jobs run");
    staff.sign_in().await;
    assert_eq!(deliveries(&staff, &webhook).await, Vec::<Value>::new());
}
