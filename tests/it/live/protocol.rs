//! The protocol graphql-transport-ws to the letter.

use crate::support::{Socket, TestApp, Value, json};

const VIEWER: &str = "{ viewer { id } }";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn queries_and_mutations_run_over_a_socket() {
    let app = TestApp::start().await;
    let seller = app.customer().await;
    let mut socket = Socket::of(&seller).await;
    let create = "mutation($input: CreateProductInput!) { createProduct(input: $input) {
        product { id stock owner { username } } userErrors { code } } }";
    let input = json!({ "name": "Lamp", "price": "5.00", "stock": 3 });
    let made = socket.result(create, json!({ "input": input })).await;
    assert_eq!(made["data"]["createProduct"]["product"]["owner"]["username"], json!(seller.username));
    let ask = "query($id: ID!) { product(id: $id) { stock } }";
    let found = socket.result(ask, json!({ "id": made["data"]["createProduct"]["product"]["id"] })).await;
    assert_eq!(found, json!({ "data": { "product": { "stock": 3 } } }));
    // What was executed is a result, even if there is nothing in it.
    let failed = socket.result("{ users { totalCount } }", json!({})).await;
    assert_eq!(failed["errors"][0]["extensions"]["code"], json!("FORBIDDEN"));
    assert_eq!(failed["errors"][0]["path"], json!(["users"]));
    assert!(failed["errors"][0]["extensions"]["requestId"].is_string());
    assert_eq!(failed["data"], json!({ "users": null }));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_may_come_in_several_places() {
    let app = TestApp::start().await;
    let person = app.customer().await;
    let bearer = format!("Bearer {}", person.token.as_deref().expect("they are signed in"));
    for payload in [
        json!({ "Authorization": bearer }),
        json!({ "authorization": bearer, "further": [1] }),
        json!({ "headers": { "AUTHORIZATION": bearer } }),
    ] {
        let mut socket = Socket::open(&app.visitor()).await;
        socket.say(json!({ "type": "connection_init", "payload": payload })).await;
        assert_eq!(socket.hear().await, json!({ "type": "connection_ack" }));
        let viewer = socket.result(VIEWER, json!({})).await;
        assert_eq!(viewer, json!({ "data": { "viewer": { "id": person.id } } }), "{payload}");
    }
    let headers = [("sec-websocket-protocol", "graphql-transport-ws"), ("authorization", &bearer)];
    let mut socket = Socket::with(&app.visitor(), &headers).await.expect("it opens");
    socket.init(None).await;
    assert_eq!(socket.result(VIEWER, json!({})).await["data"]["viewer"]["id"], json!(person.id));
    let mut visitor = Socket::of(&app.visitor()).await;
    assert_eq!(visitor.result(VIEWER, json!({})).await, json!({ "data": { "viewer": null } }));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bad_token_is_never_taken_for_a_visitor() {
    let app = TestApp::start().await;
    for payload in [
        json!({ "Authorization": "Bearer nonsense" }),
        json!({ "Authorization": "nonsense" }),
        json!({ "Authorization": 1 }),
        json!({ "headers": { "Authorization": "Basic eDp5" } }),
        json!({ "Authorization": format!("Bearer {}", app.customer().await.refresh_token) }),
    ] {
        let mut socket = Socket::open(&app.visitor()).await;
        socket.say(json!({ "type": "connection_init", "payload": payload })).await;
        assert_eq!(socket.end_with_reason().await, (4403, "Forbidden".to_owned()), "{payload}");
    }
    for value in ["Bearer nonsense", "Basic eDp5"] {
        let headers = [("sec-websocket-protocol", "graphql-transport-ws"), ("authorization", value)];
        let mut socket = Socket::with(&app.visitor(), &headers).await.expect("it opens");
        socket.say(json!({ "type": "connection_init" })).await;
        assert_eq!(socket.end().await, 4403, "{value}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_breaks_the_protocol_ends_the_socket() {
    let app = TestApp::start().await;
    let visitor = app.visitor();
    for text in [
        "nonsense",
        "{}",
        r#"{"type":"start","id":"1"}"#,
        r#"{"type":"connection_init","payload":1}"#,
        r#"{"type":"subscribe","id":"1","payload":{"query":1}}"#,
        r#"{"type":"complete"}"#,
    ] {
        let mut socket = Socket::of(&visitor).await;
        socket.say_text(text).await;
        let (code, reason) = socket.end_with_reason().await;
        assert!(code == 4400 && reason.starts_with("Invalid message: "), "{text}: {code} {reason}");
    }
    let mut socket = Socket::open(&visitor).await;
    socket.subscribe("1", "{ __typename }", json!({})).await;
    assert_eq!(socket.end_with_reason().await, (4401, "Unauthorized".to_owned()));

    let mut socket = Socket::of(&visitor).await;
    socket.say(json!({ "type": "connection_init" })).await;
    let expected = (4429, "Too many initialisation requests".to_owned());
    assert_eq!(socket.end_with_reason().await, expected);

    let product = app.customer().await.sell("Lamp", "5.00", 3, json!({})).await;
    let mut socket = Socket::of(&visitor).await;
    for _ in 0..2 {
        socket.subscribe("twice", super::CHANGED, json!({ "id": product })).await;
    }
    assert_eq!(socket.end_with_reason().await, (4409, "Subscriber for twice already exists".to_owned()));

    for headers in [&[("sec-websocket-protocol", "graphql-ws")][..], &[]] {
        let mut socket = Socket::with(&visitor, headers).await.expect("it opens");
        assert_eq!(socket.end_with_reason().await, (4406, "Subprotocol not acceptable".to_owned()));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_says_nothing_is_not_waited_for() {
    let app = TestApp::with(&["--socket-init-timeout=4"]).await;
    let mut socket = Socket::open(&app.visitor()).await;
    // To ask whether someone is there says nothing of who one is.
    socket.say(json!({ "type": "ping" })).await;
    assert_eq!(socket.hear().await, json!({ "type": "pong" }));
    let expected = (4408, "Connection initialisation timeout".to_owned());
    assert_eq!(socket.end_with_reason().await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_ping_is_answered_with_what_it_carries() {
    let app = TestApp::start().await;
    let mut socket = Socket::of(&app.visitor()).await;
    for (ping, pong) in [
        (json!({ "type": "ping" }), json!({ "type": "pong" })),
        (json!({ "type": "ping", "payload": null }), json!({ "type": "pong" })),
        (
            json!({ "type": "ping", "payload": { "n": [1] } }),
            json!({ "type": "pong", "payload": { "n": [1] } }),
        ),
    ] {
        socket.say(json!({ "type": "pong", "payload": {} })).await;
        socket.say(ping).await;
        assert_eq!(socket.hear().await, pong);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_refused_is_an_error_and_no_result() {
    let app = TestApp::start().await;
    let mut socket = Socket::of(&app.visitor()).await;
    let unknown = "00000000-0000-0000-0000-000000000000";
    for (query, variables, code) in [
        ("{", json!({}), "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", json!({}), "GRAPHQL_VALIDATION_FAILED"),
        ("query($id: ID!) { product(id: $id) { id } }", json!({}), "BAD_USER_INPUT"),
        ("query A { __typename } query B { __typename }", json!({}), "BAD_USER_INPUT"),
        ("subscription { __typename }", json!({}), "GRAPHQL_VALIDATION_FAILED"),
        (
            "subscription { a: productChanged(id: 1) { id } b: productChanged(id: 2) { id } }",
            json!({}),
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (super::CHANGED, json!({ "id": unknown }), "BAD_USER_INPUT"),
        (super::CHANGED, json!({ "id": "nonsense" }), "BAD_USER_INPUT"),
    ] {
        // The id is free again at once.
        socket.subscribe("1", query, variables).await;
        let message = socket.hear().await;
        assert_eq!(
            (&message["type"], &message["id"]),
            (&json!("error"), &json!("1")),
            "{query}: {message:#}"
        );
        let first: &Value = &message["payload"][0]["extensions"];
        assert_eq!(first["code"], json!(code), "{query}: {message:#}");
        assert!(first["requestId"].is_string(), "{query}: {message:#}");
    }
    assert_eq!(
        socket.result("{ __typename }", json!({})).await,
        json!({ "data": { "__typename": "Query" } })
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_pages_of_known_origins_open_sockets() {
    let app = TestApp::with(&["--allowed-origins=https://shop.example,http://localhost:3000"]).await;
    let visitor = app.visitor();
    let own = format!("http://{}", visitor.address());
    for (origin, opens) in [
        ("https://shop.example", true),
        ("http://localhost:3000", true),
        (own.as_str(), true),
        ("https://shop.example.evil.example", false),
        ("http://localhost:3001", false),
        ("https://evil.example", false),
        ("null", false),
    ] {
        let headers = [("sec-websocket-protocol", "graphql-transport-ws"), ("origin", origin)];
        let opened = Socket::with(&visitor, &headers).await.map(|_| ());
        assert_eq!(opened, if opens { Ok(()) } else { Err(403) }, "{origin}");
    }
    let anyone = TestApp::with(&["--allowed-origins=*"]).await;
    let headers =
        [("sec-websocket-protocol", "graphql-transport-ws"), ("origin", "https://somewhere.example")];
    assert!(Socket::with(&anyone.visitor(), &headers).await.is_ok());
}
