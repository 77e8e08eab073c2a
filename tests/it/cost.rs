//! What requests cost, and how much each client may ask for.

use chrono::TimeDelta;
use diesel_async::SimpleAsyncConnection as _;
use reqwest::{Method, StatusCode};

use crate::support::{Client, Reply, TestApp, Value, json};

/// Sends an operation and asks what it has cost.
async fn billed(client: &Client, query: &str, variables: Value) -> Reply {
    let request = client
        .request(Method::POST, "/graphql")
        .header("accept", "application/graphql-response+json")
        .json(&json!({ "query": query, "variables": variables, "extensions": { "cost": true } }));
    Reply::of(request).await
}

async fn points(client: &Client, query: &str, variables: Value) -> (u64, u64) {
    let reply = billed(client, query, variables).await;
    let cost = &reply.body["extensions"]["cost"];
    let number = |name: &str| cost[name].as_u64().unwrap_or_else(|| panic!("no {name} in {:#}", reply.body));
    (number("requested"), number("actual"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_is_priced_by_pages_lists_and_weights() {
    let app = TestApp::start().await;
    let (seller, manager) = (app.customer().await, app.manager().await);
    for number in 0..3 {
        seller.sell(&format!("Lamp {number}"), "1.00", 1, json!({ "tags": ["a", "b"] })).await;
    }
    let page = "query($n: Int, $m: Int) { products(first: $n, last: $m) { nodes { name } } }";
    let rows = |n: Value| json!({ "n": n });
    for (query, variables, requested) in [
        ("{ __typename }", json!({}), 1),
        ("{ viewer { username } }", json!({}), 1),
        // The connection, and twenty rows.
        ("{ products { nodes { name } } }", json!({}), 3),
        ("{ products(first: 50) { nodes { name } } }", json!({}), 6),
        // Edges are objects, too.
        ("{ products(first: 50) { edges { node { name } } } }", json!({}), 11),
        // Fifty rows with ten tags each, as far as anyone knows.
        ("{ products(first: 50) { nodes { name tags { name } } } }", json!({}), 56),
        (page, rows(json!(99)), 10),
        (page, rows(Value::Null), 3),
        (page, json!({}), 3),
        (page, json!({ "m": 30 }), 4),
        ("{ products(first: 1) { totalCount } }", json!({}), 3),
        (
            "{ a: viewer { id } ... on Query { b: viewer { id } } ...F } fragment F on Query { c: viewer { id } }",
            json!({}),
            1,
        ),
        ("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", json!({ "ids": vec!["x"; 40] }), 4),
        ("{ nodes(ids: [\"x\"]) { id } }", json!({}), 1),
        ("query($no: Boolean = false) { products @include(if: $no) { nodes { id } } }", json!({}), 3),
        ("mutation { signOut { signedOut } }", json!({}), 6),
        ("{ __schema { types { fields { args { name } } } } }", json!({}), 10),
    ] {
        assert_eq!(points(&app.visitor(), query, variables).await.0, requested, "{query}");
    }
    let sales = "{ reports { sales(from: \"2026-01-01\", to: \"2026-01-02\") { units } } }";
    assert_eq!(points(&manager, sales, json!({})).await.0, 22);
    let sign_in = "mutation { signIn(input: {login: \"nobody\", password: \"x\"}) { user { id } } }";
    assert_eq!(points(&app.visitor(), sign_in, json!({})).await.0, 11);

    // Three rows with two tags each came back: the connection, and nine objects.
    let tagged = "{ products(first: 50) { nodes { name tags { name } } } }";
    assert_eq!(points(&app.visitor(), tagged, json!({})).await, (56, 1));
    let plain = app.visitor().query(tagged).await;
    assert!(plain.body.get("extensions").is_none(), "nobody has asked");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_would_cost_too_much_is_refused_unexecuted() {
    let app = TestApp::with(&["--cost-limit=50"]).await;
    let ask = "query Wide($n: Int!) { products(first: $n) { nodes { tags { id } } } }";
    app.visitor().gql(ask, json!({ "n": 40 })).await.data();
    let refused = app.visitor().gql(ask, json!({ "n": 50 })).await;
    assert_eq!(refused.status, StatusCode::BAD_REQUEST);
    assert_eq!(refused.codes(), ["QUERY_TOO_COMPLEX"]);
    let error = &refused.body["errors"][0];
    assert_eq!(error["message"], "The document is too complex: 56 points of cost, at most 50 are allowed.");
    assert_eq!((&error["extensions"]["found"], &error["extensions"]["maximum"]), (&json!(56), &json!(50)));
    assert_eq!(error["locations"], json!([{ "line": 1, "column": 1 }]));
    assert!(refused.body.get("data").is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_client_has_a_bucket_of_points_that_fills_again() {
    let app = TestApp::with(&[
        "--rate-limit=on",
        "--address-burst=100",
        // Slowly, so that it does not fill while it is emptied.
        "--address-rate=1",
        "--account-burst=200",
        "--account-rate=20",
    ])
    .await;
    let customer = app.customer().await;
    let visitor = app.visitor();
    // To register has cost the visitors of this address something; let that fill again.
    app.clock.advance(TimeDelta::seconds(100));
    let wide = "{ products(first: 50) { nodes { tags { id } } } }";
    let left = |reply: &Reply| {
        let cost = &reply.body["extensions"]["cost"];
        (cost["remaining"].as_u64(), cost["limit"].as_u64())
    };
    // Nothing is there, so nearly all is given back.
    assert_eq!(left(&billed(&visitor, wide, json!({})).await), (Some(99), Some(100)));
    assert_eq!(left(&billed(&customer, wide, json!({})).await), (Some(199), Some(200)));

    // Where all of it is used, the bucket empties: each of these costs 56 points at worst and 10 in truth.
    let list = "{ __schema { types { name } } products(first: 50) { nodes { tags { id } } } }";
    let mut served = 0;
    let refused = loop {
        let reply = billed(&visitor, list, json!({})).await;
        if reply.status != StatusCode::OK {
            break reply;
        }
        served += 1;
        assert!(served < 10, "it never empties");
    };
    assert_eq!(refused.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.codes(), ["RATE_LIMITED"]);
    assert!(refused.body.get("data").is_none());
    let wait = refused.headers["retry-after"].to_str().ok().and_then(|text| text.parse::<i64>().ok());
    let wait = wait.expect("it says when to come again");
    let error = &refused.body["errors"][0]["extensions"];
    assert_eq!(error["retryAfter"], json!(wait));
    assert_eq!((&error["cost"]["requested"], &error["cost"]["limit"]), (&json!(66), &json!(100)));
    // Others are not concerned, and it is true what it says.
    assert_eq!(billed(&customer, list, json!({})).await.status, StatusCode::OK);
    app.clock.advance(TimeDelta::seconds(wait));
    assert_eq!(billed(&visitor, list, json!({})).await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_has_so_many_requests_under_way_at_a_time() {
    const LOCK: &str = "BEGIN; LOCK TABLE products IN ACCESS EXCLUSIVE MODE";
    let app = TestApp::with(&["--rate-limit=on", "--concurrency=2", "--in-flight=3"]).await;
    let (customer, other) = (app.customer().await, app.customer().await);
    // Three requests wait for a lock.
    let product = customer.sell("Lamp", "1.00", 1, json!({})).await;
    let mut held = app.database.connect().await;
    held.batch_execute(LOCK).await.expect("the table can be locked");
    let ask = format!("{{ product(id: \"{product}\") {{ name }} }}");
    let mut waiting = tokio::task::JoinSet::new();
    for client in [&customer.client, &customer.client, &other.client] {
        let (client, ask) = (client.clone(), ask.clone());
        waiting.spawn(async move { client.query(&ask).await });
    }
    app.database.waiters(3).await;
    let third = customer.query("{ __typename }").await;
    assert_eq!((third.status, third.codes()), (StatusCode::SERVICE_UNAVAILABLE, vec!["UNAVAILABLE"]));
    assert_eq!(third.headers["retry-after"], "1");
    held.batch_execute("ROLLBACK").await.expect("the lock can be given back");
    while let Some(reply) = waiting.join_next().await {
        assert_eq!(*reply.expect("it answers").at("/product/name"), json!("Lamp"));
    }
    assert_eq!(customer.query("{ __typename }").await.status, StatusCode::OK);

    held.batch_execute(LOCK).await.expect("the table can be locked");
    for _ in 0..2 {
        let (client, ask) = (customer.client.clone(), ask.clone());
        waiting.spawn(async move { client.query(&ask).await });
    }
    app.database.waiters(2).await;
    let third = customer.query("{ __typename }").await;
    assert_eq!((third.status, third.codes()), (StatusCode::TOO_MANY_REQUESTS, vec!["RATE_LIMITED"]));
    assert_eq!(other.query("{ __typename }").await.status, StatusCode::OK);
    held.batch_execute("ROLLBACK").await.expect("the lock can be given back");
    while let Some(reply) = waiting.join_next().await {
        reply.expect("it answers").data();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_is_too_large_is_not_sent() {
    let app = TestApp::with(&["--answer-limit=2000"]).await;
    let seller = app.customer().await;
    seller.sell("Lamp", "1.00", 1, json!({ "description": "x".repeat(3_000) })).await;
    assert_eq!(
        *seller.query("{ products { nodes { name } } }").await.at("/products/nodes/0/name"),
        json!("Lamp")
    );
    let refused = seller.query("{ products { nodes { description } } }").await;
    assert_eq!(refused.codes(), ["QUERY_TOO_COMPLEX"]);
    assert_eq!(refused.body["errors"][0]["extensions"]["maximum"], json!(2_000));
    assert!(!refused.body.to_string().contains("xxx"));
}
