//! What is told of each change: by whom, of which version, and how.

use std::collections::BTreeSet;

use chrono::TimeDelta;

use super::{placed, read, schemas::Schemas};
use crate::{
    billing::{call, check_in, check_out, first_line, invoice, member, today},
    support::{Person, TestApp, Value, json},
};

/// Someone who reads on in the log after each change.
struct Reader {
    app: TestApp,
    staff: Person,
    last: Option<String>,
    schemas: Schemas,
    seen: BTreeSet<String>,
}

impl Reader {
    async fn start() -> Self {
        let app = TestApp::start().await;
        let staff = app.manager().await;
        let schemas = Schemas::on_the_page();
        Self { app, staff, last: None, schemas, seen: BTreeSet::new() }
    }

    /// What has happened since this was last asked.
    async fn news(&mut self) -> Vec<Value> {
        placed(&self.app.database).await;
        let events = read(&self.staff, self.last.as_deref(), json!({})).await;
        for event in &events {
            assert_eq!(self.schemas.check(event), Vec::<String>::new(), "{event:#}");
            self.seen.insert(event["type"].as_str().unwrap_or_default().to_owned());
        }
        if let Some(event) = events.last() {
            self.last = event["id"].as_str().map(str::to_owned);
        }
        events
    }

    /// Expects these events, each with its type, the version, the actor (`-` is the store itself), the aggregate,
    /// and a part of its payload.
    #[track_caller]
    fn compare(events: &[Value], expected: &[(&str, i32, &str, &str, Value)]) {
        let short = |event: &Value| {
            let actor = event["actor"]["id"].as_str().unwrap_or("-").to_owned();
            json!([event["type"], event["version"], actor, event["aggregateId"]])
        };
        let told: Vec<_> = events.iter().map(short).collect();
        let wanted: Vec<_> = expected.iter().map(|(kind, v, by, of, _)| json!([kind, v, by, of])).collect();
        assert_eq!(json!(told), json!(wanted));
        for (event, (kind, .., payload)) in events.iter().zip(expected) {
            for (field, value) in payload.as_object().into_iter().flatten() {
                assert_eq!(event["payload"][field], *value, "{field} of {kind}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changes_of_products_are_told() {
    const UNTAG: &str =
        "mutation($input: TagProductInput!) { untagProduct(input: $input) { userErrors { code } } }";
    let mut reader = Reader::start().await;
    let (seller, staff) = (reader.app.customer().await, reader.app.manager().await);
    let (by, other) = (seller.id.as_str(), staff.id.as_str());
    assert_eq!(reader.news().await, Vec::<Value>::new(), "signing up is nobody else's business");

    let mug = seller.sell("Mug", "2.50", 7, json!({ "tags": ["blue", "Clay"] })).await;
    let product = json!({
        "ownerId": by, "name": "Mug", "price": { "amount": "2.50", "currency": "EUR" }, "status": "ACTIVE",
        "tags": ["blue", "Clay"], "deleted": false,
    });
    Reader::compare(
        &reader.news().await,
        &[
            ("PRODUCT_CHANGED", 1, by, &mug, product),
            ("STOCK_CHANGED", 1, by, &mug, json!({ "stock": 7, "change": 7, "orderId": null })),
        ],
    );
    let update = async |input: Value| call(&seller, "updateProduct", input, "product { id }").await;
    update(json!({ "id": mug, "stock": 5 })).await.done("updateProduct");
    let fewer = json!({ "stock": 5, "change": -2 });
    Reader::compare(&reader.news().await, &[("STOCK_CHANGED", 2, by, &mug, fewer)]);
    update(json!({ "id": mug, "name": "Cup", "stock": 6 })).await.done("updateProduct");
    Reader::compare(
        &reader.news().await,
        &[
            ("PRODUCT_CHANGED", 3, by, &mug, json!({ "name": "Cup" })),
            ("STOCK_CHANGED", 3, by, &mug, json!({ "stock": 6, "change": 1 })),
        ],
    );
    let dearer = call(&staff, "updateProduct", json!({ "id": mug, "price": "3" }), "product { id }").await;
    dearer.done("updateProduct");
    let price = json!({ "price": { "amount": "3.00", "currency": "EUR" } });
    Reader::compare(&reader.news().await, &[("PRODUCT_CHANGED", 4, other, &mug, price)]);

    let tags = json!({ "productId": mug, "tags": ["blue"] });
    seller.gql(UNTAG, json!({ "input": tags })).await.done("untagProduct");
    Reader::compare(&reader.news().await, &[("PRODUCT_CHANGED", 5, by, &mug, json!({ "tags": ["Clay"] }))]);
    seller.gql(UNTAG, json!({ "input": tags })).await.done("untagProduct");
    assert_eq!(reader.news().await, Vec::<Value>::new(), "nothing has changed");

    let archive = json!({ "id": mug, "status": "ARCHIVED" });
    call(&seller, "changeProductStatus", archive, "product { id }").await.done("changeProductStatus");
    let archived = json!({ "status": "ARCHIVED" });
    Reader::compare(&reader.news().await, &[("PRODUCT_CHANGED", 6, by, &mug, archived)]);
    call(&seller, "deleteProduct", json!({ "id": mug }), "product { id }").await.done("deleteProduct");
    Reader::compare(&reader.news().await, &[("PRODUCT_CHANGED", 7, by, &mug, json!({ "deleted": true }))]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn orders_and_what_they_take_are_told() {
    let mut reader = Reader::start().await;
    let (seller, buyer) = (reader.app.customer().await, reader.app.customer().await);
    let mug = seller.sell("Mug", "2.50", 7, json!({})).await;
    reader.news().await;
    let order = buyer.order(&[(&mug, 2)], None).await.text("/placeOrder/order/id");
    let by = buyer.id.as_str();
    let events = reader.news().await;
    Reader::compare(
        &events,
        &[
            (
                "ORDER_PLACED",
                1,
                by,
                &order,
                json!({ "customerId": by, "status": "PLACED", "total": { "amount": "5.00", "currency": "EUR" } }),
            ),
            ("STOCK_CHANGED", 2, by, &mug, json!({ "stock": 5, "change": -2, "orderId": order })),
        ],
    );
    assert_eq!(events[0]["payload"]["lines"][0]["sellerId"], json!(seller.id));
    assert_eq!(events[0]["payload"]["lines"][0]["quantity"], json!(2));

    let staff = reader.staff.id.clone();
    reader.staff.move_order(&order, "PAID").await.done("changeOrderStatus");
    let paid = json!({ "from": "PLACED", "status": "PAID", "customerId": by });
    Reader::compare(&reader.news().await, &[("ORDER_CHANGED", 2, &staff, &order, paid)]);
    buyer.move_order(&order, "CANCELLED").await.done("changeOrderStatus");
    Reader::compare(
        &reader.news().await,
        &[
            ("ORDER_CHANGED", 3, by, &order, json!({ "from": "PAID", "status": "CANCELLED" })),
            ("STOCK_CHANGED", 3, by, &mug, json!({ "stock": 7, "change": 2, "orderId": order })),
        ],
    );

    call(&buyer, "setBagItem", json!({ "productId": mug, "quantity": 1 }), "bag { id }")
        .await
        .done("setBagItem");
    let placed = call(&buyer, "checkoutBag", json!({}), "order { id }").await;
    placed.done("checkoutBag");
    let order = placed.text("/checkoutBag/order/id");
    Reader::compare(
        &reader.news().await,
        &[
            ("ORDER_PLACED", 1, by, &order, json!({})),
            ("STOCK_CHANGED", 4, by, &mug, json!({ "change": -1, "orderId": order })),
        ],
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn subscriptions_memberships_and_streams_are_told() {
    let mut reader = Reader::start().await;
    let (studio, mut player) = (reader.app.studio().await, reader.app.customer().await);
    let game = studio.publish("Go").await;
    let own = player.subscribe(&game).await;
    let (by, staff) = (player.id.clone(), reader.staff.id.clone());
    let begun = json!({ "playerId": by, "gameId": game, "from": null, "status": "ACTIVE" });
    Reader::compare(&reader.news().await, &[("SUBSCRIPTION_CHANGED", 1, &by, &own, begun)]);
    studio.move_subscription(&own, "PAUSED").await.done("changeSubscriptionStatus");
    let paused = json!({ "from": "ACTIVE", "status": "PAUSED" });
    Reader::compare(&reader.news().await, &[("SUBSCRIPTION_CHANGED", 2, &studio.id, &own, paused)]);

    let membership = member(&reader.app, &reader.staff, &player, 1, "4.50").await;
    let given = json!({ "userId": by, "validFrom": today(&reader.app), "credits": 1, "cancelled": false,
        "streamFee": { "amount": "4.50", "currency": "EUR" } });
    Reader::compare(&reader.news().await, &[("MEMBERSHIP_CHANGED", 1, &staff, &membership, given)]);
    let more = json!({ "id": membership, "credits": 2 });
    call(&reader.staff, "updateMembership", more, "membership { id }").await.done("updateMembership");
    let credits = json!({ "credits": 2 });
    Reader::compare(&reader.news().await, &[("MEMBERSHIP_CHANGED", 2, &staff, &membership, credits)]);

    let opened = check_in(&player).await;
    let (stream, bill) = (opened.text("/checkIn/stream/id"), opened.text("/checkIn/invoice/id"));
    let events = reader.news().await;
    let amount = json!({ "userId": by, "amount": { "amount": "4.50", "currency": "EUR" } });
    Reader::compare(
        &events,
        &[
            ("STREAM_OPENED", 1, &by, &stream, json!({ "membershipId": membership, "status": "OPEN" })),
            ("INVOICE_CHANGED", 2, &by, &bill, amount),
        ],
    );
    assert_eq!(events[1]["payload"]["lines"][0]["id"], *opened.at("/checkIn/invoiceLine/id"));
    call(&player, "renewStream", json!({ "streamId": stream }), "stream { id }").await.done("renewStream");
    Reader::compare(&reader.news().await, &[("STREAM_RENEWED", 2, &by, &stream, json!({ "userId": by }))]);
    check_out(&player).await.done("checkOut");
    let closed = json!({ "status": "CLOSED" });
    let unpaid = json!({ "status": "OUTSTANDING" });
    Reader::compare(
        &reader.news().await,
        &[("STREAM_CLOSED", 3, &by, &stream, closed.clone()), ("INVOICE_CHANGED", 3, &by, &bill, unpaid)],
    );

    let stream = check_in(&player).await.text("/checkIn/stream/id");
    reader.news().await;
    reader.app.clock.advance(TimeDelta::hours(13));
    souk::jobs::run_once(&reader.app.db).await.expect("the jobs run");
    player.sign_in().await;
    reader.staff.sign_in().await;
    let events = reader.news().await;
    Reader::compare(&events[..1], &[("STREAM_CLOSED", 2, "-", &stream, closed)]);
    assert_eq!((&events[1]["type"], &events[1]["actor"]), (&json!("INVOICE_CHANGED"), &Value::Null));

    let given_up = call(&player, "cancelMembership", json!({ "id": membership }), "membership { id }").await;
    given_up.done("cancelMembership");
    let cancelled = json!({ "cancelled": true });
    Reader::compare(&reader.news().await, &[("MEMBERSHIP_CHANGED", 3, &by, &membership, cancelled)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn invoices_and_closed_accounts_are_told() {
    let mut reader = Reader::start().await;
    let user = reader.app.customer().await;
    let by = reader.staff.id.clone();
    let bill = invoice(&reader.staff, &user, json!({}), &["10.00", "-1.50"]).await;
    let made = json!({ "userId": user.id, "status": "OUTSTANDING", "deleted": false,
        "amount": { "amount": "8.50", "currency": "EUR" } });
    let events = reader.news().await;
    Reader::compare(&events, &[("INVOICE_CHANGED", 1, &by, &bill, made)]);
    assert_eq!(events[0]["payload"]["lines"].as_array().map(Vec::len), Some(2));
    let change = async |reader: &mut Reader, mutation: &str, input: Value| {
        let fields = "userErrors { code }";
        call(&reader.staff, mutation, input, fields).await.done(mutation);
        reader.news().await
    };
    let line = first_line(&reader.staff, &bill).await;
    let events = change(&mut reader, "updateInvoiceLine", json!({ "id": line, "amount": "2" })).await;
    let lines = json!([{ "id": line, "amount": { "amount": "2.00", "currency": "EUR" }, "removed": false }]);
    let amount = json!({ "amount": { "amount": "0.50", "currency": "EUR" }, "lines": lines });
    Reader::compare(&events, &[("INVOICE_CHANGED", 2, &by, &bill, amount)]);
    let input = json!({ "invoiceId": bill, "amount": "1", "description": "x" });
    let events = change(&mut reader, "createInvoiceLine", input).await;
    Reader::compare(&events, &[("INVOICE_CHANGED", 3, &by, &bill, json!({}))]);

    let other = invoice(&reader.staff, &user, json!({ "date": "2020-01-01" }), &[]).await;
    reader.news().await;
    let events = change(&mut reader, "updateInvoiceLine", json!({ "id": line, "invoiceId": other })).await;
    Reader::compare(
        &events,
        &[("INVOICE_CHANGED", 4, &by, &bill, json!({})), ("INVOICE_CHANGED", 2, &by, &other, json!({}))],
    );
    let removed: Vec<_> = events.iter().map(|event| &event["payload"]["lines"][0]["removed"]).collect();
    assert_eq!(removed, [true, false]);
    let events = change(&mut reader, "deleteInvoiceLine", json!({ "id": line })).await;
    Reader::compare(&events, &[("INVOICE_CHANGED", 3, &by, &other, json!({}))]);
    let events = change(&mut reader, "updateInvoice", json!({ "id": other, "date": "2020-02-01" })).await;
    Reader::compare(&events, &[("INVOICE_CHANGED", 4, &by, &other, json!({ "date": "2020-02-01" }))]);
    let events = change(&mut reader, "deleteInvoice", json!({ "id": other })).await;
    Reader::compare(&events, &[("INVOICE_CHANGED", 5, &by, &other, json!({ "deleted": true }))]);
    let paid = json!({ "id": bill, "status": "PAID" });
    let events = change(&mut reader, "changeInvoiceStatus", paid).await;
    Reader::compare(&events, &[("INVOICE_CHANGED", 5, &by, &bill, json!({ "status": "PAID" }))]);

    let (mug, cap) = (user.sell("Mug", "1", 1, json!({})).await, user.sell("Cap", "1", 1, json!({})).await);
    reader.news().await;
    let closing = json!({ "userId": user.id });
    let events = change(&mut reader, "closeAccount", closing).await;
    let archived = json!({ "status": "ARCHIVED" });
    Reader::compare(&events[..1], &[("ACCOUNT_CLOSED", 2, &by, &user.id, json!({ "v": 1 }))]);
    let mut products: Vec<_> = events[1..].to_vec();
    products.sort_by_key(|event| event["aggregateId"].as_str().map(str::to_owned));
    Reader::compare(
        &products,
        &[("PRODUCT_CHANGED", 2, &by, &mug, archived.clone()), ("PRODUCT_CHANGED", 2, &by, &cap, archived)],
    );
}

#[test]
fn the_page_has_every_type() {
    use souk::{events::EventType, kernel::Named as _};
    let mut types: Vec<_> = EventType::ALL.iter().map(|kind| kind.name()).collect();
    types.sort_unstable();
    assert_eq!(Schemas::on_the_page().names(), types);
}
