//! Many at once: no credit is shared, no month has two invoices, no stream is closed twice.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use diesel_async::SimpleAsyncConnection as _;
use futures_util::future::join_all;

use super::{STREAM, call, check_in, check_out, member, told};
use crate::support::{Person, TestApp, json};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_check_ins_at_once_on_three_credits_open_three_streams() {
    let app = TestApp::start().await;
    let (staff, user) = (app.manager().await, app.customer().await);
    member(&app, &staff, &user, 3, "1.25").await;
    let replies = join_all((0..10).map(|_| check_in(&user))).await;
    let refused = replies.iter().filter(|reply| reply.refusals("checkIn") == ["NO_CREDITS at input"]).count();
    let made: Vec<_> = replies.iter().filter(|reply| !reply.at("/checkIn/stream").is_null()).collect();
    assert_eq!((made.len(), refused), (3, 7));
    let invoices: BTreeSet<_> = made.iter().map(|reply| reply.text("/checkIn/invoice/id")).collect();
    assert_eq!(invoices.len(), 1);
    let invoice = invoices.first().expect("there is one");
    assert_eq!(told(&user, invoice).await, "OUTSTANDING 3.75 = 1.25 + 1.25 + 1.25");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_first_charges_of_a_month_make_one_invoice() {
    let app = TestApp::start().await;
    let (staff, user) = (app.manager().await, app.customer().await);
    let id = member(&app, &staff, &user, 4, "1.00").await;
    for _ in 0..2 {
        check_in(&user).await.done("checkIn");
    }
    // Check-outs take no lock of the membership, so nothing but the invoice itself keeps them apart.
    for round in 0..10 {
        app.database.sql("UPDATE invoices SET status = 'PAID'").await;
        let (one, two) = tokio::join!(check_out(&user), check_in(&user));
        assert_eq!(one.text("/checkOut/invoice/id"), two.text("/checkIn/invoice/id"), "round {round}");
    }
    let open = user.gql(
        "query($id: ID!) { node(id: $id) { ... on Membership { creditsAvailable } } }",
        json!({ "id": id }),
    );
    assert_eq!(*open.await.at("/node/creditsAvailable"), json!(2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_first_check_ins_of_a_month_make_one_invoice() {
    let app = TestApp::start().await;
    let (staff, user) = (app.manager().await, app.customer().await);
    member(&app, &staff, &user, 99, "1.00").await;
    for round in 0..10 {
        app.database.sql("UPDATE invoices SET status = 'PAID'").await;
        // Both have begun before either can go on.
        let mut holding = app.database.connect().await;
        let hold = "BEGIN; SELECT FROM memberships FOR UPDATE";
        holding.batch_execute(hold).await.expect("it can be held");
        let release = async {
            app.database.waiters(2).await;
            holding.batch_execute("COMMIT").await.expect("it is let go");
        };
        let (one, two, ()) = tokio::join!(check_in(&user), check_in(&user), release);
        assert_eq!(one.text("/checkIn/invoice/id"), two.text("/checkIn/invoice/id"), "round {round}");
        let told = told(&user, &one.text("/checkIn/invoice/id")).await;
        assert_eq!(told, "OUTSTANDING 2.00 = 1.00 + 1.00");
    }
    assert_eq!(app.database.text("SELECT count(*) FROM invoices").await, "10");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_rounds_of_checking_in_and_out_end_with_everything_agreeing() {
    let app = TestApp::start().await;
    let (staff, user) = (app.manager().await, app.customer().await);
    member(&app, &staff, &user, 3, "1.00").await;
    let rounds = async || {
        for _ in 0..50 {
            let (entered, left) = tokio::join!(check_in(&user), check_out(&user));
            let refused = [entered.refusals("checkIn"), left.refusals("checkOut")].concat();
            let known = |told: &String| told == "NO_CREDITS at input" || told == "NO_OPEN_STREAM at input";
            assert!(refused.iter().all(known), "{refused:?}");
        }
    };
    tokio::join!(rounds(), rounds(), rounds(), rounds());
    let told = "SELECT (SELECT count(*) <= 3 FROM streams WHERE status = 'OPEN') || ' ' || \
                (SELECT count(*) FROM invoices) || ' ' || \
                (SELECT amount = 100 * (SELECT count(*) FROM streams) FROM invoices) || ' ' || \
                (SELECT amount = (SELECT sum(amount) FROM invoice_lines) FROM invoices) || ' ' || \
                ((SELECT count(*) FROM invoice_lines) = \
                 (SELECT count(*) + count(ended_at) FROM streams))";
    assert_eq!(app.database.text(told).await, "true 1 true true true");
    let ask = "{ viewer { membership { credits creditsAvailable openStreams { id } } } }";
    let told = user.query(ask).await;
    let open = told.at("/viewer/membership/openStreams").as_array().map_or(0, Vec::len);
    assert_eq!(
        app.database.text("SELECT count(*) FROM streams WHERE status = 'OPEN'").await,
        open.to_string()
    );
    assert_eq!(*told.at("/viewer/membership/creditsAvailable"), json!(3 - open));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn four_instances_and_a_check_out_close_each_stream_once() {
    let app = TestApp::with(&["--stream-lease=600"]).await;
    let staff = app.manager().await;
    let mut users: Vec<Person> = join_all((0..4).map(|_| app.customer())).await;
    for user in &users {
        member(&app, &staff, user, 5, "1.00").await;
        for _ in 0..5 {
            check_in(user).await.done("checkIn");
        }
    }
    app.clock.advance(TimeDelta::seconds(601));
    users[0].sign_in().await;
    let sweeps = join_all((0..4).map(|_| souk::billing::close_run_out(&app.db)));
    let (swept, left) = tokio::join!(sweeps, check_out(&users[0]));
    let swept: usize = swept.into_iter().map(|closed| closed.expect("it runs")).sum();
    let left = usize::from(left.refusals("checkOut").is_empty());
    assert_eq!(swept + left, 20);
    let told = "SELECT (SELECT count(*) FROM streams WHERE status = 'CLOSED' AND ended_at = expires_at) || ' ' || \
                (SELECT count(DISTINCT closed_line_id) FROM streams) || ' ' || \
                (SELECT count(*) FROM invoice_lines) || ' ' || (SELECT sum(amount) FROM invoices)";
    assert_eq!(app.database.text(told).await, "20 20 40 2000");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_key_checks_in_and_out_once() {
    let app = TestApp::start().await;
    let (staff, user) = (app.manager().await, app.customer().await);
    let id = member(&app, &staff, &user, 5, "1.00").await;
    for mutation in ["checkIn", "checkOut"] {
        let input = json!({ "idempotencyKey": mutation });
        let replies = join_all((0..6).map(|_| call(&user, mutation, input.clone(), STREAM))).await;
        for part in ["stream", "membership", "invoice", "invoiceLine"] {
            let ids: BTreeSet<_> =
                replies.iter().map(|reply| reply.text(&format!("/{mutation}/{part}/id"))).collect();
            assert_eq!(ids.len(), 1, "{mutation} {part}");
        }
    }
    let ask = "query($id: ID!) { node(id: $id) { ... on Membership { creditsAvailable } } }";
    assert_eq!(*user.gql(ask, json!({ "id": id })).await.at("/node/creditsAvailable"), json!(5));
    let other = json!({ "idempotencyKey": "checkIn", "streamId": "x" });
    assert_eq!(
        call(&user, "checkOut", other, STREAM).await.refusals("checkOut"),
        ["IDEMPOTENCY_MISMATCH at input.idempotencyKey"]
    );
}
