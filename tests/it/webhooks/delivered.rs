//! What an endpoint is sent, and how it knows who sends.

use axum::http::HeaderMap;
use chrono::TimeDelta;

use super::{
    Receiver, all_settled, comes_to, create, deliveries, people, receiver::Heard, telling, watching,
};
use crate::{
    support::{Value, json},
    tls::Authority,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_is_told_signed_and_soon() {
    let authority = Authority::new();
    let (app, receiver) = (telling(&authority).await, Receiver::start(&authority).await);
    let (_, mug, staff) = people(&app).await;
    let input =
        json!({ "url": receiver.url(), "types": ["ORDER_PLACED", "ORDER_PLACED"], "description": " ERP " });
    let made = create(&staff, input).await;
    let secret = made.text("/createWebhook/secret");
    assert_eq!(made.at("/createWebhook/webhook/types"), &json!(["ORDER_PLACED"]));
    assert_eq!(made.text("/createWebhook/webhook/description"), "ERP");
    let webhook = made.text("/createWebhook/webhook/id");

    let buyer = app.customer().await;
    let order = buyer.order(&[(&mug, 1)], None).await;
    let heard = receiver.hears(1).await.remove(0);
    assert_eq!((heard.signed_by(&secret), heard.header("webhook-signature").split(' ').count()), (1, 1));
    assert_eq!(heard.path, "/hooks");
    assert_eq!(heard.header("content-type"), "application/json");
    let sent: i64 = heard.header("webhook-timestamp").parse().expect("it is a number");
    assert!((app.clock.now().timestamp() - sent).abs() < 60, "the moment of the attempt");

    let log = "{ events(first: 100, types: [ORDER_PLACED]) { nodes { id at aggregateId version payload } } }";
    let event = staff.query(log).await.at("/events/nodes/0").clone();
    assert_eq!(heard.header("webhook-id"), event["id"]);
    assert_eq!(
        heard.json(),
        json!({
            "type": "order.placed",
            "timestamp": event["at"],
            "data": {
                "id": event["id"],
                "aggregateId": order.at("/placeOrder/order/id"),
                "version": 1,
                "actorId": buyer.id,
                "payload": event["payload"],
            },
        })
    );
    let delivery = comes_to(&staff, &webhook, json!({ "status": "DELIVERED" })).await;
    let told = json!({ "attempts": 1, "responseStatus": 204, "error": null, "nextAttemptAt": null,
        "type": "ORDER_PLACED", "event": { "id": event["id"] } });
    for (field, is) in told.as_object().expect("fields") {
        assert_eq!(delivery[field], *is, "{field}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_secret_is_shown_once_and_can_be_rotated_in_peace() {
    const ROTATE: &str = "mutation($id: ID!) { rotateWebhookSecret(input: { id: $id }) {
        webhook { version } secret userErrors { code path } } }";
    let authority = Authority::new();
    let (app, receiver) = (telling(&authority).await, Receiver::start(&authority).await);
    let (mut seller, mug, mut staff) = people(&app).await;
    let (webhook, first) = watching(&staff, &receiver).await;
    let rotated = staff.gql(ROTATE, json!({ "id": webhook })).await;
    let second = rotated.text("/rotateWebhookSecret/secret");
    assert_eq!(*rotated.at("/rotateWebhookSecret/webhook/version"), json!(2));
    assert_ne!(first, second);

    seller.restock(&mug, 2).await;
    let heard = receiver.hears(1).await.remove(0);
    assert_eq!((heard.signed_by(&first), heard.signed_by(&second)), (1, 1));
    let third = staff.gql(ROTATE, json!({ "id": webhook })).await.text("/rotateWebhookSecret/secret");
    seller.restock(&mug, 3).await;
    let heard = receiver.hears(2).await.remove(1);
    assert_eq!((heard.signed_by(&first), heard.signed_by(&second), heard.signed_by(&third)), (0, 1, 1));
    // What is under way by then would be sent again.
    all_settled(&app).await;
    app.clock.advance(TimeDelta::hours(24));
    seller.sign_in().await;
    seller.restock(&mug, 4).await;
    let heard = receiver.hears(3).await.remove(2);
    assert_eq!((heard.signed_by(&second), heard.signed_by(&third)), (0, 1));

    staff.sign_in().await;
    let unknown = staff.gql(ROTATE, json!({ "id": mug })).await;
    assert_eq!(unknown.refusals("rotateWebhookSecret"), ["NOT_FOUND at input.id"]);
    let update = "mutation($id: ID!) { updateWebhook(input: { id: $id, description: \"x\" }) {
        secret webhook { id url description types deliveries { nodes { error event { payload } } } } } }";
    let updated = staff.gql(update, json!({ "id": webhook })).await;
    assert_eq!(*updated.at("/updateWebhook/secret"), Value::Null);
    for secret in [first, second, third] {
        assert!(!updated.body.to_string().contains(secret.trim_start_matches("whsec_")));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_webhook_is_told_of_what_it_asked_for_after_it_was_made() {
    let authority = Authority::new();
    let (app, receiver) = (telling(&authority).await, Receiver::start(&authority).await);
    let (seller, mug, staff) = people(&app).await;
    let (webhook, _) = watching(&staff, &receiver).await;
    seller.sell("Cap", "1.00", 4, json!({})).await;
    seller.restock(&mug, 5).await;
    let told = |heard: &Heard| {
        let json = heard.json();
        (json["type"].as_str().map(str::to_owned), json["data"]["payload"]["stock"].as_i64())
    };
    let mut heard: Vec<_> = receiver.hears(2).await.iter().map(told).collect();
    heard.sort();
    assert_eq!(heard, [4, 5].map(|stock| (Some("stock.changed".to_owned()), Some(stock))));
    assert_eq!(deliveries(&staff, &webhook).await.len(), 2);
}

#[test]
fn the_request_of_the_guide_is_signed_as_it_says() {
    let page = include_str!("../../../docs/webhooks.md");
    let blocks = crate::docs::blocks(page);
    let request = blocks.iter().find(|block| block.language == "http").expect("there is one");
    let (head, body) = request.text.trim_end().split_once("\n\n").expect("a line parts head and body");
    let (line, headers) = head.split_once('\n').expect("there are headers");
    let header = |line: &str| {
        let (name, value) = line.split_once(": ").expect("a header has a value");
        (name.parse().expect("it is a name"), value.parse().expect("it is a value"))
    };
    let headers: HeaderMap = headers.lines().map(header).collect();
    let sent = Heard { path: line.to_owned(), headers, body: body.to_owned() };
    let secret = page.split('`').find(|word| word.starts_with("whsec_")).expect("the page tells it");
    assert_eq!(sent.signed_by(secret), 1);
    assert_eq!(sent.json()["data"]["id"], sent.header("webhook-id"));
}
