//! What documents mean once fragments, directives and variables are worked out.

use reqwest::Method;

use crate::support::{Client, TestApp, json};

const BAD_INPUT: &str = "BAD_USER_INPUT";
const INVALID: &str = "GRAPHQL_VALIDATION_FAILED";

/// The answer as it was written.
async fn raw(client: &Client, query: &str) -> String {
    let request = client.request(Method::POST, "/graphql").json(&json!({ "query": query }));
    let response = request.send().await.expect("the store answers");
    response.text().await.expect("the answer is text")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_denied_field_is_null_and_everything_around_it_stands() {
    let app = TestApp::start().await;
    let (ann, bob) = (app.customer().await, app.customer().await);
    let query = "query($id: ID!) { before: __typename
        user(id: $id) { username email role sessions { id } displayName } viewer { email } }";
    let reply = bob.gql(query, json!({ "id": ann.id })).await;
    assert_eq!(reply.status, 200);
    let user = json!({ "username": ann.username, "email": null, "role": null, "sessions": null,
        "displayName": ann.username });
    let email = format!("{}@example.org", bob.username);
    let expected = json!({ "before": "Query", "user": user, "viewer": { "email": email } });
    assert_eq!(reply.body["data"], expected);
    let errors = reply.body["errors"].as_array().expect("there are errors");
    let paths: Vec<_> = errors.iter().map(|error| &error["path"]).collect();
    assert_eq!(paths, [&json!(["user", "email"]), &json!(["user", "role"]), &json!(["user", "sessions"])]);
    assert_eq!(reply.codes(), ["FORBIDDEN"; 3]);
    assert_eq!(errors[0]["locations"], json!([{ "line": 2, "column": 34 }]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_path_of_an_error_in_a_list_is_whole() {
    let app = TestApp::start().await;
    let seller = app.customer().await;
    for name in ["a", "b"] {
        seller.sell(name, "1.00", 1, json!({ "tags": ["Tag"] })).await;
    }
    let query = "{ products { nodes { name seller: owner { mail: email } } }
        tags { edges { node { products { nodes { owner { role } } } } } } }";
    let reply = app.visitor().query(query).await;
    let mut paths: Vec<_> = reply.body["errors"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|error| error["path"].to_string())
        .collect();
    paths.sort();
    let node = |list: &str, index: u8, field: &str| format!("[{list},\"nodes\",{index},{field}]");
    let tag = r#""tags","edges",0,"node","products""#;
    let expected = [
        node(r#""products""#, 0, r#""seller","mail""#),
        node(r#""products""#, 1, r#""seller","mail""#),
        node(tag, 0, r#""owner","role""#),
        node(tag, 1, r#""owner","role""#),
    ];
    assert_eq!(paths, expected);
    assert_eq!(reply.codes(), ["UNAUTHENTICATED"; 4]);
    let expected =
        json!([{ "name": "b", "seller": { "mail": null } }, { "name": "a", "seller": { "mail": null } }]);
    assert_eq!(reply.body["data"]["products"]["nodes"], expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mutation_written_twice_under_one_key_runs_once() {
    let app = TestApp::start().await;
    let seller = app.customer().await;
    let query = r#"mutation { createTag(input: { name: "Books" }) { tag { id } }
        ...Again
        createTag(input: { name: "Books" }) { userErrors { code } } }
        fragment Again on Mutation { createTag(input: { name: "Books" }) { tag { name } } }"#;
    let reply = seller.query(query).await;
    let created = reply.done("createTag");
    assert_eq!(created["tag"]["name"], "Books");
    assert!(created["tag"]["id"].is_string());
    // Under two keys it runs twice, one after the other.
    let query = r#"mutation { one: createTag(input: { name: "Toys" }) { userErrors { code } }
        two: createTag(input: { name: "Toys" }) { userErrors { code } } }"#;
    let taken = json!({ "one": { "userErrors": [] }, "two": { "userErrors": [{ "code": "TAKEN" }] } });
    assert_eq!(*seller.query(query).await.data(), taken);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mutation_that_fails_does_not_stop_the_next() {
    let app = TestApp::start().await;
    let seller = app.customer().await;
    let query = r#"mutation { a: createTag(input: { name: "A" }) { tag { name } }
        b: setUserRole(input: { userId: "x", role: ADMIN }) { user { id } }
        c: createTag(input: { name: "C" }) { tag { name } } }"#;
    let reply = seller.query(query).await;
    assert_eq!(reply.codes(), ["FORBIDDEN"]);
    let expected = json!({ "a": { "tag": { "name": "A" } }, "b": null, "c": { "tag": { "name": "C" } } });
    assert_eq!(reply.body["data"], expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fragments_may_stand_everywhere() {
    let app = TestApp::start().await;
    let seller = app.customer().await;
    let id = seller.sell("Dune", "9.99", 3, json!({ "tags": ["Books"] })).await;
    let query = "query($id: ID!) { ...Root ... on Query { product(id: $id) { ... { stock } ...Part } } ... { ...Root } }
        fragment Root on Query { node(id: $id) { ...Any id } products { ...Page } }
        fragment Any on Node { __typename ... on Product { ...Part } ... on User { username } ... on Entity { version } }
        fragment Page on ProductConnection { nodes { ...Part } edges { node { ...Part stock } } }
        fragment Part on Product { name ...Tags }
        fragment Tags on Product { tags { ... on Tag { name } ... on Node { __typename } } }";
    let reply = seller.gql(query, json!({ "id": id })).await;
    let tags = json!([{ "name": "Books", "__typename": "Tag" }]);
    let part = json!({ "name": "Dune", "tags": tags });
    let whole = json!({ "name": "Dune", "tags": tags, "stock": 3 });
    assert_eq!(*reply.at("/product"), whole);
    assert_eq!(*reply.at("/products"), json!({ "nodes": [part], "edges": [{ "node": whole }] }));
    let node = json!({ "__typename": "Product", "name": "Dune", "tags": tags, "version": 1, "id": id });
    assert_eq!(*reply.at("/node"), node);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn skip_and_include_follow_their_variables_each_time() {
    const QUERY: &str = "query($yes: Boolean!, $no: Boolean! = false) {
        viewer @skip(if: $no) { id @include(if: $no) username @include(if: $yes) ...Name @skip(if: $yes) }
        both: __typename @include(if: $yes) @skip(if: $no)
        ... @include(if: $yes) { fragment: __typename }
        never: __typename @skip(if: true) always: __typename @include(if: true) }
        fragment Name on User { displayName }";
    let app = TestApp::start().await;
    let ann = app.customer().await;
    for _ in 0..2 {
        let name = &ann.username;
        let reply = ann.gql(QUERY, json!({ "yes": true })).await;
        let expected = json!({ "viewer": { "username": name }, "both": "Query", "fragment": "Query", "always": "Query" });
        assert_eq!(*reply.data(), expected);
        let reply = ann.gql(QUERY, json!({ "yes": false })).await;
        assert_eq!(*reply.data(), json!({ "viewer": { "displayName": name }, "always": "Query" }));
        let reply = ann.gql(QUERY, json!({ "yes": true, "no": true })).await;
        assert_eq!(*reply.data(), json!({ "fragment": "Query", "always": "Query" }));
    }
    let reply = ann.query("{ viewer { id @skip(if: true) } }").await;
    assert_eq!(*reply.data(), json!({ "viewer": {} }));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_field_under_several_names_has_its_own_arguments() {
    let app = TestApp::start().await;
    let seller = app.customer().await;
    for (name, price) in [("Dear", "9.00"), ("Cheap", "1.00")] {
        seller.sell(name, price, 1, json!({})).await;
    }
    let query = "{ up: products(sort: PRICE_ASC, first: 1) { nodes { called: name } }
        down: products(sort: PRICE_DESC, first: 1) { nodes { name } } }";
    let expected =
        json!({ "up": { "nodes": [{ "called": "Cheap" }] }, "down": { "nodes": [{ "name": "Dear" }] } });
    assert_eq!(*seller.query(query).await.data(), expected);
    let conflict = "{ products(first: 1) { totalCount } products(first: 2) { totalCount } }";
    assert_eq!(seller.query(conflict).await.codes(), [INVALID]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn variables_that_are_not_sent_leave_the_default() {
    const QUERY: &str =
        "query($first: Int = 1, $sort: ProductSort! = NAME, $filter: ProductFilter = { inStock: true },
        $max: Decimal) { products(first: $first, sort: $sort, filter: $filter) { nodes { name } }
        all: products(filter: { maxPrice: $max }) { totalCount } }";
    // The argument has a default, the variable none.
    const BARE: &str = "query($sort: ProductSort = null) { products(sort: $sort) { totalCount } }";
    const UNSENT: &str =
        "query($yes: Boolean = true) { products(sort: NAME, first: 1) { totalCount @include(if: $yes) } }";
    let app = TestApp::start().await;
    let seller = app.customer().await;
    for (name, stock) in [("b", 1), ("a", 0), ("c", 1)] {
        seller.sell(name, "1.00", stock, json!({})).await;
    }
    for (variables, names) in [
        (json!({}), json!([{ "name": "b" }])),
        (json!({ "first": 2 }), json!([{ "name": "b" }, { "name": "c" }])),
        (
            json!({ "first": null, "filter": null }),
            json!([{ "name": "a" }, { "name": "b" }, { "name": "c" }]),
        ),
        (json!({ "first": 2, "sort": "NEWEST", "filter": {} }), json!([{ "name": "c" }, { "name": "a" }])),
        (json!({ "first": 1.0, "max": null, "unknown": 7 }), json!([{ "name": "b" }])),
    ] {
        let reply = seller.gql(QUERY, variables.clone()).await;
        assert_eq!(*reply.at("/products/nodes"), names, "{variables}");
        assert_eq!(reply.at("/all/totalCount"), 3);
    }
    assert_eq!(seller.query(BARE).await.codes(), [BAD_INPUT], "null may not stand where null may not");
    assert_eq!(seller.query(UNSENT).await.at("/products/totalCount"), 3);
    let one = json!({ "tags": "no list", "statuses": "ACTIVE" });
    let reply = seller.gql(QUERY, json!({ "filter": one })).await;
    assert_eq!(*reply.at("/products/nodes"), json!([]), "one value stands for a list of it");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_standard_introspection_query_passes() {
    const INTROSPECTION: &str = "query IntrospectionQuery { __schema { description
        queryType { name kind } mutationType { name kind } subscriptionType { name kind }
        types { ...FullType }
        directives { name description isRepeatable locations args(includeDeprecated: true) { ...InputValue } } } }
      fragment FullType on __Type { kind name description specifiedByURL isOneOf
        fields(includeDeprecated: true) { name description args(includeDeprecated: true) { ...InputValue }
          type { ...TypeRef } isDeprecated deprecationReason }
        inputFields(includeDeprecated: true) { ...InputValue } interfaces { ...TypeRef }
        enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason }
        possibleTypes { ...TypeRef } }
      fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue isDeprecated
        deprecationReason }
      fragment TypeRef on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType {
        kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType {
        kind name } } } } } } } } } }";
    let app = TestApp::start().await;
    let reply = app.visitor().query(INTROSPECTION).await;
    let types = reply.at("/__schema/types").as_array().expect("types");
    let product = types.iter().find(|ty| ty["name"] == "Product").expect("there is Product");
    assert_eq!(product["kind"], "OBJECT");
    let fields = product["fields"].as_array().expect("fields");
    assert!(fields.iter().any(|field| field["name"] == "viewerCanEdit"));
    assert!(fields.iter().all(|field| field["description"].is_string()), "{fields:#?}");
    let interfaces: Vec<_> =
        product["interfaces"].as_array().into_iter().flatten().map(|ty| &ty["name"]).collect();
    assert_eq!(interfaces, ["Node", "Entity"]);
    let products = types[..]
        .iter()
        .find(|ty| ty["name"] == "Query")
        .and_then(|query| query["fields"].as_array()?.iter().find(|field| field["name"] == "products"));
    let sort = products.and_then(|field| field["args"].as_array()?.iter().find(|arg| arg["name"] == "sort"));
    assert_eq!(sort.expect("products has sort")["defaultValue"], "NEWEST");
    let directives = reply.at("/__schema/directives").as_array().expect("directives");
    assert!(directives.iter().all(|directive| !directive["name"].as_str().expect("a name").starts_with('_')));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fields_come_back_in_the_order_of_the_document() {
    let app = TestApp::start().await;
    let seller = app.customer().await;
    seller.sell("Dune", "9.99", 3, json!({ "tags": ["Books"] })).await;
    let query = "{ b: __typename products(first: 1) { totalCount nodes { tags { name } ...Part stock owner { username } name } }
        a: __typename viewer { id } tags { totalCount } products(first: 1) { pageInfo { hasNextPage } } }
        fragment Part on Product { price { currency amount } name status }";
    let expected = format!(
        r#"{{"data":{{"b":"Query","products":{{"totalCount":1,"nodes":[{{"tags":[{{"name":"Books"}}],"price":{{"currency":"EUR","amount":"9.99"}},"name":"Dune","status":"ACTIVE","stock":3,"owner":{{"username":"{}"}}}}],"pageInfo":{{"hasNextPage":false}}}},"a":"Query","viewer":null,"tags":{{"totalCount":1}}}}}}"#,
        seller.username
    );
    assert_eq!(raw(&app.visitor(), query).await, expected);
    let answer = raw(&app.visitor(), "{ tags { totalCount } orders { totalCount } b: __typename }").await;
    assert!(answer.contains(r#""data":{"tags":{"totalCount":1},"orders":null,"b":"Query"}"#), "{answer}");
}
