//! Every rule of the specification, by documents that break it and documents that keep it.

use super::cases::{BAD, GOOD, VARIABLES};
use crate::support::{Reply, TestApp, json};

/// Whether a document was refused before anything ran, in the way in which that is told.
fn is_refused(reply: &Reply) -> bool {
    let codes = reply.codes();
    let known = ["GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED", "BAD_USER_INPUT"];
    reply.status == 400
        && reply.body.get("data").is_none()
        && !codes.is_empty()
        && codes.iter().all(|code| known.contains(code))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn documents_that_break_a_rule_are_refused() {
    let app = TestApp::start().await;
    let visitor = app.visitor();
    let mut accepted = Vec::new();
    for (what, document) in BAD {
        let reply = visitor.query(document).await;
        if !is_refused(&reply) {
            accepted.push((what, reply.body));
        }
    }
    assert!(accepted.is_empty(), "{accepted:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn documents_that_keep_the_rules_are_answered() {
    let app = TestApp::start().await;
    let visitor = app.visitor();
    let mut refused = Vec::new();
    for (what, document) in GOOD {
        let reply = visitor.query(document).await;
        let expected = reply.status == 200 && reply.body.get("data").is_some();
        if !expected || reply.codes().contains(&"INTERNAL") {
            refused.push((what, reply.body));
        }
    }
    assert!(refused.is_empty(), "{refused:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn variables_are_what_their_operation_declares_or_refused_with_their_place() {
    let app = TestApp::start().await;
    let visitor = app.visitor();
    let mut wrong = Vec::new();
    for (what, document, variables, place) in VARIABLES {
        let variables = serde_json::from_str(variables).unwrap_or_else(|error| panic!("{what}: {error}"));
        let reply = visitor.gql(document, variables).await;
        let message = reply.body["errors"][0]["message"].as_str().unwrap_or_default();
        let expected = match place {
            Some(place) => is_refused(&reply) && message.starts_with(&format!("{place} ")),
            None => reply.status == 200 && !reply.codes().contains(&"INTERNAL"),
        };
        if !expected {
            wrong.push(json!({ "what": what, "told": reply.body }));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
