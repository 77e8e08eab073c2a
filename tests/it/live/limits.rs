//! How much one client may hold, and how long it is waited for.

use futures_util::SinkExt as _;
use tokio_tungstenite::tungstenite::Message;

use super::{CHANGED, shows, subscribe_body};
use crate::support::{Events, Reply, Socket, TestApp, json};
use reqwest::Method;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_has_a_length() {
    let app = TestApp::with(&["--socket-message-limit=1000"]).await;
    let mut socket = Socket::of(&app.visitor()).await;
    let ping = |length: usize| json!({ "type": "ping", "payload": { "x": "y".repeat(length) } });
    socket.say(ping(900)).await;
    assert_eq!(socket.hear().await["type"], json!("pong"));
    socket.say(ping(1000)).await;
    assert_eq!(socket.end().await, 1009);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_socket_runs_so_many_operations() {
    let app = TestApp::with(&["--socket-operations=2"]).await;
    let product = app.customer().await.sell("Lamp", "5.00", 1, json!({})).await;
    let mut socket = Socket::of(&app.visitor()).await;
    for id in ["1", "2", "3"] {
        socket.subscribe(id, CHANGED, json!({ "id": product })).await;
    }
    let refused = socket.hear().await;
    assert_eq!((&refused["type"], &refused["id"]), (&json!("error"), &json!("3")));
    assert_eq!(refused["payload"][0]["extensions"]["code"], json!("RATE_LIMITED"));
    socket.say(json!({ "type": "complete", "id": "1" })).await;
    assert_eq!(socket.result("{ __typename }", json!({})).await["data"]["__typename"], json!("Query"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_holds_so_many_sockets() {
    let app = TestApp::with(&["--sockets-per-account=2", "--sockets-per-address=3"]).await;
    let (person, other) = (app.customer().await, app.customer().await);
    let (first, _second) = (Socket::of(&person).await, Socket::of(&person).await);
    let mut third = Socket::open(&person).await;
    let bearer = format!("Bearer {}", person.token.as_deref().expect("they are signed in"));
    let init = json!({ "type": "connection_init", "payload": { "Authorization": bearer } });
    third.say(init).await;
    assert_eq!(third.end_with_reason().await, (4429, "Too many sockets".to_owned()));
    let _others = Socket::of(&other).await;
    drop(first);
    shows(&person, "souk_sockets", 2).await;
    let _again = Socket::of(&person).await;

    // Those who have said who they are do not count for their address.
    let visitor = app.visitor();
    let (_a, _b, c) = (Socket::of(&visitor).await, Socket::of(&visitor).await, Socket::of(&visitor).await);
    let headers = [("sec-websocket-protocol", "graphql-transport-ws")];
    assert_eq!(Socket::with(&visitor, &headers).await.map(|_| ()), Err(429));
    drop(c);
    shows(&person, "souk_sockets", 5).await;
    assert!(Socket::with(&visitor, &headers).await.is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_holds_so_many_event_streams() {
    let app = TestApp::with(&["--socket-operations=1"]).await;
    let person = app.customer().await;
    let product = person.sell("Lamp", "5.00", 1, json!({})).await;
    let request = || person.request(Method::POST, "/graphql").json(&subscribe_body(&product));
    let first = Events::of(request()).await;
    let refused = Reply::of(request().header("accept", "text/event-stream")).await;
    assert_eq!((refused.status.as_u16(), refused.codes()), (429, vec!["RATE_LIMITED"]));
    drop(first);
    shows(&person, "souk_event_streams", 0).await;
    Events::of(request()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_is_not_there_any_more_is_given_up() {
    let app = TestApp::with(&["--socket-idle=6"]).await;
    let visitor = app.visitor();
    let mut answers = Socket::of(&visitor).await;
    // This client answers pings only while it reads, and so it does not.
    let _silent = Socket::of(&visitor).await;
    shows(&visitor, "souk_sockets", 2).await;
    let hearing = answers.end();
    tokio::select! {
        code = hearing => panic!("it answered, and was closed with {code}"),
        () = shows(&visitor, "souk_sockets", 1) => {}
    }
    answers.result("{ __typename }", json!({})).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_does_not_read_is_sent_away() {
    let app = TestApp::start().await;
    let visitor = app.visitor();
    let mut socket = Socket::of(&visitor).await;
    let ping = json!({ "type": "ping", "payload": { "x": "y".repeat(60_000) } }).to_string();
    // What the kernel takes in, and the queue, are full at some time.
    let flood = async { while socket.0.send(Message::text(ping.as_str())).await.is_ok() {} };
    tokio::select! {
        () = flood => {}
        () = shows(&visitor, "souk_sockets", 0) => {}
    }
    shows(&visitor, "souk_sockets", 0).await;
}
