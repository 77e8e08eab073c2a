//! What is heard, by whom, and what is told of it.

use std::collections::HashMap;

use reqwest::Method;

use super::{last_event, listen, next_of};
use crate::{
    billing::{call, member},
    support::{Client, Events, Person, Socket, TestApp, Value, json},
};

const ORDER: &str =
    "subscription($id: ID, $after: ID) { v: orderChanged(id: $id, after: $after) { id status } }";
const INVOICE: &str = "subscription($id: ID, $after: ID) { v: invoiceChanged(id: $id, after: $after) { id amount { amount } } }";

/// Who listens, to what, what the first result has, and the type of its event.
type Case<'a> = (&'a Client, &'a str, Value, Value, &'a str);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_field_is_heard_over_both_transports() {
    let app = TestApp::with(&["--sockets-per-account=99", "--socket-operations=99"]).await;
    let (seller, buyer, manager) = (app.customer().await, app.customer().await, app.manager().await);
    let visitor = app.visitor();
    let mug = seller.sell("Mug", "1.00", 5, json!({})).await;
    let order = buyer.order(&[(&mug, 1)], None).await.text("/placeOrder/order/id");
    let bill = call(&manager, "createInvoice", json!({ "userId": buyer.id }), "invoice { id }").await;
    let bill = bill.text("/createInvoice/invoice/id");
    let after = last_event(&app).await;
    let mine = |id: &Value| json!({ "id": id, "after": after });
    let none = mine(&Value::Null);
    let paid = json!({ "id": order, "status": "PAID" });
    let invoice = json!({ "id": bill, "amount": { "amount": "2.00" } });
    let cases: Vec<Case<'_>> = vec![
        (
            &visitor,
            "subscription($id: ID!, $after: ID) { v: productChanged(id: $id, after: $after) { stock } }",
            mine(&json!(mug)),
            json!({ "stock": 3 }),
            "STOCK_CHANGED",
        ),
        (&buyer, ORDER, none.clone(), paid.clone(), "ORDER_CHANGED"),
        (&buyer, ORDER, mine(&json!(order)), paid.clone(), "ORDER_CHANGED"),
        (&manager, ORDER, none.clone(), paid.clone(), "ORDER_CHANGED"),
        (&manager, ORDER, mine(&json!(order)), paid, "ORDER_CHANGED"),
        (
            &manager,
            "subscription($after: ID) { v: orderPlaced(after: $after) { customer { id } total { amount } } }",
            none.clone(),
            json!({ "customer": { "id": buyer.id }, "total": { "amount": "1.00" } }),
            "ORDER_PLACED",
        ),
        (
            &buyer,
            "subscription($after: ID) { v: membershipChanged(after: $after) { credits creditsAvailable } }",
            none.clone(),
            json!({ "credits": 2, "creditsAvailable": 1 }),
            "STREAM_OPENED",
        ),
        (&buyer, INVOICE, none.clone(), invoice.clone(), "INVOICE_CHANGED"),
        (&buyer, INVOICE, mine(&json!(bill)), invoice.clone(), "INVOICE_CHANGED"),
        (&manager, INVOICE, none.clone(), invoice, "INVOICE_CHANGED"),
        (
            &manager,
            "subscription($after: ID) { v: events(after: $after, types: [ORDER_CHANGED]) { aggregateId } }",
            none,
            json!({ "aggregateId": order }),
            "ORDER_CHANGED",
        ),
    ];
    // Some listen while it happens, others come afterwards: they hear the same in the end.
    let mut before = Vec::new();
    for (client, query, variables, ..) in &cases {
        before.push(listen(client, query, variables).await);
    }
    buyer.order(&[(&mug, 1)], None).await.done("placeOrder");
    manager.move_order(&order, "PAID").await.done("changeOrderStatus");
    member(&app, &manager, &buyer, 2, "2.00").await;
    call(&buyer, "checkIn", json!({}), "stream { id }").await.done("checkIn");
    last_event(&app).await;
    for (number, (client, query, variables, wanted, kind)) in cases.iter().enumerate() {
        let (socket, events) = &mut before[number];
        let (mut socket_later, mut events_later) = listen(client, query, variables).await;
        let heard =
            [next_of(socket, events, kind).await, next_of(&mut socket_later, &mut events_later, kind).await];
        for result in heard.iter().flatten() {
            assert_eq!((&result["data"]["v"], result.get("errors")), (wanted, None), "{query}: {result:#}");
            assert!(result["extensions"]["event"]["at"].is_string(), "{result:#}");
            assert_eq!(result["extensions"]["event"], heard[0][0]["extensions"]["event"], "{query}");
        }
        for events in [events, &mut events_later] {
            let id = heard[0][0]["extensions"]["event"]["id"].as_str();
            assert_eq!(events.last_id.as_deref(), id, "{query}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_belongs_to_others_is_not_heard() {
    let app = TestApp::start().await;
    let (seller, one, other) = (app.customer().await, app.customer().await, app.customer().await);
    let manager = app.manager().await;
    let mug = seller.sell("Mug", "1.00", 9, json!({})).await;
    let mut orders = HashMap::new();
    for who in [&one, &other] {
        orders.insert(&who.id, who.order(&[(&mug, 1)], None).await.text("/placeOrder/order/id"));
    }
    let bill = call(&manager, "createInvoice", json!({ "userId": one.id }), "invoice { id }").await;
    let bill = bill.text("/createInvoice/invoice/id");
    let after = last_event(&app).await;
    let (mut socket, mut events) = listen(&other, ORDER, &json!({ "after": after })).await;
    for who in [&one, &other] {
        manager.move_order(&orders[&who.id], "PAID").await.done("changeOrderStatus");
    }
    // The first that they hear of is their own.
    for result in next_of(&mut socket, &mut events, "ORDER_CHANGED").await {
        assert_eq!(result["data"]["v"], json!({ "id": orders[&other.id], "status": "PAID" }));
    }

    let unknown = "01900000-0000-7000-8000-000000000000";
    for (who, query, id) in [
        (&other, ORDER, orders[&one.id].as_str()),
        (&other, ORDER, unknown),
        (&manager, ORDER, unknown),
        (&other, INVOICE, bill.as_str()),
        (&other, INVOICE, unknown),
        (&manager, INVOICE, "nonsense"),
    ] {
        let error = refused(who, query, json!({ "id": id })).await;
        assert_eq!(error["extensions"]["code"], json!("BAD_USER_INPUT"), "{query} {id}");
        let what = if query == ORDER { "order" } else { "invoice" };
        assert_eq!(error["message"], json!(format!("There is no such {what}.")), "{query} {id}");
    }
}

/// The error by which a subscription is refused, which is the same over both transports.
pub async fn refused(who: &Person, query: &str, variables: Value) -> Value {
    let mut socket = Socket::of(who).await;
    socket.subscribe("1", query, variables.clone()).await;
    let message = socket.hear().await;
    assert_eq!(message["type"], json!("error"), "{message:#}");
    let body = json!({ "query": query, "variables": variables });
    let mut events = Events::of(who.request(Method::POST, "/graphql").json(&body)).await;
    let (_, result) = events.next().await.expect("it is refused");
    assert_eq!(events.next().await, Some(("complete".to_owned(), Value::Null)));
    assert_eq!(message["payload"][0]["message"], result["errors"][0]["message"]);
    message["payload"][0].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_invoice_that_goes_to_another_account_is_heard_of_there() {
    let app = TestApp::start().await;
    let (from, to, manager) = (app.customer().await, app.customer().await, app.manager().await);
    let bill = call(&manager, "createInvoice", json!({ "userId": from.id }), "invoice { id }").await;
    let bill = bill.text("/createInvoice/invoice/id");
    let after = last_event(&app).await;
    let (mut of_one, _) = listen(&from, INVOICE, &json!({ "id": bill, "after": after })).await;
    let (mut of_all, _) = listen(&from, INVOICE, &json!({ "after": after })).await;
    let (mut socket, mut events) = listen(&to, INVOICE, &json!({ "after": after })).await;
    let moved = json!({ "id": bill, "userId": to.id });
    call(&manager, "updateInvoice", moved, "invoice { id }").await.done("updateInvoice");
    for result in next_of(&mut socket, &mut events, "INVOICE_CHANGED").await {
        assert_eq!(result["data"]["v"]["id"], json!(bill));
    }
    assert_eq!(of_one.hear().await, json!({ "type": "complete", "id": "1" }));
    // Of all of theirs it was one, and what comes next is another.
    let next = call(&manager, "createInvoice", json!({ "userId": from.id }), "invoice { id }").await;
    let heard = of_all.hear().await;
    assert_eq!(
        heard["payload"]["data"]["v"]["id"],
        json!(next.text("/createInvoice/invoice/id")),
        "{heard:#}"
    );
}
