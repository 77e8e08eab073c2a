//! The guide for those who come from REST: every operation in it runs, in its order, against the demo data.
//!
//! - A `graphql` block is an operation. `# Sent by: name` in its first line sends `"<name's token>"` along.
//! - The `json` blocks below it are variables, and it is sent once for each; without any it is sent without.
//! - A `json` block with `data` is an answer: what the one before it has to be answered. `"…"` stands for anything.
//! - `"<anything>"` in an answer keeps what is there, or has to be what was kept; in variables it is filled in.

use std::{collections::HashMap, process::Command};

use super::{Block, blocks};
use crate::support::{TestApp, Value, json};

const PAGE: &str = include_str!("../../../docs/from-rest.md");

/// Something to be sent.
struct Request<'a> {
    operation: &'a Block,
    variables: Value,
    answer: Option<Value>,
}

/// What the page sends, in its order.
fn requests(blocks: &[Block]) -> Vec<Request<'_>> {
    let mut requests: Vec<Request<'_>> = Vec::new();
    // The operation that blocks of JSON belong to, and whether it has variables of its own yet.
    let mut current: Option<(&Block, bool)> = None;
    for block in blocks {
        match block.language.as_str() {
            "graphql" => {
                requests.push(Request { operation: block, variables: json!({}), answer: None });
                current = Some((block, false));
            }
            "json" => {
                let json: Value = serde_json::from_str(&block.text)
                    .unwrap_or_else(|error| panic!("line {}: {error}", block.line));
                let Some((operation, has_variables)) = &mut current else {
                    panic!("line {}: it belongs to no operation", block.line)
                };
                let last = requests.last_mut().expect("the operation was pushed");
                if json.get("data").is_some() {
                    assert!(last.answer.is_none(), "line {}: a second answer", block.line);
                    last.answer = Some(json);
                } else if *has_variables {
                    requests.push(Request { operation, variables: json, answer: None });
                } else {
                    assert!(last.answer.is_none(), "line {}: it was sent without these", block.line);
                    last.variables = json;
                    *has_variables = true;
                }
            }
            _ => current = None,
        }
    }
    requests
}

/// What answers gave, by the names that the page has for it.
#[derive(Default)]
struct Known(HashMap<String, Value>);

impl Known {
    /// Variables with what is known in its place.
    fn fill(&self, value: &Value) -> Value {
        match value {
            Value::String(text) if is_name(text) => {
                self.0.get(text).unwrap_or_else(|| panic!("no answer gave {text}")).clone()
            }
            Value::Array(items) => items.iter().map(|item| self.fill(item)).collect(),
            Value::Object(fields) => {
                fields.iter().map(|(name, field)| (name.clone(), self.fill(field))).collect()
            }
            other => other.clone(),
        }
    }

    /// Whether this was answered; keeps what the page gives names to.
    fn meet(&mut self, told: &Value, given: &Value) -> bool {
        match (told, given) {
            (Value::String(text), _) if text == "…" => true,
            (Value::String(text), Value::String(_)) if is_name(text) => {
                self.0.entry(text.clone()).or_insert_with(|| given.clone()) == given
            }
            (Value::Array(told), Value::Array(given)) => {
                told.len() == given.len()
                    && told.iter().zip(given).all(|(told, given)| self.meet(told, given))
            }
            (Value::Object(told), Value::Object(given)) => {
                told.len() == given.len()
                    && told
                        .iter()
                        .all(|(name, told)| given.get(name).is_some_and(|given| self.meet(told, given)))
            }
            (told, given) => told == given,
        }
    }
}

fn is_name(text: &str) -> bool {
    text.starts_with('<') && text.ends_with('>')
}

/// Whether a mutation did what it was asked for.
fn is_done(payload: &Value) -> bool {
    payload["userErrors"] == json!([]) || payload["signedOut"] == json!(true)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_operation_of_the_guide_for_those_who_come_from_rest_does_what_it_says() {
    let app = TestApp::start().await;
    let loaded = Command::new(env!("CARGO_BIN_EXE_souk"))
        .args(["demo", "--signing-key=0123456789012345678901234567890123456789"])
        .env("DATABASE_URL", &app.database.url)
        .output()
        .expect("the program runs");
    assert!(loaded.status.success(), "{}", String::from_utf8_lossy(&loaded.stderr));

    let blocks = blocks(PAGE);
    let operations = blocks.iter().filter(|block| block.language == "graphql").count();
    assert_eq!(operations, PAGE.matches("```graphql").count(), "some would not be sent");

    let mut known = Known::default();
    for Request { operation, variables, answer } in requests(&blocks) {
        let sender = operation.text.lines().next().and_then(|line| line.strip_prefix("# Sent by: "));
        let token = sender.map(|name| known.fill(&json!(format!("<{name}'s token>"))));
        let client = app.visitor().with_token(token.and_then(|token| token.as_str().map(str::to_owned)));
        let variables = known.fill(&variables);
        let reply = client.gql(&operation.text, variables.clone()).await;

        let sent = format!("line {} with {variables:#}\nis answered {:#}", operation.line, reply.body);
        assert!(reply.status.is_success() && reply.body.get("errors").is_none(), "{sent}");
        let fields = reply.body["data"].as_object().expect("there is data");
        assert!(fields.values().all(|field| !field.is_null()), "nothing is there: {sent}");
        if operation.text.contains("mutation ") {
            assert!(fields.values().all(is_done), "{sent}");
        }
        if let Some(answer) = answer {
            assert!(known.meet(&answer, &reply.body), "{sent}\nand not {answer:#}");
        }
    }
}
