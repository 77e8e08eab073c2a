//! What is told of documents and variables that are wrong, and that none of them does harm.

use reqwest::Method;

use crate::support::{TestApp, Value, json};

const BAD_INPUT: &str = "BAD_USER_INPUT";
const INVALID: &str = "GRAPHQL_VALIDATION_FAILED";

fn joined(count: usize, part: impl Fn(usize) -> String) -> String {
    (0..count).map(part).collect::<Vec<_>>().join(" ")
}

/// The messages of the errors.
fn messages(body: &Value) -> Vec<&str> {
    body["errors"].as_array().into_iter().flatten().filter_map(|error| error["message"].as_str()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_wrong_variable_is_told_with_its_place() {
    const QUERY: &str = "query($first: Int, $sort: ProductSort!, $filter: ProductFilter, $id: ID!) {
        products(first: $first, sort: $sort, filter: $filter) { totalCount } product(id: $id) { id } }";
    let app = TestApp::start().await;
    let filter = json!({ "minPrice": 5, "maxPrice": "cheap", "tags": ["a", 1, null], "inStock": "yes", "nope": true,
        "minStock": 2_147_483_648_i64, "statuses": ["SOLD"] });
    let reply = app.visitor().gql(QUERY, json!({ "first": "x", "sort": "BEST", "filter": filter })).await;
    let told = messages(&reply.body);
    for place in [
        "$first ",
        "$sort ",
        "$filter.minPrice ",
        "$filter.maxPrice ",
        "$filter.tags.1 ",
        "$filter.tags.2 ",
        "$filter.inStock ",
        "$filter.nope ",
        "$filter.minStock ",
        "$filter.statuses.0 ",
        "$id ",
    ] {
        assert_eq!(
            told.iter().filter(|message| message.starts_with(place)).count(),
            1,
            "{place}in {told:#?}"
        );
    }
    assert_eq!(reply.codes(), [BAD_INPUT; 11]);
    assert_eq!(reply.status, 400);
    assert_eq!(reply.body.get("data"), None);
    assert!(reply.body["errors"][0]["locations"][0]["line"] == 1, "where the variable is declared");
    for (id, fine) in [
        (json!("x"), true),
        (json!(7), true),
        (json!(1.5), false),
        (json!(true), false),
        (json!(["x"]), false),
        (json!(null), false),
    ] {
        let reply = app.visitor().gql(QUERY, json!({ "sort": "NAME", "id": id })).await;
        assert_eq!(reply.codes().is_empty(), fine, "{id}: {}", reply.body);
    }
    let many = json!({ "filter": { "tags": vec![1; 200] }, "sort": "NAME", "id": "x" });
    let count = app.visitor().gql(QUERY, many).await.codes().len();
    assert!((1..=20).contains(&count), "{count} errors");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_document_that_is_wrong_is_told_where() {
    let app = TestApp::start().await;
    let visitor = app.visitor();
    let parse = "GRAPHQL_PARSE_FAILED";
    for (query, code, places) in [
        ("{ viewer { id }", parse, &[(1, 16)][..]),
        ("{\n  viewer {\n    %\n} }", parse, &[(3, 5)]),
        ("{ products(last first: 1) { totalCount } }", parse, &[(1, 12)]),
        ("{ products(filter: {search: \"a\" tags}) { totalCount } }", parse, &[(1, 33)]),
        ("{\n  nothing\n  viewer { id less }\n}", INVALID, &[(2, 3), (3, 15)]),
        ("{ viewer }", INVALID, &[(1, 3)]),
        ("{ viewer { id { x } } }", INVALID, &[(1, 12)]),
        ("{ product { id } }", INVALID, &[(1, 3)]),
        ("{ product(id: \"x\", no: 1) { id } }", INVALID, &[(1, 20)]),
        ("{ products(first: \"x\") { totalCount } }", INVALID, &[(1, 19)]),
        ("{ products(filter: { minPrice: 1.5 }) { totalCount } }", INVALID, &[(1, 32)]),
        ("{ products(sort: BEST) { totalCount } }", INVALID, &[(1, 18)]),
        ("{ viewer { ...Nobody } }", INVALID, &[(1, 12)]),
        ("query($a: Int) { __typename }", INVALID, &[(1, 7)]),
        ("{ __typename @nothing }", INVALID, &[(1, 14)]),
        ("{ viewer { id @_null } }", INVALID, &[(1, 15)]),
        ("{ viewer @_pass { id } }", INVALID, &[(1, 10)]),
        ("{ viewer @_reveal { id } }", INVALID, &[(1, 10)]),
    ] {
        let reply = visitor.query(query).await;
        assert_eq!(reply.status, 400, "{query}");
        assert!(
            !reply.codes().is_empty() && reply.codes().iter().all(|found| *found == code),
            "{query}: {:#}",
            reply.body
        );
        let errors = reply.body["errors"].as_array().expect("there are errors");
        let found: Vec<_> = errors.iter().map(|error| &error["locations"][0]).collect();
        for (line, column) in places {
            let place = json!({ "line": line, "column": column });
            assert!(found.contains(&&place), "{query}: {place} in {found:?}");
        }
        assert!(messages(&reply.body).iter().all(|message| message.len() < 400));
    }
    for empty in ["", " ", "# nothing", "type Query { a: Int }", "fragment F on User { id }"] {
        let reply = visitor.query(empty).await;
        assert!(reply.status == 400 && !reply.codes().is_empty(), "{empty:?}: {}", reply.body);
    }
    assert_eq!(visitor.query("subscription { nothing { id } }").await.status, 400);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bombs_are_refused_and_the_server_lives() {
    let app = TestApp::start().await;
    let visitor = app.visitor();
    let bomb = joined(28, |n| format!("fragment F{n} on User {{ ...F{m} ...F{m} }}", m = n + 1));
    let chain = joined(60, |n| format!("fragment F{n} on User {{ ...F{} }}", n + 1));
    let aliases = |count| format!("{{ {} }}", joined(count, |n| format!("a{n}:__typename")));
    let mutations = joined(6, |n| format!("m{n}: clearBag {{ bag {{ id }} }}"));
    let followers = "followers { nodes { ".repeat(9);
    for (what, query) in [
        ("a fragment bomb", format!("{{ viewer {{ ...F0 }} }} {bomb} fragment F28 on User {{ id }}")),
        ("many fragments", format!("{{ viewer {{ ...F0 }} }} {chain} fragment F60 on User {{ id }}")),
        ("nested braces", format!("{}{}", "{a".repeat(3_000), "}".repeat(3_000))),
        ("open braces", "{".repeat(3_000)),
        (
            "nested lists",
            format!(
                "{{ products(filter: {{ tags: {}{} }}) {{ totalCount }} }}",
                "[".repeat(3_000),
                "]".repeat(3_000)
            ),
        ),
        (
            "nested objects",
            format!("{{ products(filter: {}{}) {{ totalCount }} }}", "{a:".repeat(2_000), "}".repeat(2_000)),
        ),
        (
            "nested types",
            format!("query($a: {}Int{}) {{ __typename }}", "[".repeat(3_000), "]".repeat(3_000)),
        ),
        ("ten thousand aliases", aliases(10_000)),
        ("a hundred aliases", aliases(100)),
        ("many root fields", aliases(11)),
        ("many directives", format!("{{ __typename {} }}", "@skip(if: false) ".repeat(100))),
        ("many mutations", format!("mutation {{ {mutations} }}")),
        ("depth", format!("{{ viewer {{ {followers} id {} }} }}", "} } ".repeat(9))),
        ("a long text", format!("{{ __typename }} #{}", "x".repeat(13_000))),
    ] {
        let reply = visitor.query(&query).await;
        assert_eq!(reply.status, 400, "{what}");
        assert_eq!(reply.codes(), ["QUERY_TOO_COMPLEX"], "{what}: {}", reply.body);
        assert_eq!(visitor.query("{ __typename }").await.text("/__typename"), "Query");
    }
    let cycle = "{ viewer { ...A } } fragment A on User { ...B } fragment B on User { ...A }";
    assert!(visitor.query(cycle).await.codes().contains(&INVALID));
    // Nesting in variables is JSON's to bound.
    let deep = format!(
        r#"{{"query":"{{ __typename }}","variables":{{"a":{}{}}}}}"#,
        "[".repeat(3_000),
        "]".repeat(3_000)
    );
    let request =
        visitor.request(Method::POST, "/graphql").header("content-type", "application/json").body(deep);
    assert_eq!(request.send().await.expect("the store answers").status(), 400);
    assert_eq!(visitor.query("{ __typename }").await.text("/__typename"), "Query");
}
