//! What is left of the account of someone who is gone: its relations, and no use of them.

use chrono::TimeDelta;
use diesel_async::SimpleAsyncConnection as _;
use futures_util::future::join_all;

use super::{STREAM, begin, call, check_in, first_line, invoice, member, told};
use crate::support::{Person, TestApp, json};

/// All that can come of using an account.
const STORED: &str = "SELECT (SELECT count(*) FROM streams) || ' ' || (SELECT count(*) FROM memberships) || ' ' ||
    (SELECT count(*) || ' ' || sum(amount) FROM invoices) || ' ' || (SELECT max(expires_at) FROM streams) || ' ' ||
    (SELECT count(*) || max(status) FROM game_subscriptions) || ' ' || (SELECT count(*) FROM orders) || ' ' ||
    (SELECT max(quantity) FROM bag_items) || ' ' || (SELECT count(*) FROM products)";

async fn close(staff: &Person, user: &Person) {
    call(staff, "closeAccount", json!({ "userId": user.id }), "__typename").await.done("closeAccount");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_begun_for_a_closed_account_and_what_there_is_stays() {
    let app = TestApp::with(&["--stream-lease=600"]).await;
    // All of it within a month, which has one invoice.
    begin(&app, "2026-05-15T12:00:00Z");
    let (mut staff, user, other) = (app.manager().await, app.customer().await, app.customer().await);
    let studio = app.studio().await;
    let membership = member(&app, &staff, &user, 3, "2.00").await;
    let streams = [check_in(&user).await, check_in(&user).await];
    let [first, second] = streams.map(|reply| reply.text("/checkIn/stream/id"));
    let game = studio.publish("Saltmarsh").await;
    let held = user.subscribe(&game).await;
    let bill = invoice(&staff, &user, json!({ "date": "2025-01-01" }), &["5.00"]).await;
    let others = invoice(&staff, &other, json!({}), &["1.00"]).await;
    let (line, loose) = (first_line(&staff, &bill).await, first_line(&staff, &others).await);
    close(&staff, &user).await;

    for (mutation, input, at) in [
        ("checkIn", json!({ "userId": user.id }), "userId"),
        (
            "createMembership",
            json!({ "userId": user.id, "validFrom": "2050-01-01", "validUntil": "2050-01-01", "credits": 1 }),
            "userId",
        ),
        ("createInvoice", json!({ "userId": user.id }), "userId"),
        ("updateInvoice", json!({ "id": others, "userId": user.id }), "userId"),
        ("createInvoiceLine", json!({ "invoiceId": bill, "amount": "1" }), "invoiceId"),
        ("updateInvoiceLine", json!({ "id": loose, "invoiceId": bill }), "invoiceId"),
    ] {
        let refused = call(&staff, mutation, input, "__typename").await;
        assert_eq!(refused.refusals(mutation), [format!("INVALID at input.{at}")], "{mutation}");
    }

    // What there was can still be ended, corrected and settled.
    call(&staff, "checkOut", json!({ "userId": user.id, "streamId": first }), STREAM).await.done("checkOut");
    call(&staff, "updateInvoiceLine", json!({ "id": line, "amount": "4.00" }), "__typename")
        .await
        .done("updateInvoiceLine");
    let paid = json!({ "id": bill, "status": "PAID" });
    call(&staff, "changeInvoiceStatus", paid, "__typename").await.done("changeInvoiceStatus");
    assert_eq!(told(&staff, &bill).await, "PAID 4.00 = 4.00");
    app.clock.advance(TimeDelta::seconds(601));
    souk::jobs::run_once(&app.db).await.expect("the jobs run");
    staff.sign_in().await;
    call(&staff, "cancelMembership", json!({ "id": membership }), "__typename")
        .await
        .done("cancelMembership");

    let ask = "query($id: ID!, $stream: ID!) { user(id: $id) { status
            memberships { nodes { id status user { id } openStreams { id } } }
            invoices { totalCount nodes { amount { amount } lines { id } } }
            subscriptions { nodes { id status } } }
        node(id: $stream) { ... on Stream { status membership { id } } } }";
    let seen = staff.gql(ask, json!({ "id": user.id, "stream": second })).await;
    assert_eq!(seen.text("/user/status"), "CLOSED");
    let gone =
        json!({ "id": membership, "status": "CANCELLED", "user": { "id": user.id }, "openStreams": [] });
    assert_eq!(*seen.at("/user/memberships/nodes"), json!([gone]));
    assert_eq!(*seen.at("/user/invoices/totalCount"), json!(2));
    let lines = seen.at("/user/invoices/nodes/1/lines").as_array().map(Vec::len);
    assert_eq!((seen.text("/user/invoices/nodes/1/amount/amount").as_str(), lines), ("4.00", Some(4)));
    assert_eq!(*seen.at("/user/subscriptions/nodes"), json!([{ "id": held, "status": "ACTIVE" }]));
    assert_eq!(*seen.at("/node"), json!({ "status": "CLOSED", "membership": { "id": membership } }));
    // Others have never seen any of it, and don't now.
    let reply = other.gql(ask, json!({ "id": user.id, "stream": second })).await;
    assert_eq!(*reply.data(), json!({ "user": null, "node": null }));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_subscription_of_a_closed_player_is_ended_but_not_resumed() {
    let app = TestApp::start().await;
    let (staff, user, studio) = (app.manager().await, app.customer().await, app.studio().await);
    let held = user.subscribe(&studio.publish("Saltmarsh").await).await;
    close(&staff, &user).await;
    for who in [&studio, &staff] {
        who.move_subscription(&held, "PAUSED").await;
        let refused = who.move_subscription(&held, "ACTIVE").await;
        assert_eq!(refused.refusals("changeSubscriptionStatus"), ["INVALID at input.id"]);
        assert!(refused.text("/changeSubscriptionStatus/userErrors/0/message").contains("closed"));
    }
    studio.move_subscription(&held, "CANCELLED").await.done("changeSubscriptionStatus");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_races_with_the_closing_of_an_account_loses() {
    let app = TestApp::start().await;
    let (staff, user, studio) = (app.manager().await, app.customer().await, app.studio().await);
    member(&app, &staff, &user, 3, "2.00").await;
    let opened = check_in(&user).await;
    let (stream, bill) = (opened.text("/checkIn/stream/id"), opened.text("/checkIn/invoice/id"));
    let (one, two) = (studio.publish("One").await, studio.publish("Two").await);
    let lamp = studio.sell("Lamp", "1.00", 9, json!({})).await;
    let paused = user.subscribe(&one).await;
    user.move_subscription(&paused, "PAUSED").await.done("changeSubscriptionStatus");
    let item = json!({ "productId": lamp, "quantity": 1 });
    call(&user, "setBagItem", item.clone(), "__typename").await.done("setBagItem");
    let before = app.database.text(STORED).await;

    let own = [
        ("checkIn", json!({})),
        ("renewStream", json!({ "streamId": stream })),
        ("subscribe", json!({ "gameId": two })),
        ("changeSubscriptionStatus", json!({ "id": paused, "status": "ACTIVE" })),
        ("setBagItem", item.clone()),
        ("checkoutBag", json!({})),
        ("placeOrder", json!({ "items": [item] })),
        ("createProduct", json!({ "name": "Mug", "price": "1", "stock": 1 })),
    ];
    let period =
        json!({ "userId": user.id, "validFrom": "2050-01-01", "validUntil": "2050-01-01", "credits": 1 });
    let by_staff = [
        ("checkIn", json!({ "userId": user.id }), "userId"),
        ("createMembership", period, "userId"),
        ("createInvoice", json!({ "userId": user.id, "date": "2025-01-01" }), "userId"),
        ("createInvoiceLine", json!({ "invoiceId": bill, "amount": "1" }), "invoiceId"),
    ];
    // As another instance closes it, of which this one has not heard.
    let mut closing = app.database.connect().await;
    let close = format!(
        "BEGIN; UPDATE accounts SET status = 'CLOSED', deleted_at = now(), token_epoch = token_epoch + 1
         WHERE id = '{}'",
        user.id
    );
    closing.batch_execute(&close).await.expect("it can be closed");
    let all = async {
        let own = join_all(own.map(|(mutation, input)| call(&user, mutation, input, "__typename")));
        let of_staff =
            by_staff.clone().map(|(mutation, input, _)| call(&staff, mutation, input, "__typename"));
        tokio::join!(own, join_all(of_staff))
    };
    let commit = async {
        app.database.waiters(12).await;
        closing.batch_execute("COMMIT").await.expect("it is closed");
    };
    let ((own_replies, staff_replies), ()) = tokio::join!(all, commit);
    for reply in own_replies {
        assert_eq!(reply.codes(), ["UNAUTHENTICATED"], "{:#}", reply.body);
    }
    for ((mutation, _, at), reply) in by_staff.iter().zip(staff_replies) {
        assert_eq!(reply.refusals(mutation), [format!("INVALID at input.{at}")], "{mutation}");
    }
    assert_eq!(app.database.text(STORED).await, before);
}
