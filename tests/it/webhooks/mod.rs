//! Programs of others that are told what has happened, over real TLS.

mod delivered;
mod failing;
mod managed;
mod private;
mod receiver;
mod shared;

use std::time::{Duration, Instant};

use receiver::{Receiver, Says};

use crate::{
    support::{Client, Person, Reply, TestApp, Value, json},
    tls::Authority,
};

/// A store that sends webhooks to this machine.
async fn telling(authority: &Authority) -> TestApp {
    let flags = sending(authority);
    TestApp::with(&flags.iter().map(String::as_str).collect::<Vec<_>>()).await
}

/// The settings for that.
fn sending(authority: &Authority) -> [String; 3] {
    let ca = format!("--webhook-ca={}", authority.file.display());
    ["--jobs=on".to_owned(), "--webhook-private=on".to_owned(), ca]
}

const WEBHOOK: &str = "webhook { id url types description isEnabled version deletedAt } secret
    userErrors { code message path ... on VersionConflict { actual } }";

async fn create(staff: &Client, input: Value) -> Reply {
    let create = "mutation($input: CreateWebhookInput!) { createWebhook(input: $input) { WEBHOOK } }";
    staff.gql(&create.replace("WEBHOOK", WEBHOOK), json!({ "input": input })).await
}

async fn update(staff: &Client, input: Value) -> Reply {
    let update = "mutation($input: UpdateWebhookInput!) { updateWebhook(input: $input) { WEBHOOK } }";
    staff.gql(&update.replace("WEBHOOK", WEBHOOK), json!({ "input": input })).await
}

async fn redeliver(staff: &Client, delivery: &Value) -> Reply {
    let redeliver = "mutation($id: ID!) { redeliverWebhook(input: { deliveryId: $id }) {
        delivery { status attempts } userErrors { code message path } } }";
    staff.gql(redeliver, json!({ "id": delivery["id"] })).await
}

/// A webhook that is told of changes of stock, with its secret.
async fn watching(staff: &Client, receiver: &Receiver) -> (String, String) {
    let made = create(staff, json!({ "url": receiver.url(), "types": ["STOCK_CHANGED"] })).await;
    made.done("createWebhook");
    (made.text("/createWebhook/webhook/id"), made.text("/createWebhook/secret"))
}

/// What is delivered to a webhook, the newest first.
async fn deliveries(staff: &Client, webhook: &str) -> Vec<Value> {
    let list = "query($id: ID!) { webhook(id: $id) { deliveries(first: 100) { nodes {
        id status attempts lastAttemptAt nextAttemptAt responseStatus error createdAt type event { id }
    } } } }";
    let reply = staff.gql(list, json!({ "id": webhook })).await;
    reply.at("/webhook/deliveries/nodes").as_array().expect("it is a list").clone()
}

/// The only delivery to a webhook, once it looks like this.
async fn comes_to(staff: &Client, webhook: &str, wanted: Value) -> Value {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let found = deliveries(staff, webhook).await;
        let fits =
            |one: &Value| wanted.as_object().expect("fields").iter().all(|(name, is)| one[name] == *is);
        if let [one] = found.as_slice()
            && fits(one)
        {
            return one.clone();
        }
        assert!(Instant::now() < deadline, "{found:#?} does not come to {wanted}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Returns once nothing is left to be sent.
async fn all_settled(app: &TestApp) {
    const PENDING: &str = "SELECT count(*) FROM webhook_deliveries WHERE status = 'PENDING'";
    let deadline = Instant::now() + Duration::from_secs(30);
    while app.database.text(PENDING).await != "0" {
        assert!(Instant::now() < deadline, "some deliveries are not settled");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Someone who sells a thing whose stock can be changed, and staff.
async fn people(app: &TestApp) -> (Person, String, Person) {
    let (seller, staff) = (app.customer().await, app.manager().await);
    let mug = seller.sell("Mug", "2.50", 1, json!({})).await;
    crate::events::placed(&app.database).await;
    (seller, mug, staff)
}
