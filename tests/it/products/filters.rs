//! What a list holds, and what it costs.

use crate::support::{Client, Reply, TestApp, Value, json};

const LIST: &str = "query($filter: ProductFilter) { products(filter: $filter, sort: OLDEST) {
    totalCount nodes { name } } }";

async fn list(client: &Client, filter: &Value) -> Reply {
    client.gql(LIST, json!({ "filter": filter })).await
}

/// The names that a filter leaves, oldest first, in one text.
async fn names(client: &Client, filter: &Value) -> String {
    let reply = list(client, filter).await;
    let nodes = reply.at("/products/nodes").as_array().expect("a list");
    assert_eq!(reply.at("/products/totalCount"), nodes.len(), "the count of {filter}");
    nodes.iter().filter_map(|node| node["name"].as_str()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_condition_of_a_filter_holds() {
    let app = TestApp::start().await;
    let (ann, bob) = (app.customer().await, app.studio().await);
    ann.sell("a", "1.00", 0, json!({})).await;
    ann.sell("b", "2.00", 1, json!({ "tags": ["Red", "Wood"] })).await;
    bob.sell("c", "3.00", 5, json!({ "tags": ["red"] })).await;
    bob.sell("d", "3.01", 10, json!({ "tags": ["Wood"] })).await;
    bob.sell("e", "3.01", 10, json!({ "tags": ["Wood"], "status": "DRAFT" })).await;
    let visitor = app.visitor();
    for (filter, left) in [
        (json!(null), "abcd"),
        (json!({}), "abcd"),
        (json!({ "minPrice": "2" }), "bcd"),
        (json!({ "minPrice": "2.01" }), "cd"),
        (json!({ "maxPrice": "3.00" }), "abc"),
        (json!({ "maxPrice": "2.99" }), "ab"),
        (json!({ "minPrice": "2.00", "maxPrice": "3.00" }), "bc"),
        (json!({ "minPrice": "3.00", "maxPrice": "2.00" }), ""),
        (json!({ "minPrice": "-5" }), "abcd"),
        (json!({ "minStock": 5 }), "cd"),
        (json!({ "minStock": 6 }), "d"),
        (json!({ "inStock": true }), "bcd"),
        (json!({ "inStock": false }), "a"),
        (json!({ "inStock": null }), "abcd"),
        (json!({ "ownerId": ann.id }), "ab"),
        (json!({ "ownerId": "no id" }), ""),
        (json!({ "tags": ["RED"] }), "bc"),
        (json!({ "tags": [" red", "wood"] }), "b"),
        (json!({ "tags": ["red", "red"] }), "bc"),
        (json!({ "tags": ["red", "no such tag"] }), ""),
        (json!({ "tags": ["re"] }), ""),
        (json!({ "tags": ["a\u{0}b", "\u{1f600}"] }), ""),
        (json!({ "tags": [] }), "abcd"),
        (json!({ "statuses": ["ACTIVE"] }), "abcd"),
        (json!({ "statuses": ["DRAFT", "ARCHIVED"] }), ""),
        (json!({ "statuses": [] }), "abcd"),
        (
            json!({ "ownerId": bob.id, "tags": ["wood"], "minPrice": "3", "minStock": 1, "inStock": true }),
            "d",
        ),
    ] {
        assert_eq!(names(&visitor, &filter).await, left, "{filter}");
    }
    assert_eq!(names(&bob, &json!({ "statuses": ["DRAFT"], "tags": ["wood"] })).await, "e");
    assert_eq!(names(&bob, &json!({ "tags": ["wood"] })).await, "bd", "only what is ACTIVE unless asked");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn conditions_that_make_no_sense_are_refused() {
    let app = TestApp::start().await;
    for filter in [
        json!({ "minPrice": "1.005" }),
        json!({ "maxPrice": "99999999999999999999" }),
        json!({ "minPrice": 1.5 }),
        json!({ "minPrice": "cheap" }),
        json!({ "search": "x".repeat(201) }),
        json!({ "tags": vec!["x"; 11] }),
        json!({ "statuses": ["SOLD"] }),
        json!({ "minStock": 3_000_000_000_i64 }),
    ] {
        assert_eq!(list(&app.visitor(), &filter).await.codes(), ["BAD_USER_INPUT"], "{filter}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_products_with_tags_and_owners_cost_three_statements() {
    let app = TestApp::start().await;
    let sellers = [app.customer().await, app.customer().await, app.studio().await];
    for (number, seller) in (0..50).zip(sellers.iter().cycle()) {
        let tags = json!({ "tags": [format!("Tag {}", number % 7), "All"] });
        seller.sell(&format!("Product {number}"), "1.00", 1, tags).await;
    }
    let visitor = app.visitor();
    let reply =
        visitor.query("{ products(first: 100) { nodes { name owner { username } tags { name } } } }").await;
    let nodes = reply.at("/products/nodes").as_array().expect("a list");
    assert_eq!(nodes.len(), 50);
    assert!(nodes.iter().all(|node| node["tags"].as_array().map(Vec::len) == Some(2)));
    assert_eq!(reply.statements(), 3);

    let uncounted = visitor.query("{ products(first: 50) { nodes { id } } }").await;
    let counted = visitor.query("{ products(first: 1) { totalCount nodes { id } } }").await;
    assert_eq!((uncounted.statements(), counted.statements()), (1, 2));
    assert_eq!(counted.at("/products/totalCount"), 50);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_in_lists_cost_a_statement_for_each_kind() {
    const NESTED: &str = "query($first: Int!) { products(first: $first) { nodes {
        owner { products(first: 2) { totalCount nodes { name } } }
        tags { productCount products(first: 2) { nodes { name } } } } } }";
    let app = TestApp::start().await;
    let sellers = [app.customer().await, app.customer().await, app.studio().await];
    for (number, seller) in (0..12).zip(sellers.iter().cycle()) {
        let tags = json!({ "tags": [format!("Tag {}", number % 4), "All"] });
        seller.sell(&format!("{number}"), "1.00", 1, tags).await;
    }
    let visitor = app.visitor();
    for first in [1, 12] {
        let reply = visitor.gql(NESTED, json!({ "first": first })).await;
        // Products, their owners and tags, the owners' and the tags' products, and a count for each of both.
        assert_eq!(reply.statements(), 7, "{first} rows");
        let newest = reply.at("/products/nodes/0");
        let owned = json!({ "totalCount": 4, "nodes": [{ "name": "11" }, { "name": "8" }] });
        assert_eq!(newest["owner"]["products"], owned);
        let all = json!({ "nodes": [{ "name": "11" }, { "name": "10" }] });
        let tagged = json!({ "nodes": [{ "name": "11" }, { "name": "7" }] });
        let tags =
            json!([{ "productCount": 12, "products": all }, { "productCount": 3, "products": tagged }]);
        assert_eq!(newest["tags"], tags);
    }
}
