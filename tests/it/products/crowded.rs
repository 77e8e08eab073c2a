//! Searches among so many products that PostgreSQL's statistics decide how they are found.

use super::search::catalogue;
use crate::support::{Client, TestApp, Value, json};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn how_common_words_are_changes_nothing_of_what_is_found() {
    const MANY: &str = "INSERT INTO products (id, owner_id, name, price, stock, status)
        SELECT gen_random_uuid(), owner_id, 'Plain ' || CASE WHEN i % 20 = 0 THEN 'spoon ' ELSE 'fork ' END || i, i, 1, 'ACTIVE'
        FROM (SELECT owner_id FROM products LIMIT 1) AS seller, generate_series(1, 2000) AS i; ANALYZE products";
    let app = TestApp::start().await;
    catalogue(&app).await;
    app.database.sql(MANY).await;
    let (informed, _running) = app.second_instance(&[]).await;
    let cheapest = "query($text: String!, $after: String) { products(first: 3, after: $after, sort: PRICE_ASC,
        filter: { search: $text, minPrice: \"0.30\" }) { totalCount nodes { name } pageInfo { endCursor } } }";
    for (text, first, second, count) in [
        ("plain", ["fork 30", "fork 31", "fork 32"], ["fork 33", "fork 34", "fork 35"], 1_971),
        ("plain spoo", ["spoon 40", "spoon 60", "spoon 80"], ["spoon 100", "spoon 120", "spoon 140"], 99),
        // The beginning of more words than are looked for one by one, with one that nearly all have.
        ("1 plain", ["spoon 100", "fork 101", "fork 102"], ["fork 103", "fork 104", "fork 105"], 1_100),
    ] {
        for client in [&app.visitor(), &informed] {
            let reply = client.gql(cheapest, json!({ "text": text })).await;
            let page = reply.at("/products").clone();
            assert_eq!((&page["nodes"], &page["totalCount"]), (&named(first), &json!(count)), "{text}");
            let after = &page["pageInfo"]["endCursor"];
            let reply = client.gql(cheapest, json!({ "text": text, "after": after })).await;
            assert_eq!(reply.at("/products/nodes"), &named(second), "{text}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_very_many_that_have_the_words_the_newest_are_ranked() {
    const MANY: &str = "INSERT INTO products (id, owner_id, name, price, stock, status)
        SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid, owner_id,
            CASE WHEN i IN (1, 200) THEN 'Plain' ELSE 'Plainsong' END || ' record ' || i, 1, 1, 'ACTIVE'
        FROM (SELECT owner_id FROM products LIMIT 1) AS seller, generate_series(1, 2100) AS i; ANALYZE products";
    const ENDS: &str = "query($text: String!) {
        best: products(first: 2, sort: RELEVANCE, filter: { search: $text }) { totalCount nodes { name } }
        worst: products(last: 1, sort: RELEVANCE, filter: { search: $text }) { nodes { name } } }";
    let app = TestApp::start().await;
    catalogue(&app).await;
    app.database.sql(MANY).await;
    let (informed, _running) = app.second_instance(&[]).await;
    for (client, best, worst) in [
        // Without statistics all are ranked.
        (&app.visitor(), ["Plain record 200", "Plain record 1"], "Plainsong record 2"),
        (&informed, ["Plain record 200", "Plainsong record 2100"], "Plainsong record 101"),
    ] {
        let reply = client.gql(ENDS, json!({ "text": "plain record" })).await;
        assert_eq!(reply.at("/best/totalCount"), 2100);
        assert_eq!(reply.at("/best/nodes"), &json!([{ "name": best[0] }, { "name": best[1] }]));
        assert_eq!(reply.text("/worst/nodes/0/name"), worst);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_of_the_newest_is_looked_for_among_the_newest_first() {
    const MANY: &str = "INSERT INTO products (id, owner_id, name, price, stock, status)
        SELECT ('00000000-0000-7000-8000-' || lpad(to_hex(i), 12, '0'))::uuid, owner_id,
            'Plain ' || i || CASE WHEN i % 50 = 0 THEN ' spoon' WHEN i <= 40 THEN ' ladle' ELSE '' END, 1, 1, 'ACTIVE'
        FROM (SELECT owner_id FROM products LIMIT 1) AS seller, generate_series(1, 2000) AS i; ANALYZE products";
    const PAGES: &str = "query($text: String!, $after: String) {
        products(first: 3, after: $after, filter: { search: $text }) {
            nodes { name } pageInfo { hasNextPage hasPreviousPage endCursor } } }";
    const PAGE: &str = "query($text: String!, $first: Int, $after: String, $last: Int, $before: String, $offset: Int) {
        products(first: $first, after: $after, last: $last, before: $before, offset: $offset, filter: { search: $text }) {
            nodes { name } pageInfo { hasNextPage hasPreviousPage endCursor } } }";
    let app = TestApp::start().await;
    catalogue(&app).await;
    app.database.sql(MANY).await;
    let (informed, _running) = app.second_instance(&[]).await;
    let spoons: Vec<_> = (1..=40).rev().map(|i| format!("Plain {} spoon", i * 50)).collect();
    let ladles: Vec<_> = (1..=40).rev().map(|i| format!("Plain {i} ladle")).collect();
    // All ladles are old: for the first page, the newest were looked at in vain.
    for (text, names, statements) in [("plain spoon", &spoons, 1), ("ladle", &ladles, 2)] {
        for (client, at_first) in [(&app.visitor(), 1), (&informed, statements)] {
            let (mut found, mut after) = (Vec::new(), json!(null));
            loop {
                let reply = client.gql(PAGES, json!({ "text": text, "after": after })).await;
                let products = reply.at("/products");
                assert_eq!(products["pageInfo"]["hasPreviousPage"], !found.is_empty());
                if found.is_empty() {
                    assert_eq!(reply.statements(), at_first, "{text}");
                }
                let nodes = products["nodes"].as_array().expect("a list").iter();
                found.extend(nodes.map(|node| node["name"].as_str().expect("a name").to_owned()));
                after = products["pageInfo"]["endCursor"].clone();
                if products["pageInfo"]["hasNextPage"] == false {
                    break;
                }
            }
            assert_eq!(&found, names, "{text}");
        }
    }
    let page = async |client: &Client, window: &Value| {
        let mut variables = json!({ "text": "spoon" });
        variables.as_object_mut().expect("an object").extend(window.as_object().expect("an object").clone());
        client.gql(PAGE, variables).await.at("/products").clone()
    };
    let fifth = page(&informed, &json!({ "first": 5 })).await["pageInfo"]["endCursor"].clone();
    for (window, first, count) in [
        (json!({ "first": 0 }), None, 0),
        (json!({ "first": 2, "offset": 3 }), Some(&spoons[3]), 2),
        (json!({ "first": 3, "before": fifth }), Some(&spoons[0]), 3),
        (json!({ "last": 3, "before": fifth }), Some(&spoons[1]), 3),
        (json!({ "last": 3 }), Some(&spoons[37]), 3),
        (json!({ "first": 50 }), Some(&spoons[0]), 40),
    ] {
        let found = page(&informed, &window).await;
        assert_eq!(found, page(&app.visitor(), &window).await, "{window}");
        let nodes = found["nodes"].as_array().expect("a list");
        assert_eq!(nodes.len(), count, "{window}");
        assert_eq!(
            nodes.first().map(|node| &node["name"]),
            first.map(|name| json!(name)).as_ref(),
            "{window}"
        );
    }
}

fn named(names: [&str; 3]) -> serde_json::Value {
    names.map(|name| json!({ "name": format!("Plain {name}") })).into_iter().collect()
}
