//! GraphQL over HTTP, and what else is served.

mod server;

use reqwest::{
    Method, RequestBuilder,
    header::{ACCEPT, ALLOW, CONTENT_TYPE, WWW_AUTHENTICATE},
};

use crate::support::{Client, Reply, TestApp, json};

const GRAPHQL: &str = "application/graphql-response+json";
const JSON: &str = "application/json";

fn post(client: &Client, accept: &str, body: impl Into<reqwest::Body>) -> RequestBuilder {
    client.request(Method::POST, "/graphql").header(ACCEPT, accept).header(CONTENT_TYPE, JSON).body(body)
}

async fn get(client: &Client, path: &str) -> Reply {
    Reply::of(client.request(Method::GET, path)).await
}

fn header<'a>(reply: &'a Reply, name: &str) -> &'a str {
    reply.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn code(reply: &Reply) -> &str {
    reply.codes().first().copied().unwrap_or("none")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_comes_in_the_media_type_that_was_asked_for() {
    let app = TestApp::start().await;
    let visitor = app.visitor();
    for (accept, expected) in [
        (Some(GRAPHQL), GRAPHQL),
        (Some(JSON), JSON),
        (Some("*/*"), JSON),
        (Some("application/*"), JSON),
        (None, JSON),
        (Some("application/graphql-response+json, application/json;q=0.9"), GRAPHQL),
        (Some("application/json;q=0.9, application/graphql-response+json;q=0.1"), JSON),
        (Some("text/html, application/json"), JSON),
        (Some("application/json;q=0, application/graphql-response+json"), GRAPHQL),
    ] {
        let mut request =
            visitor.request(Method::POST, "/graphql").json(&json!({ "query": "{ __typename }" }));
        if let Some(accept) = accept {
            request = request.header(ACCEPT, accept);
        }
        let reply = Reply::of(request).await;
        assert_eq!((reply.status.as_u16(), reply.text("/__typename").as_str()), (200, "Query"), "{accept:?}");
        assert_eq!(header(&reply, "content-type"), format!("{expected}; charset=utf-8"), "{accept:?}");
    }
    for accept in ["text/html", "image/*", "application/json;q=0", "text/event-stream;q=0"] {
        let reply = Reply::of(post(&visitor, accept, r#"{"query":"{ __typename }"}"#)).await;
        assert_eq!(reply.status, 406, "{accept}");
        assert_eq!(header(&reply, "content-type"), "application/problem+json");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_status_follows_the_media_type() {
    let app = TestApp::start().await;
    let visitor = app.visitor();
    for (body, code, graphql, legacy) in [
        (json!({ "query": "{ __typename }" }), "none", 200, 200),
        (json!({ "query": "{ user(username: \"x\", id: \"y\") { id } }" }), "BAD_USER_INPUT", 200, 200),
        (json!({ "query": "{" }), "GRAPHQL_PARSE_FAILED", 400, 200),
        (json!({ "query": "{ nothing }" }), "GRAPHQL_VALIDATION_FAILED", 400, 200),
        (json!({ "query": format!("{{ {} }}", "__typename ".repeat(900)) }), "none", 200, 200),
        (json!({ "query": format!("{{ {} }}", "__typename ".repeat(1_100)) }), "QUERY_TOO_COMPLEX", 400, 200),
        (json!({ "query": "query A { __typename }", "operationName": "B" }), "BAD_USER_INPUT", 400, 200),
        (
            json!({ "query": "query A { a: __typename } query B { b: __typename }" }),
            "BAD_USER_INPUT",
            400,
            200,
        ),
        (json!({ "query": "query($id: ID!) { product(id: $id) { id } }" }), "BAD_USER_INPUT", 400, 200),
        (json!({ "query": "{ __typename }", "variables": [] }), "BAD_USER_INPUT", 400, 400),
        (json!({ "query": "{ __typename }", "variables": "{}" }), "BAD_USER_INPUT", 400, 400),
        (json!({ "query": "{ __typename }", "operationName": 7 }), "BAD_USER_INPUT", 400, 400),
        (json!({ "query": "{ __typename }", "extensions": "x" }), "BAD_USER_INPUT", 400, 400),
        (json!({ "query": 7 }), "BAD_USER_INPUT", 400, 400),
        (json!({ "variables": {} }), "BAD_USER_INPUT", 400, 400),
        (json!([{ "query": "{ __typename }" }]), "BAD_USER_INPUT", 400, 400),
        (json!("{ __typename }"), "BAD_USER_INPUT", 400, 400),
        (json!(null), "BAD_USER_INPUT", 400, 400),
    ] {
        for (accept, status) in [(GRAPHQL, graphql), (JSON, legacy)] {
            let reply = Reply::of(post(&visitor, accept, body.to_string())).await;
            assert_eq!((reply.status.as_u16(), self::code(&reply)), (status, code), "{accept}: {body:.90}");
            let executed = reply.body.get("data").is_some();
            assert_eq!(executed, graphql == 200, "data is there if anything ran: {}", reply.body);
        }
    }
    for nothing in [
        json!({ "query": "{ __typename }", "variables": null, "operationName": null, "extensions": null }),
        json!({ "query": "{ __typename }", "operationName": "", "unknown": 1, "extensions": {} }),
    ] {
        Reply::of(post(&visitor, GRAPHQL, nothing.to_string())).await.data();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_is_no_json_in_utf_8_is_refused() {
    let app = TestApp::start().await;
    let visitor = app.visitor();
    let not_utf8 = b"{\"query\":\"{ __typename }\xff\"}".to_vec();
    for body in [Vec::new(), b"{".to_vec(), b"query".to_vec(), not_utf8, vec![b'['; 100_000]] {
        let reply = Reply::of(post(&visitor, GRAPHQL, body)).await;
        assert_eq!((reply.status.as_u16(), code(&reply)), (400, "BAD_USER_INPUT"));
    }
    let good = r#"{"query":"{ __typename }"}"#;
    for content_type in [
        Some("text/plain"),
        Some("application/x-www-form-urlencoded"),
        Some("multipart/form-data; boundary=x"),
        Some("application/json; charset=latin1"),
        Some("application/graphql"),
        None,
    ] {
        let mut request = visitor.request(Method::POST, "/graphql").body(good);
        if let Some(content_type) = content_type {
            request = request.header(CONTENT_TYPE, content_type);
        }
        assert_eq!(Reply::of(request).await.status, 415, "{content_type:?}");
    }
    for content_type in ["application/json; charset=utf-8", "Application/JSON;charset=\"UTF-8\""] {
        let request = visitor.request(Method::POST, "/graphql").body(good).header(CONTENT_TYPE, content_type);
        Reply::of(request).await.data();
    }
    let large = json!({ "query": "{ __typename }", "variables": { "x": "x".repeat(300_000) } });
    let reply = Reply::of(post(&visitor, GRAPHQL, large.to_string())).await;
    assert_eq!((reply.status.as_u16(), code(&reply)), (413, "BAD_USER_INPUT"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn get_reads_and_never_changes() {
    let app = TestApp::start().await;
    let seller = app.customer().await;
    seller.sell("Dune", "9.99", 3, json!({})).await;
    let query = "query=query($n:Int!){products(first:$n){nodes{name}}}&variables=%7B%22n%22%3A1%7D";
    let reply = get(&seller, &format!("/graphql?{query}&extensions=%7B%7D")).await;
    assert_eq!(reply.text("/products/nodes/0/name"), "Dune");
    let reply =
        get(&seller, "/graphql?query=query%20A%7Ba:__typename%7Dquery%20B%7Bb:__typename%7D&operationName=B")
            .await;
    assert_eq!(*reply.data(), json!({ "b": "Query" }));
    assert_eq!(
        get(&seller, "/graphql?query={viewer{username}}").await.text("/viewer/username"),
        seller.username
    );

    let mutation = "/graphql?query=mutation{createTag(input:{name:%22Books%22}){tag{id}}}";
    for accept in [GRAPHQL, JSON] {
        let reply = Reply::of(seller.request(Method::GET, mutation).header(ACCEPT, accept)).await;
        assert_eq!((reply.status.as_u16(), header(&reply, ALLOW.as_str())), (405, "POST"));
        assert!(reply.body.get("data").is_none());
    }
    assert_eq!(get(&seller, "/graphql?query={tags{totalCount}}").await.at("/tags/totalCount"), 0);
    for wrong in [
        "",
        "?",
        "?query={__typename}&variables=%7B",
        "?query={__typename}&variables=1",
        "?query={__typename}&extensions=[]",
        "?variables=%7B%7D",
    ] {
        let reply = get(&seller, &format!("/graphql{wrong}")).await;
        assert_eq!((reply.status.as_u16(), code(&reply)), (400, "BAD_USER_INPUT"), "{wrong}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bad_token_is_no_visitor() {
    let app = TestApp::start().await;
    for value in ["Bearer nonsense", "Bearer ", "Bearer", "Basic dTpw", "", "nonsense"] {
        for accept in [GRAPHQL, JSON] {
            let request = post(&app.visitor(), accept, r#"{"query":"{ __typename }"}"#);
            let reply = Reply::of(request.header("authorization", value)).await;
            assert_eq!((reply.status.as_u16(), code(&reply)), (401, "UNAUTHENTICATED"), "{value:?}");
            assert!(header(&reply, WWW_AUTHENTICATE.as_str()).starts_with("Bearer"));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_request_has_a_name() {
    let app = TestApp::start().await;
    let visitor = app.visitor();
    let query = r#"{"query":"{ nodes(ids: []) { id } node(id: \"\") { id } orders { totalCount } }"}"#;
    for path in ["/graphql", "/nothing", "/health/live", "/"] {
        let reply = Reply::of(visitor.request(Method::GET, path).header("x-request-id", "mine-1")).await;
        assert_eq!(header(&reply, "x-request-id"), "mine-1", "{path}");
    }
    for given in [Some("mine-2"), None] {
        let mut request = post(&visitor, GRAPHQL, query);
        if let Some(given) = given {
            request = request.header("x-request-id", given);
        }
        let reply = Reply::of(request).await;
        let id = header(&reply, "x-request-id");
        assert!(given.is_none_or(|given| given == id) && !id.is_empty(), "{id}");
        let error = &reply.body["errors"][0];
        assert_eq!((&error["path"], &error["extensions"]["requestId"]), (&json!(["orders"]), &json!(id)));
        assert_eq!(error["extensions"]["code"], "UNAUTHENTICATED");
        assert_eq!(error["extensions"]["status"], 401);
        assert_eq!(error["extensions"]["type"], "urn:souk:problem:unauthenticated");
        assert!(error["extensions"]["title"].is_string());
    }
    let reply = Reply::of(post(&visitor, GRAPHQL, "{").header("x-request-id", "mine-3")).await;
    assert_eq!(reply.body["errors"][0]["extensions"]["requestId"], "mine-3");
    let made = [get(&visitor, "/nothing").await, get(&visitor, "/nothing").await];
    assert_ne!(header(&made[0], "x-request-id"), header(&made[1], "x-request-id"));
    let long = "x".repeat(129);
    let reply = Reply::of(visitor.request(Method::GET, "/nothing").header("x-request-id", &long)).await;
    assert_ne!(header(&reply, "x-request-id"), long, "a name of any length is not taken over");
}
