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

pub async fn catalogue(app: &TestApp) -> Person {
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
