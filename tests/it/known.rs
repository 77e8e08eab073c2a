//! Documents that are asked for by a name instead of their text.

use std::{fs, path::PathBuf};

use reqwest::{Method, StatusCode};
use sha2::{Digest as _, Sha256};

use crate::support::{Client, Reply, TestApp, Value, json};

const NAMES: &str = "query Names { products { nodes { name } } }";
const ME: &str = "query Me { viewer { username } }";

fn hash(text: &str) -> String {
    let digits = |byte: &u8| [byte >> 4, byte & 15].map(|digit| char::from_digit(digit.into(), 16));
    Sha256::digest(text).iter().flat_map(digits).flatten().collect()
}

async fn send(client: &Client, body: Value) -> Reply {
    Reply::of(client.request(Method::POST, "/graphql").json(&body)).await
}

fn automatic(hash: &str) -> Value {
    json!({ "persistedQuery": { "version": 1, "sha256Hash": hash } })
}

/// A manifest as graphql-codegen and the Relay compiler write it.
struct Written(PathBuf);

impl Written {
    fn new(content: &str) -> Self {
        let path = std::env::temp_dir().join(format!("souk-manifest-{}.json", uuid::Uuid::now_v7()));
        fs::write(&path, content).expect("the folder for temporary files can be written");
        Self(path)
    }

    fn flag(&self) -> String {
        format!("--trusted-documents={}", self.0.display())
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_document_that_was_sent_once_is_known_by_its_hash() {
    let app = TestApp::start().await;
    let visitor = app.visitor();
    let by_hash = json!({ "extensions": automatic(&hash(NAMES)) });
    let unknown = send(&visitor, by_hash.clone()).await;
    assert_eq!(unknown.status, StatusCode::OK, "for application/json");
    assert_eq!(unknown.codes(), ["PERSISTED_QUERY_NOT_FOUND"]);
    assert_eq!(unknown.body["errors"][0]["message"], "PersistedQueryNotFound");
    let whole = json!({ "query": NAMES, "extensions": automatic(&hash(NAMES)) });
    send(&visitor, whole).await.at("/products/nodes");
    send(&visitor, by_hash).await.at("/products/nodes");
    let get = [("extensions", automatic(&hash(NAMES)).to_string()), ("operationName", "Names".to_owned())];
    Reply::of(visitor.request(Method::GET, "/graphql").query(&get)).await.at("/products/nodes");
    Reply::of(visitor.request(Method::GET, "/graphql").query(&[("query", NAMES)]))
        .await
        .at("/products/nodes");

    // Another text under that name is not run, nor does it take the name.
    let false_name = json!({ "query": ME, "extensions": automatic(&hash(NAMES)) });
    assert_eq!(send(&visitor, false_name).await.codes(), ["BAD_USER_INPUT"]);
    let never_sent = json!({ "extensions": automatic(&hash("{ never }")) });
    assert_eq!(send(&visitor, never_sent).await.codes(), ["PERSISTED_QUERY_NOT_FOUND"]);
    for bad in
        [json!({}), json!({ "version": 2, "sha256Hash": hash(NAMES) }), json!({ "version": 1 }), json!(7)]
    {
        let reply = send(&visitor, json!({ "query": NAMES, "extensions": { "persistedQuery": bad } })).await;
        assert_eq!(reply.codes(), ["BAD_USER_INPUT"]);
    }
    let invalid = "{ nothing }";
    let refused = json!({ "query": invalid, "extensions": automatic(&hash(invalid)) });
    assert_eq!(send(&visitor, refused).await.codes(), ["GRAPHQL_VALIDATION_FAILED"]);
    let still = json!({ "extensions": automatic(&hash(invalid)) });
    assert_eq!(send(&visitor, still).await.codes(), ["PERSISTED_QUERY_NOT_FOUND"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hash_names_nothing_that_its_sender_may_not_see() {
    let app = TestApp::start().await;
    let (customer, manager) = (app.customer().await, app.manager().await);
    let report = "{ reports { memberships { active } } }";
    let whole = json!({ "query": report, "extensions": automatic(&hash(report)) });
    send(&manager, whole.clone()).await.at("/reports/memberships");
    let by_hash = json!({ "extensions": automatic(&hash(report)) });
    send(&manager, by_hash.clone()).await.at("/reports/memberships");
    assert_eq!(send(&customer, by_hash).await.codes(), ["PERSISTED_QUERY_NOT_FOUND"]);
    assert_eq!(send(&customer, whole).await.codes(), ["GRAPHQL_VALIDATION_FAILED"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn trusted_documents_are_run_by_their_ids_and_nothing_else_is() {
    let relay = Written::new(&json!({ "relay-7f": NAMES }).to_string());
    let codegen = Written::new(
        &json!({ hash(ME): ME, "report": "{ reports { memberships { active } } }" }).to_string(),
    );
    let files = format!("{},{}", relay.flag(), codegen.0.display());
    let app = TestApp::with(&["--documents=trusted", &files]).await;
    let mut staff = Vec::new();
    // Nobody can register here but by a trusted document, so the store is shared with an instance that is open.
    let (open, _running) = app.second_instance(&[]).await;
    for (name, role) in [("customer", "CUSTOMER"), ("manager", "MANAGER")] {
        let input = json!({ "username": name, "email": format!("{name}@example.org"), "password": "correct horse battery" });
        let register = "mutation($input: RegisterInput!) { register(input: $input) { accessToken user { id } userErrors { code } } }";
        open.gql(register, json!({ "input": input })).await.done("register");
        app.database.sql(&format!("UPDATE accounts SET role = '{role}' WHERE username = '{name}'")).await;
        let sign_in =
            "mutation($input: SignInInput!) { signIn(input: $input) { accessToken userErrors { code } } }";
        let input = json!({ "login": name, "password": "correct horse battery" });
        let session = open.gql(sign_in, json!({ "input": input })).await.text("/signIn/accessToken");
        let make = "mutation { createApiToken(input: {name: \"x\"}) { secret userErrors { code } } }";
        let program = open.with_token(session.clone()).query(make).await.text("/createApiToken/secret");
        staff.push((session, program));
    }
    let visitor = app.visitor();
    for body in [
        json!({ "documentId": "relay-7f" }),
        json!({ "id": "relay-7f", "variables": {} }),
        json!({ "doc_id": "relay-7f" }),
        json!({ "extensions": automatic("relay-7f") }),
        json!({ "query": NAMES }),
    ] {
        send(&visitor, body).await.at("/products/nodes");
    }
    Reply::of(visitor.request(Method::GET, "/graphql").query(&[("documentId", "relay-7f")]))
        .await
        .at("/products/nodes");
    let [(customer, program), (manager, staff_program)] = staff.as_slice() else { panic!("there are two") };
    let who =
        send(&visitor.with_token(customer.clone()), json!({ "extensions": automatic(&hash(ME)) })).await;
    assert_eq!(who.text("/viewer/username"), "customer");
    let named = json!({ "documentId": "report" });
    send(&visitor.with_token(manager.clone()), named.clone()).await.at("/reports/memberships");
    let refused = send(&visitor.with_token(customer.clone()), named).await;
    assert_eq!(refused.codes(), ["GRAPHQL_VALIDATION_FAILED"], "trust gives no rights");

    assert_eq!(
        send(&visitor, json!({ "documentId": "another" })).await.codes(),
        ["PERSISTED_QUERY_NOT_FOUND"]
    );
    let both = json!({ "documentId": "relay-7f", "query": NAMES });
    assert_eq!(send(&visitor, both).await.codes(), ["BAD_USER_INPUT"]);
    let free = json!({ "query": "{ viewer { id } }" });
    for token in [None, Some(customer), Some(program), Some(manager)] {
        let client = visitor.with_token(token.cloned());
        let reply = send(&client, free.clone()).await;
        assert_eq!((reply.status, reply.codes()), (StatusCode::FORBIDDEN, vec!["FORBIDDEN"]), "{token:?}");
        let named =
            json!({ "query": "{ viewer { id } }", "extensions": automatic(&hash("{ viewer { id } }")) });
        assert_eq!(send(&client, named).await.codes(), ["FORBIDDEN"], "no hash is made known here");
    }
    send(&visitor.with_token(staff_program.clone()), free).await.at("/viewer/id");
}

#[tokio::test]
async fn a_manifest_that_can_not_be_used_stops_the_start() {
    let missing = "--trusted-documents=/nowhere/manifest.json".to_owned();
    let (list, wrong) = (Written::new("[]"), Written::new(r#"{ "bad-one": "{ nothing }" }"#));
    for (flag, told) in
        [(missing, "/nowhere/manifest.json"), (list.flag(), "JSON object"), (wrong.flag(), "bad-one")]
    {
        let error = TestApp::refused(&[&flag]).await;
        assert!(error.contains(told), "{error}");
    }
}
