//! Results as server-sent events, in the distinct connections mode of graphql-sse.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;

use super::{CHANGED, shows, subscribe_body};
use crate::support::{Client, Events, Person, Reply, TestApp, Value, json};

const TYPENAME: &str = "{ __typename }";

fn get(client: &Client, query: &str, variables: &Value) -> reqwest::RequestBuilder {
    let written = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let (query, variables) = (written(query), written(&variables.to_string()));
    client.request(Method::GET, &format!("/graphql?query={query}&variables={variables}"))
}

fn post(client: &Client, body: &Value) -> reqwest::RequestBuilder {
    client.request(Method::POST, "/graphql").json(body)
}

async fn is_heard(events: &mut Events, seller: &Person, product: &str) -> Value {
    for stock in 1..60 {
        seller.restock(product, stock).await;
        if let Some((name, data)) = events.next_soon().await {
            assert_eq!(name, "next");
            return data;
        }
    }
    panic!("nothing is heard of the product");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_subscription_is_answered_by_get_and_post() {
    let app = TestApp::start().await;
    let seller = app.customer().await;
    let product = seller.sell("Lamp", "5.00", 0, json!({})).await;
    let visitor = app.visitor();
    for request in [
        post(&visitor, &subscribe_body(&product)),
        get(&visitor, CHANGED, &json!({ "id": product })),
        // Many clients ask for all that they can read at once.
        post(&visitor, &subscribe_body(&product)).header("accept", "application/json"),
    ] {
        let mut events = Events::of(request).await;
        let data = is_heard(&mut events, &seller, &product).await;
        assert_eq!(data["data"]["productChanged"]["id"], json!(product));
    }
    shows(&visitor, "souk_event_streams", 0).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_subscription_completes_when_there_is_nothing_more_to_see() {
    let app = TestApp::start().await;
    let seller = app.customer().await;
    let product = seller.sell("Lamp", "5.00", 0, json!({})).await;
    let mut events = Events::of(post(&app.visitor(), &subscribe_body(&product))).await;
    is_heard(&mut events, &seller, &product).await;
    let archive = format!(
        "mutation {{ changeProductStatus(input: {{ id: \"{product}\", status: ARCHIVED }}) {{
            userErrors {{ code }} }} }}"
    );
    seller.query(&archive).await.done("changeProductStatus");
    let last = loop {
        match events.next().await {
            Some((name, _)) if name == "next" => {}
            other => break other,
        }
    };
    assert_eq!(last, Some(("complete".to_owned(), Value::Null)));
    assert_eq!(events.next().await, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn queries_and_mutations_come_as_one_event() {
    let app = TestApp::start().await;
    let person = app.customer().await;
    let complete = Some(("complete".to_owned(), Value::Null));
    let viewer = "{ viewer { id } }";
    for request in [post(&person, &json!({ "query": viewer })), get(&person, viewer, &json!({}))] {
        let mut events = Events::of(request).await;
        let expected = json!({ "data": { "viewer": { "id": person.id } } });
        assert_eq!(events.next().await, Some(("next".to_owned(), expected)));
        assert_eq!((events.next().await, events.next().await), (complete.clone(), None));
    }
    let rename = "mutation { updateProfile(input: { displayName: \"New\" }) { user { displayName } } }";
    let mut events = Events::of(post(&person, &json!({ "query": rename }))).await;
    let (_, data) = events.next().await.expect("there is a result");
    assert_eq!(data, json!({ "data": { "updateProfile": { "user": { "displayName": "New" } } } }));
    let refused = Reply::of(get(&person, rename, &json!({})).header("accept", "text/event-stream")).await;
    assert_eq!((refused.status.as_u16(), refused.codes()), (405, vec!["BAD_USER_INPUT"]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_document_is_told_by_an_event_and_a_wrong_request_by_its_status() {
    let app = TestApp::start().await;
    let visitor = app.visitor();
    for (body, code) in [
        (json!({ "query": "{" }), "GRAPHQL_PARSE_FAILED"),
        (json!({ "query": "{ nothing }" }), "GRAPHQL_VALIDATION_FAILED"),
        (json!({ "query": CHANGED }), "BAD_USER_INPUT"),
        (subscribe_body("00000000-0000-0000-0000-000000000000"), "BAD_USER_INPUT"),
    ] {
        let mut events = Events::of(post(&visitor, &body)).await;
        let (name, data) = events.next().await.expect("there is an event");
        assert_eq!(
            (name.as_str(), &data["errors"][0]["extensions"]["code"]),
            ("next", &json!(code)),
            "{body}"
        );
        assert!(data.get("data").is_none(), "{data:#}");
        assert_eq!(events.next().await, Some(("complete".to_owned(), Value::Null)));
    }
    let stranger = visitor.with_token("nonsense".to_owned());
    let query = json!({ "query": TYPENAME });
    for (request, status) in [
        (post(&stranger, &query), 401),
        (post(&visitor, &json!({ "variables": {} })), 400),
        (post(&visitor, &json!([query])), 400),
        (visitor.request(Method::POST, "/graphql").body(query.to_string()), 415),
    ] {
        let refused = Reply::of(request.header("accept", "text/event-stream")).await;
        assert_eq!(refused.status.as_u16(), status, "{:#}", refused.body);
        assert!(refused.body["errors"].is_array(), "{:#}", refused.body);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_subscription_has_no_answer_in_one_piece() {
    let app = TestApp::start().await;
    let seller = app.customer().await;
    let product = seller.sell("Lamp", "5.00", 0, json!({})).await;
    for accept in ["application/json", "application/graphql-response+json", "*/*"] {
        let refused = Reply::of(post(&seller, &subscribe_body(&product)).header("accept", accept)).await;
        assert_eq!((refused.status.as_u16(), refused.codes()), (406, vec!["BAD_USER_INPUT"]), "{accept}");
    }
}
