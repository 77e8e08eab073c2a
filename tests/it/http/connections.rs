//! Connections as such: silent clients, large answers, and what a browser may do with them.

use std::time::{Duration, Instant};

use diesel_async::SimpleAsyncConnection as _;
use flate2::read::GzDecoder;
use reqwest::{Method, StatusCode, header::ACCEPT_ENCODING};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::{GRAPHQL, get, header, post};
use crate::support::{TestApp, json};

/// Whatever the server says until it closes the connection, which is waited for a long time.
async fn rest(stream: &mut TcpStream, after: &str) -> String {
    let mut said = String::new();
    let reading = tokio::time::timeout(Duration::from_mins(1), stream.read_to_string(&mut said));
    reading.await.unwrap_or_else(|_| panic!("not closed after {after:?}")).expect("it is text");
    said
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_says_nothing_is_left() {
    let app = TestApp::with(&["--idle=1", "--body-timeout=300"]).await;
    for said in ["", "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-"] {
        let mut stream = TcpStream::connect(app.address).await.expect("it listens");
        stream.write_all(said.as_bytes()).await.expect("it reads");
        assert!(!rest(&mut stream, said).await.contains("200 OK"), "{said}");
    }
    let mut stream = TcpStream::connect(app.address).await.expect("it listens");
    let headers =
        "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{";
    stream.write_all(headers.as_bytes()).await.expect("it reads");
    let said = rest(&mut stream, headers).await;
    assert!(said.starts_with("HTTP/1.1 408 ") && said.contains("BAD_USER_INPUT"), "{said}");
    assert_eq!(app.visitor().query("{ __typename }").await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_large_answer_is_packed_for_who_can_unpack_it() {
    let app = TestApp::start().await;
    let seller = app.customer().await;
    seller.sell("Lamp", "1.00", 1, json!({ "description": "Bright. ".repeat(1_000) })).await;
    let ask = |text: &str| json!({ "query": text }).to_string();
    let large = ask("{ products { nodes { description } } }");
    let request = post(&seller, GRAPHQL, large.clone()).header(ACCEPT_ENCODING, "br, gzip");
    let reply = request.send().await.expect("it answers");
    assert_eq!(reply.headers()["content-encoding"], "gzip");
    assert!(reply.headers().get_all("vary").iter().any(|value| value == "accept-encoding"));
    let packed = reply.bytes().await.expect("it is all there");
    assert!(packed.len() < 1_000, "{} bytes", packed.len());
    let unpacked: serde_json::Value = serde_json::from_reader(GzDecoder::new(&*packed)).expect("it is JSON");
    assert_eq!(unpacked["data"]["products"]["nodes"][0]["description"], "Bright. ".repeat(1_000).trim_end());
    for (body, encoding) in [(large, "identity"), (ask("{ __typename }"), "gzip")] {
        let request = post(&seller, GRAPHQL, body).header(ACCEPT_ENCODING, encoding);
        let reply = request.send().await.expect("it answers");
        assert_eq!(reply.headers().get("content-encoding"), None, "{encoding}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_answer_can_be_used_as_a_page_by_others() {
    let app = TestApp::start().await;
    for path in ["/graphql?query=%7B__typename%7D", "/", "/schema.graphql", "/health/live", "/nothing"] {
        let reply = get(&app.visitor(), path).await;
        assert_eq!(header(&reply, "x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header(&reply, "x-frame-options"), "DENY", "{path}");
        assert_eq!(header(&reply, "referrer-policy"), "no-referrer", "{path}");
        let policy = header(&reply, "content-security-policy");
        assert!(
            policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"),
            "{policy}"
        );
    }
    let visitor = app.visitor();
    let reply = visitor.request(Method::OPTIONS, "/graphql").send().await.expect("it answers");
    assert_eq!(reply.headers()["x-content-type-options"], "nosniff");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_gives_up_leaves_the_database_to_others() {
    // The connection that is used next is the one that was used last.
    let app = TestApp::with(&["--pool-size=2"]).await;
    app.customer().await.sell("Mug", "1.00", 1, json!({ "tags": ["Blue"] })).await;
    let mut holding = app.database.connect().await;
    holding.batch_execute("BEGIN; LOCK TABLE tags, accounts").await.expect("they can be held");
    // The page is read, and what is below waits: longer than this test does.
    let body = json!({ "query": "{ products { nodes { tags { name } owner { username } } } }" }).to_string();
    let head = format!(
        "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let mut stream = TcpStream::connect(app.address).await.expect("it listens");
    stream.write_all(format!("{head}{body}").as_bytes()).await.expect("it reads");
    app.database.waiters(1).await;
    let idle = app.db.pool_status().idle;
    drop(stream);
    let deadline = Instant::now() + Duration::from_secs(30);
    while app.db.pool_status().idle == idle {
        assert!(Instant::now() < deadline, "the request goes on without its client");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let reply = app.visitor().query("{ products { nodes { name } } }").await;
    assert_eq!(reply.text("/products/nodes/0/name"), "Mug");
    // PostgreSQL gives it up, too.
    app.database.waiters(0).await;
    holding.batch_execute("COMMIT").await.expect("it is let go");
}
