//! Requests that were made to do harm are refused in words, and the store goes on.

use reqwest::{Method, StatusCode};

use super::bombs::bombs;
use crate::support::{Reply, TestApp};

/// What an answer may take, however much was sent.
const MOST: usize = 16 * 1024;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_does_harm_is_refused_in_words() {
    let app = TestApp::start().await;
    let visitor = app.visitor();
    let mut wrong = Vec::new();
    for (what, body) in bombs() {
        let request = visitor
            .request(Method::POST, "/graphql")
            .header("accept", "application/graphql-response+json")
            .header("content-type", "application/json")
            .body(body);
        let reply = Reply::of(request).await;
        let status = reply.status;
        let codes = reply.codes();
        let known =
            ["BAD_USER_INPUT", "GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED", "QUERY_TOO_COMPLEX"];
        let refused = matches!(status, StatusCode::BAD_REQUEST | StatusCode::PAYLOAD_TOO_LARGE)
            && !codes.is_empty()
            && codes.iter().all(|code| known.contains(code))
            && reply.body.get("data").is_none()
            && reply.body.to_string().len() < MOST;
        if !refused {
            let mut told = reply.body.to_string();
            told.truncate(told.floor_char_boundary(500));
            wrong.push(format!("{what}: {status} {told}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(visitor.query("{ __typename }").await.text("/__typename"), "Query");
}
