//! Checking in and out.

use chrono::TimeDelta;

use super::{STREAM, begin, call, check_in, check_out, member, told};
use crate::support::{TestApp, Value, json};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn checking_in_and_out_is_billed() {
    let app = TestApp::start().await;
    let (staff, user) = (app.manager().await, app.customer().await);
    member(&app, &staff, &user, 2, "1.50").await;
    let first = check_in(&user).await;
    let done = first.done("checkIn");
    assert_eq!(done["stream"]["status"], "OPEN");
    assert_eq!(done["stream"]["endedAt"], Value::Null);
    assert_eq!(
        (&done["membership"]["credits"], &done["membership"]["creditsAvailable"]),
        (&json!(2), &json!(1))
    );
    assert_eq!(done["invoiceLine"]["amount"]["amount"], "1.50");
    let invoice = first.text("/checkIn/invoice/id");

    call(&staff, "checkIn", json!({ "userId": user.id }), STREAM).await.done("checkIn");
    assert_eq!(check_in(&user).await.refusals("checkIn"), ["NO_CREDITS at input"]);
    let out = check_out(&user).await;
    assert_eq!(out.text("/checkOut/stream/id"), first.text("/checkIn/stream/id"), "the oldest one");
    assert_eq!(out.text("/checkOut/stream/status"), "CLOSED");
    assert_eq!(*out.at("/checkOut/membership/creditsAvailable"), json!(1));
    assert_eq!(out.text("/checkOut/invoice/id"), invoice);
    assert_eq!(told(&user, &invoice).await, "OUTSTANDING 3.00 = 1.50 + 1.50 + 0.00");

    let again = json!({ "streamId": first.text("/checkIn/stream/id") });
    assert_eq!(
        call(&user, "checkOut", again, STREAM).await.refusals("checkOut"),
        ["NO_OPEN_STREAM at input.streamId"]
    );
    call(&staff, "checkOut", json!({ "userId": user.id }), STREAM).await.done("checkOut");
    assert_eq!(check_out(&user).await.refusals("checkOut"), ["NO_OPEN_STREAM at input"]);

    // Once it is paid, the next check-in makes another one.
    let paid = json!({ "id": invoice, "status": "PAID" });
    call(&staff, "changeInvoiceStatus", paid, "__typename").await.done("changeInvoiceStatus");
    assert_ne!(check_in(&user).await.text("/checkIn/invoice/id"), invoice);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strangers_check_nobody_in_or_out() {
    let app = TestApp::start().await;
    let (staff, user, other) = (app.manager().await, app.customer().await, app.customer().await);
    member(&app, &staff, &user, 2, "1.50").await;
    let stream = check_in(&user).await.text("/checkIn/stream/id");
    for mutation in ["checkIn", "checkOut"] {
        let theirs = call(&other, mutation, json!({ "userId": user.id }), STREAM).await;
        assert_eq!(theirs.codes(), ["FORBIDDEN"]);
        let nobody = call(&staff, mutation, json!({ "userId": "x" }), STREAM).await;
        assert_eq!(nobody.refusals(mutation), ["NOT_FOUND at input.userId"]);
    }
    let id = json!({ "streamId": stream });
    assert_eq!(
        call(&other, "checkOut", id.clone(), STREAM).await.refusals("checkOut"),
        ["NOT_FOUND at input.streamId"]
    );
    assert_eq!(
        call(&other, "renewStream", id.clone(), STREAM).await.refusals("renewStream"),
        ["NOT_FOUND at input.streamId"]
    );
    assert_eq!(call(&staff, "renewStream", id, STREAM).await.codes(), ["FORBIDDEN"]);
    let node = "query($id: ID!) { node(id: $id) { id } }";
    assert_eq!(*other.gql(node, json!({ "id": stream })).await.at("/node"), Value::Null);
    assert_eq!(user.gql(node, json!({ "id": stream })).await.text("/node/id"), stream);
    assert_eq!(check_in(&other).await.refusals("checkIn"), ["NO_MEMBERSHIP at input"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fewer_credits_than_open_streams_close_none() {
    let app = TestApp::start().await;
    let (staff, user) = (app.manager().await, app.customer().await);
    let id = member(&app, &staff, &user, 3, "0.00").await;
    for _ in 0..3 {
        check_in(&user).await.done("checkIn");
    }
    let fewer = json!({ "id": id, "credits": 1 });
    let fewer =
        call(&staff, "updateMembership", fewer, "membership { credits creditsAvailable openStreams { id } }");
    let fewer = fewer.await;
    assert_eq!(*fewer.at("/updateMembership/membership/creditsAvailable"), json!(0));
    assert_eq!(fewer.at("/updateMembership/membership/openStreams").as_array().map(Vec::len), Some(3));
    for _ in 0..2 {
        assert_eq!(check_in(&user).await.refusals("checkIn"), ["NO_CREDITS at input"]);
        check_out(&user).await.done("checkOut");
    }
    assert_eq!(check_in(&user).await.refusals("checkIn"), ["NO_CREDITS at input"]);
    check_out(&user).await.done("checkOut");
    check_in(&user).await.done("checkIn");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lease_that_is_not_renewed_runs_out() {
    let app = TestApp::with(&["--stream-lease=600"]).await;
    // All of it within a month, which has one invoice.
    begin(&app, "2026-05-15T12:00:00Z");
    let (staff, mut user) = (app.manager().await, app.customer().await);
    member(&app, &staff, &user, 1, "1.00").await;
    let stream = check_in(&user).await.text("/checkIn/stream/id");
    app.clock.advance(TimeDelta::seconds(500));
    let renewed = call(&user, "renewStream", json!({ "streamId": stream }), STREAM).await;
    assert_eq!(renewed.done("renewStream")["invoice"], Value::Null);
    app.clock.advance(TimeDelta::seconds(200));
    souk::jobs::run_once(&app.db).await.expect("the jobs run");
    assert_eq!(check_in(&user).await.refusals("checkIn"), ["NO_CREDITS at input"], "it was renewed");

    app.clock.advance(TimeDelta::seconds(100) + TimeDelta::seconds(301));
    user.sign_in().await;
    let late = call(&user, "renewStream", json!({ "streamId": stream }), STREAM).await;
    assert_eq!(late.refusals("renewStream"), ["NO_OPEN_STREAM at input.streamId"]);
    // Nobody has closed it yet, and still it stands in nobody's way.
    let next = check_in(&user).await;
    assert_eq!(*next.at("/checkIn/membership/creditsAvailable"), json!(0));
    let invoice = next.text("/checkIn/invoice/id");
    assert_eq!(told(&user, &invoice).await, "OUTSTANDING 2.00 = 1.00 + 0.00 + 1.00");
    let ask = "query($id: ID!) { node(id: $id) { ... on Stream { status e: expiresAt endedAt } } }";
    let ended = user.gql(ask, json!({ "id": stream })).await;
    assert_eq!(
        (ended.at("/node/status"), ended.at("/node/endedAt")),
        (&json!("CLOSED"), ended.at("/node/e"))
    );
}
