//! What a search finds, and in which order.

use crate::support::{Client, Person, TestApp, json};

const SEARCH: &str = "query($filter: ProductFilter!, $sort: ProductSort!) {
    products(filter: $filter, sort: $sort) { totalCount nodes { name } } }";

/// The names that a search finds.
async fn sorted(client: &Client, sort: &str, text: &str) -> Vec<String> {
    let reply = client.gql(SEARCH, json!({ "filter": { "search": text }, "sort": sort })).await;
    let nodes = reply.at("/products/nodes").as_array().expect("a list");
    assert_eq!(reply.at("/products/totalCount"), nodes.len(), "the count of {text:?}");
    nodes.iter().filter_map(|node| node["name"].as_str()).map(str::to_owned).collect()
}

async fn found(client: &Client, text: &str) -> Vec<String> {
    sorted(client, "NAME", text).await
}

async fn catalogue(app: &TestApp) -> Person {
    let seller = app.customer().await;
    for (name, description, tags) in [
        ("Café Cup", "For the morning.", &["Kitchen"][..]),
        ("Brass Telescope", "Shows far stars at night.", &["Astronomy", "Gifts"]),
        ("Red Lantern", "Paper and wire.", &[]),
        ("Blue Lantern", "Calm as the sea.", &[]),
        ("Board Game", "For evenings with a lantern.", &["Gifts"]),
    ] {
        seller.sell(name, "1.00", 1, json!({ "description": description, "tags": tags })).await;
    }
    seller
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn words_and_their_beginnings_are_found_everywhere() {
    let app = TestApp::start().await;
    catalogue(&app).await;
    let visitor = app.visitor();
    for (text, expected) in [
        ("telescope", &["Brass Telescope"][..]),
        ("  TELESCOPE ", &["Brass Telescope"]),
        ("tele", &["Brass Telescope"]),
        ("telescopes", &["Brass Telescope"]),
        ("stars", &["Brass Telescope"]),
        ("star", &["Brass Telescope"]),
        ("astro", &["Brass Telescope"]),
        ("gifts", &["Board Game", "Brass Telescope"]),
        ("kitchen", &["Café Cup"]),
        ("morn", &["Café Cup"]),
        ("lantern", &["Blue Lantern", "Board Game", "Red Lantern"]),
        ("zeppelin", &[]),
    ] {
        assert_eq!(found(&visitor, text).await, expected, "{text:?}");
    }
    assert_eq!(found(&visitor, " ").await.len(), 5, "nothing is searched for");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_words_are_all_needed() {
    let app = TestApp::start().await;
    catalogue(&app).await;
    let visitor = app.visitor();
    for (text, expected) in [
        ("red lantern", &["Red Lantern"][..]),
        ("lantern RED", &["Red Lantern"]),
        ("gifts lantern", &["Board Game"]),
        ("brass stars astronomy", &["Brass Telescope"]),
        ("telescope lantern", &[]),
        ("red blue", &[]),
        ("green lantern", &[]),
    ] {
        assert_eq!(found(&visitor, text).await, expected, "{text:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn typing_errors_and_accents_are_forgiven() {
    let app = TestApp::start().await;
    let seller = catalogue(&app).await;
    seller.sell("Cafeteria Tray", "1.00", 1, json!({})).await;
    let visitor = app.visitor();
    for (text, expected) in [
        ("telescoppe", &["Brass Telescope"][..]),
        ("brass tellescope", &["Brass Telescope"]),
        ("brass zeppelin", &[]),
        ("lanntern", &["Blue Lantern", "Red Lantern"]),
        ("cafe", &["Cafeteria Tray", "Café Cup"]),
        ("CAFÉ cup", &["Café Cup"]),
        ("càfêterïa", &["Cafeteria Tray"]),
    ] {
        assert_eq!(found(&visitor, text).await, expected, "{text:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_ranks_before_a_tag_and_a_tag_before_a_description() {
    let app = TestApp::start().await;
    let seller = app.customer().await;
    seller.sell("Lantern", "1.00", 1, json!({})).await;
    seller.sell("Oil", "1.00", 1, json!({ "tags": ["Lantern"] })).await;
    seller.sell("Game", "1.00", 1, json!({ "description": "Played by lantern." })).await;
    let visitor = app.visitor();
    assert_eq!(sorted(&visitor, "RELEVANCE", "lantern").await, ["Lantern", "Oil", "Game"]);
    assert_eq!(sorted(&visitor, "NEWEST", "lantern").await, ["Game", "Oil", "Lantern"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_character_does_harm() {
    let app = TestApp::start().await;
    catalogue(&app).await;
    let visitor = app.visitor();
    for text in [
        "':*&|!()\\",
        "'",
        "\\",
        "\\'",
        "''''",
        "!!",
        "<->",
        ":*",
        "%",
        "___",
        "\u{1f600}",
        "\u{1f469}\u{200d}\u{1f680}",
    ] {
        for sort in ["NAME", "RELEVANCE"] {
            assert_eq!(sorted(&visitor, sort, text).await, [""; 0], "{text:?}");
        }
    }
    for text in
        ["tele'scope:*", "\u{1f600}lantern!", "red & | lantern", "('red'):* lantern\\", "red\u{0} lantern"]
    {
        for sort in ["NAME", "RELEVANCE"] {
            sorted(&visitor, sort, text).await;
        }
    }
    assert_eq!(found(&visitor, "('red'):* & lantern\\").await, ["Red Lantern"]);
    assert_eq!(found(&visitor, &"lantern ".repeat(25)).await.len(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_search_finds_what_a_product_is_called_now() {
    const UPDATE: &str =
        "mutation($input: UpdateProductInput!) { updateProduct(input: $input) { userErrors { code } } }";
    const TAG: &str =
        "mutation($input: TagProductInput!) { tagProduct(input: $input) { userErrors { code } } }";
    const UNTAG: &str =
        "mutation($input: TagProductInput!) { untagProduct(input: $input) { userErrors { code } } }";
    let app = TestApp::start().await;
    let seller = app.customer().await;
    let id =
        seller.sell("Kettle", "1.00", 1, json!({ "description": "Of copper.", "tags": ["Kitchen"] })).await;
    let visitor = app.visitor();
    let renamed = json!({ "input": { "id": id, "name": "Samovar", "description": "Of silver." } });
    seller.gql(UPDATE, renamed).await.done("updateProduct");
    for (text, count) in [("kettle", 0), ("copper", 0), ("samovar", 1), ("silver", 1), ("kitchen", 1)] {
        assert_eq!(found(&visitor, text).await.len(), count, "{text}");
    }
    seller.gql(TAG, json!({ "input": { "productId": id, "tags": ["Tea"] } })).await.done("tagProduct");
    seller
        .gql(UNTAG, json!({ "input": { "productId": id, "tags": ["kitchen"] } }))
        .await
        .done("untagProduct");
    for (text, count) in [("tea", 1), ("kitchen", 0), ("samovar tea", 1)] {
        assert_eq!(found(&visitor, text).await.len(), count, "{text}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn letters_are_looked_at_only_where_no_product_has_the_words() {
    const PAGE: &str = "query($text: String!, $after: String) {
        products(first: 1, after: $after, sort: NAME, filter: { search: $text }) {
            totalCount nodes { name } pageInfo { endCursor hasNextPage } } }";
    let app = TestApp::start().await;
    let seller = catalogue(&app).await;
    seller.sell("Lanters", "9.00", 1, json!({})).await;
    let visitor = app.visitor();
    assert_eq!(found(&visitor, "lanters").await, ["Lanters"]);
    assert_eq!(found(&visitor, "lantern").await, ["Blue Lantern", "Board Game", "Red Lantern"]);
    let dear = json!({ "filter": { "search": "lantern", "minPrice": "5.00" }, "sort": "NAME" });
    assert_eq!(visitor.gql(SEARCH, dear).await.at("/products/totalCount"), 0, "it is no typing error");

    let mut names = Vec::new();
    let mut after = json!(null);
    loop {
        let reply = visitor.gql(PAGE, json!({ "text": "lanntern", "after": after })).await;
        let products = reply.at("/products");
        assert_eq!(products["totalCount"], 2);
        names.push(products["nodes"][0]["name"].as_str().expect("a name").to_owned());
        after = products["pageInfo"]["endCursor"].clone();
        if products["pageInfo"]["hasNextPage"] == false {
            break;
        }
    }
    assert_eq!(names, ["Blue Lantern", "Red Lantern"]);
}

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
}

fn named(names: [&str; 3]) -> serde_json::Value {
    names.map(|name| json!({ "name": format!("Plain {name}") })).into_iter().collect()
}
