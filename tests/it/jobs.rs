//! Work that nobody asks for: done once however many instances there are, whatever becomes of one of them.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use diesel_async::SimpleAsyncConnection as _;
use futures_util::future::join_all;
use reqwest::Method;

use crate::{
    billing::{check_in, member},
    support::{Client, Reply, TestApp, json},
};

/// Those that are done every five minutes.
const UNHURRIED: [&str; 5] =
    ["abandon_bags", "forget_deliveries", "forget_events", "forget_keys", "purge_tokens"];
/// With jobs, which the stores of other tests do without.
const WORKING: [&str; 1] = ["--jobs=on"];

async fn metrics(client: &Client) -> String {
    let reply = Reply::of(client.request(Method::GET, "/metrics")).await;
    reply.body.as_str().expect("metrics are text").to_owned()
}

/// A figure of a job in whole numbers, added up over instances.
async fn sum(instances: &[Client], figure: &str, job: &str) -> u64 {
    let name = format!("souk_job_{figure}{{job=\"{job}\"}} ");
    let texts = join_all(instances.iter().map(metrics)).await;
    let told = texts.iter().map(|text| {
        let value = text.lines().find_map(|line| line.strip_prefix(&name));
        let whole = value.and_then(|value| value.split('.').next()?.parse::<u64>().ok());
        whole.unwrap_or_else(|| panic!("no {name} in {text}"))
    });
    told.sum()
}

/// Waits until a figure of a job, added up over instances, is this or more.
async fn comes_to(instances: &[Client], figure: &str, job: &str, least: u64) {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let told = sum(instances, figure, job).await;
        if told >= least {
            return;
        }
        assert!(Instant::now() < deadline, "{figure} of {job} is {told} and does not come to {least}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_instances_do_each_job_once_in_its_interval() {
    const BEGUN: &str =
        "INSERT INTO streams (id, membership_id, status, started_at, expires_at, opened_line_id)
        SELECT gen_random_uuid(), membership_id, status, started_at, expires_at, opened_line_id
        FROM streams, generate_series(1, 119)";
    const LONG_AGO: &str = "UPDATE streams SET expires_at = now() - interval '1 minute';
        UPDATE bags SET updated_at = now() - interval '31 days'";
    const DONE: &str = "SELECT (SELECT count(*) FROM streams WHERE status = 'CLOSED') || ' ' ||
        (SELECT count(*) FROM invoice_lines WHERE description LIKE 'Check-out%') || ' ' ||
        (SELECT count(*) || ' ' || sum(version) FROM bags WHERE status = 'ABANDONED')";
    const HOLD: &str = "BEGIN; LOCK TABLE jobs";

    let app = TestApp::start().await;
    let (staff, user) = (app.manager().await, app.customer().await);
    member(&app, &staff, &user, 1, "1.00").await;
    check_in(&user).await.done("checkIn");
    let mug = staff.sell("Mug", "2.50", 30, json!({})).await;
    let put = "mutation($input: SetBagItemInput!) { setBagItem(input: $input) { userErrors { code } } }";
    user.gql(put, json!({ "input": { "productId": mug, "quantity": 1 } })).await.done("setBagItem");
    app.database.sql(BEGUN).await;
    app.database.sql(LONG_AGO).await;

    let mut holding = app.database.connect().await;
    holding.batch_execute(HOLD).await.expect("it can be held");
    let started = join_all((0..3).map(|_| app.instance(&WORKING))).await;
    let instances: Vec<_> = started.iter().map(|(client, _, _)| client.clone()).collect();
    let told = metrics(&instances[0]).await;
    let jobs = told.lines().filter(|line| line.starts_with("souk_job_runs_total{")).count();
    for round in 0..4 {
        // All of them want each job now, so all that they did before is done and counted.
        app.database.waiters(3 * jobs).await;
        for job in UNHURRIED {
            assert_eq!(sum(&instances, "runs_total", job).await, round, "{job} in round {round}");
        }
        holding.batch_execute("COMMIT").await.expect("it is let go");
        for job in UNHURRIED {
            comes_to(&instances, "runs_total", job, round + 1).await;
        }
        comes_to(&instances, "items_total", "close_streams", 120).await;
        holding.batch_execute(HOLD).await.expect("it can be held");
        for (_, _, clock) in &started {
            clock.advance(TimeDelta::minutes(5));
        }
    }
    assert_eq!(app.database.text(DONE).await, "120 120 1 3");
    assert_eq!(sum(&instances, "items_total", "close_streams").await, 120);
    assert_eq!(sum(&instances, "items_total", "abandon_bags").await, 1);
    for job in UNHURRIED {
        assert_eq!(sum(&instances, "failures_total", job).await, 0, "{job}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_is_taken_over_from_an_instance_that_ended_in_the_middle() {
    let app = TestApp::start().await;
    let buyer = app.customer().await;
    let mug = app.customer().await.sell("Mug", "2.00", 9, json!({})).await;
    buyer.order(&[(&mug, 1)], Some("once")).await.done("placeOrder");
    app.database.sql("UPDATE idempotency_keys SET created_at = now() - interval '4 days'").await;
    let mut holding = app.database.connect().await;
    holding.batch_execute("BEGIN; LOCK TABLE idempotency_keys").await.expect("it can be held");

    let (_, ending, _) = app.instance(&WORKING).await;
    app.database.waiters(1).await;
    let (heir, _running, clock) = app.instance(&WORKING).await;
    ending.stop().await;
    // The server has noticed, and the other one keeps off.
    app.database.waiters(0).await;
    // Long before it would be due again.
    clock.advance(TimeDelta::seconds(21));
    app.database.waiters(1).await;
    holding.batch_execute("COMMIT").await.expect("it is let go");
    let heir = [heir];
    comes_to(&heir, "runs_total", "forget_keys", 1).await;
    assert_eq!(sum(&heir, "items_total", "forget_keys").await, 1);
    assert_eq!(app.database.text("SELECT count(*) FROM idempotency_keys").await, "0");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_fails_stops_no_other_and_is_tried_again() {
    let app = TestApp::start().await;
    assert!(!metrics(&app.visitor()).await.contains("souk_job"), "it does no jobs");
    app.database.sql("ALTER TABLE idempotency_keys RENAME TO elsewhere").await;
    let (client, _running, clock) = app.instance(&WORKING).await;
    let client = [client];
    comes_to(&client, "failures_total", "forget_keys", 1).await;
    for job in ["abandon_bags", "close_streams", "purge_tokens"] {
        comes_to(&client, "runs_total", job, 1).await;
        assert_eq!(sum(&client, "failures_total", job).await, 0, "{job}");
    }
    assert_eq!(sum(&client, "last_success_timestamp_seconds", "forget_keys").await, 0);

    app.database.sql("ALTER TABLE elsewhere RENAME TO idempotency_keys").await;
    let now = u64::try_from(clock.now().timestamp()).expect("it is after 1970");
    clock.advance(TimeDelta::seconds(21));
    comes_to(&client, "last_success_timestamp_seconds", "forget_keys", now).await;

    let text = metrics(&client[0]).await;
    for (name, kind) in [
        ("runs_total", "counter"),
        ("failures_total", "counter"),
        ("items_total", "counter"),
        ("last_duration_seconds", "gauge"),
        ("last_success_timestamp_seconds", "gauge"),
    ] {
        assert_eq!(text.matches(&format!("# HELP souk_job_{name} ")).count(), 1, "{text}");
        assert_eq!(text.matches(&format!("# TYPE souk_job_{name} {kind}\n")).count(), 1, "{text}");
    }
    let took =
        text.lines().find(|line| line.starts_with("souk_job_last_duration_seconds{job=\"purge_tokens\"}"));
    assert!(took.is_some_and(|line| !line.ends_with(" 0.000000")), "{text}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn streams_are_closed_soon_after_their_leases_have_run_out() {
    const STREAM: &str = "SELECT concat(status, ' ', ended_at = expires_at) FROM streams";
    let app = TestApp::with(&["--jobs=on", "--stream-lease=600"]).await;
    let (staff, user) = (app.manager().await, app.customer().await);
    member(&app, &staff, &user, 1, "1.00").await;
    check_in(&user).await.done("checkIn");
    let client = [app.visitor()];
    let runs = sum(&client, "runs_total", "close_streams").await;
    // The one that may have begun before it was opened, and another one.
    for more in [1, 2] {
        app.clock.advance(TimeDelta::seconds(250));
        comes_to(&client, "runs_total", "close_streams", runs + more).await;
    }
    assert_eq!(app.database.text(STREAM).await, "OPEN ");
    app.clock.advance(TimeDelta::seconds(101));
    comes_to(&client, "items_total", "close_streams", 1).await;
    assert_eq!(app.database.text(STREAM).await, "CLOSED t");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_was_wrong_does_not_hold_up_a_job_for_years() {
    let app = TestApp::start().await;
    app.database.sql("INSERT INTO jobs VALUES ('purge_tokens', '2099-01-01')").await;
    let (client, _running, _) = app.instance(&WORKING).await;
    comes_to(&[client], "runs_total", "purge_tokens", 1).await;
}
