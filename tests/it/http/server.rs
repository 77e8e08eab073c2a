//! What is served beside GraphQL, and to whom.

use diesel_async::SimpleAsyncConnection as _;
use reqwest::Method;

use super::{GRAPHQL, get, header, post};
use crate::support::{Client, Reply, TestApp, Value, json};

/// What the server tells of itself once it tells this, which on a busy machine may take some asking.
async fn readiness(client: &Client, status: u16) -> Reply {
    for _ in 0..30 {
        let reply = get(client, "/health/ready").await;
        if reply.status == status {
            return reply;
        }
    }
    panic!("the server never answers {status}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_served_is_a_problem() {
    let app = TestApp::start().await;
    let visitor = app.visitor();
    for (method, path, status, allow) in [
        (Method::GET, "/nothing", 404, ""),
        (Method::POST, "/graphiql/", 404, ""),
        (Method::GET, "/graphql/", 404, ""),
        (Method::PUT, "/graphql", 405, "GET, POST"),
        (Method::DELETE, "/graphql", 405, "GET, POST"),
        (Method::POST, "/health/live", 405, "GET,HEAD"),
        (Method::POST, "/schema.graphql", 405, "GET,HEAD"),
    ] {
        let reply = Reply::of(visitor.request(method.clone(), path)).await;
        assert_eq!((reply.status.as_u16(), header(&reply, "allow")), (status, allow), "{method} {path}");
        assert_eq!(header(&reply, "content-type"), "application/problem+json", "{method} {path}");
        assert_eq!(reply.body["status"], status);
        for member in ["type", "title", "detail"] {
            assert!(reply.body[member].is_string(), "{member} of {}", reply.body);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_schema_is_served_as_it_is_kept() {
    let app = TestApp::start().await;
    let reply = get(&app.visitor(), "/schema.graphql").await;
    assert_eq!(header(&reply, "content-type"), "application/graphql; charset=utf-8");
    let served = reply.body.as_str().expect("the schema is text");
    assert!(served.contains("type Product implements Node & Entity"), "{served:.500}");
    assert!(!served.contains("@_"));
    // The file in the repository is the whole one, for staff's front ends.
    let whole = get(&app.manager().await.client, "/schema.graphql").await;
    assert!(whole.body == json!(souk::api::sdl()), "staff read another schema than the program prints");
    assert_eq!(get(&app.visitor().with_token("x".to_owned()), "/schema.graphql").await.status, 401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn operators_see_how_the_server_does() {
    const SHUT: &str = "UPDATE pg_database SET datallowconn = false WHERE datname = current_database()";
    const CUT: &str = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()";
    const OPEN: &str = "UPDATE pg_database SET datallowconn = true WHERE datname = current_database()";
    let app = TestApp::start().await;
    let visitor = app.visitor();
    let live = json!({ "status": "ok" });
    let ready = json!({ "status": "ok", "database": "ok" });
    assert_eq!(get(&visitor, "/health/live").await.body, live);
    assert_eq!(readiness(&visitor, 200).await.body, ready);
    let reply = get(&visitor, "/metrics").await;
    assert!(header(&reply, "content-type").starts_with("text/plain; version=0.0.4"));
    let lines: Vec<_> = reply.body.as_str().expect("metrics are text").lines().collect();
    assert!(lines.contains(&"souk_db_connections_max 16") && lines.contains(&"souk_db_requests_waiting 0"));

    let mut conn = app.database.connect().await;
    conn.batch_execute(SHUT).await.expect("the database shuts");
    conn.batch_execute(CUT).await.expect("connections can be cut");
    let reply = readiness(&visitor, 503).await;
    assert_eq!(reply.body["database"], "unavailable");
    assert_eq!(get(&visitor, "/health/live").await.body, live);
    conn.batch_execute(OPEN).await.expect("the database opens");
    assert_eq!(readiness(&visitor, 200).await.body, ready);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn operators_see_what_becomes_of_operations() {
    const SIGN_IN: &str =
        r#"mutation { signIn(input: { login: "x", password: "x" }) { userErrors { code } } }"#;
    const SELL: &str =
        r#"mutation { createProduct(input: { name: "x", price: "1", stock: 1 }) { userErrors { code } } }"#;
    let app = TestApp::with(&["--rate-limit=on", "--address-rate=1", "--address-burst=100"]).await;
    let visitor = app.visitor();
    visitor.query(SIGN_IN).await.data();
    assert_eq!(visitor.query(SELL).await.codes(), ["UNAUTHENTICATED"]);
    let mut queries = 0;
    while visitor.query("{ products(first: 50) { nodes { id name } } }").await.codes() != ["RATE_LIMITED"] {
        queries += 1;
        assert!(queries < 1_000, "nothing is ever refused");
    }
    let metrics = get(&visitor, "/metrics").await;
    let text = metrics.body.as_str().expect("metrics are text");
    for line in [
        format!("souk_operations_total{{outcome=\"done\"}} {}", queries + 1),
        "souk_operations_total{outcome=\"errors\"} 1".to_owned(),
        "souk_operations_total{outcome=\"rate_limited\"} 1".to_owned(),
        "souk_operations_in_flight 0".to_owned(),
        "# TYPE souk_operation_duration_seconds histogram".to_owned(),
        format!("souk_operation_duration_seconds_bucket{{kind=\"query\",le=\"+Inf\"}} {queries}"),
        format!("souk_operation_duration_seconds_count{{kind=\"query\"}} {queries}"),
        "souk_operation_duration_seconds_count{kind=\"mutation\"} 2".to_owned(),
    ] {
        assert!(text.lines().any(|told| told == line), "no {line} in {text}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_of_the_allowed_origins_may_call_from_a_browser() {
    async fn preflight(client: &Client, origin: &str) -> Reply {
        let request = client.request(Method::OPTIONS, "/graphql").header("origin", origin);
        let asked = "authorization,content-type";
        let request = request.header("access-control-request-method", "POST");
        Reply::of(request.header("access-control-request-headers", asked)).await
    }
    let shop = "https://shop.example";
    let app = TestApp::with(&["--allowed-origins=https://shop.example"]).await;
    let visitor = app.visitor();
    let reply = preflight(&visitor, shop).await;
    assert!(reply.status.is_success());
    assert_eq!(header(&reply, "access-control-allow-origin"), shop);
    assert!(header(&reply, "access-control-allow-methods").contains("POST"));
    let allowed = header(&reply, "access-control-allow-headers");
    for name in ["authorization", "content-type", "last-event-id"] {
        assert!(allowed.contains(name), "{allowed}");
    }
    let request = post(&visitor, GRAPHQL, r#"{"query":"{ __typename }"}"#).header("origin", shop);
    let reply = Reply::of(request).await;
    assert_eq!(header(&reply, "access-control-allow-origin"), shop);
    assert!(header(&reply, "access-control-expose-headers").contains("x-request-id"));
    assert!(
        header(&reply, "vary").to_lowercase().contains("origin")
            || reply.headers.get_all("vary").iter().count() > 1
    );

    for foreign in ["https://evil.example", "http://shop.example", "https://shop.example.evil", "null"] {
        let reply = preflight(&visitor, foreign).await;
        assert_eq!(reply.headers.get("access-control-allow-origin"), None, "{foreign}");
        let request = post(&visitor, GRAPHQL, r#"{"query":"{ __typename }"}"#).header("origin", foreign);
        assert_eq!(Reply::of(request).await.headers.get("access-control-allow-origin"), None, "{foreign}");
    }
    let closed = TestApp::start().await;
    assert_eq!(preflight(&closed.visitor(), shop).await.headers.get("access-control-allow-origin"), None);
    let open = TestApp::with(&["--allowed-origins=*"]).await;
    assert_eq!(header(&preflight(&open.visitor(), shop).await, "access-control-allow-origin"), "*");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_are_not_kept_by_caches() {
    let app = TestApp::start().await;
    let reply = get(&app.customer().await.client, "/graphql?query={viewer{email}}").await;
    assert!(reply.at("/viewer/email") != &Value::Null);
    assert_eq!(header(&reply, "cache-control"), "no-store");
    assert_eq!(header(&reply, "x-content-type-options"), "nosniff");
}
