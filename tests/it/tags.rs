//! Tags: shared by all sellers, made on first use, found by how they begin.

use futures_util::future::{join, join_all};

use crate::support::{Client, Reply, TestApp, Value, json};

const CREATE: &str = "mutation($input: CreateTagInput!) { createTag(input: $input) {
    tag { id name productCount version } userErrors { code message path } } }";
const TAG: &str = "mutation($input: TagProductInput!) { tagProduct(input: $input) {
    product { tags { name } } userErrors { code message path } } }";
const PAGE: &str = "query($first: Int, $after: String, $last: Int, $before: String, $search: String) {
    tags(first: $first, after: $after, last: $last, before: $before, search: $search) {
        totalCount nodes { name } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }";

async fn create(client: &Client, name: &str) -> Reply {
    client.gql(CREATE, json!({ "input": { "name": name } })).await
}

fn names(reply: &Reply) -> Vec<String> {
    let nodes = reply.at("/tags/nodes").as_array().expect("a list");
    nodes.iter().filter_map(|node| node["name"].as_str()).map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tag_is_there_once_without_regard_to_case() {
    let app = TestApp::start().await;
    let (ann, bob) = (app.customer().await, app.studio().await);
    let reply = create(&ann, " Board Games ").await;
    let tag = &reply.done("createTag")["tag"];
    assert_eq!(*tag, json!({ "id": tag["id"], "name": "Board Games", "productCount": 0, "version": 1 }));
    create(&ann, "Éclair").await.done("createTag");
    for taken in ["Board Games", "BOARD games", "board games  ", "éCLAIR"] {
        let reply = create(&bob, taken).await;
        assert_eq!(reply.refusals("createTag"), ["TAKEN at input.name"], "{taken:?}");
        assert_eq!(reply.at("/createTag/tag"), &Value::Null);
    }
    for wrong in ["", "  ", "a\nb", "a\u{0}b", &"x".repeat(51)] {
        assert_eq!(create(&bob, wrong).await.refusals("createTag"), ["INVALID at input.name"], "{wrong:?}");
    }
    create(&bob, &"é".repeat(50)).await.done("createTag");
    assert_eq!(create(&app.visitor(), "Mine").await.codes(), ["UNAUTHENTICATED"]);
    let id = bob.sell("Chess", "1.00", 1, json!({ "tags": ["BOARD GAMES"] })).await;
    let reply = bob.gql("query($id: ID!) { product(id: $id) { tags { name } } }", json!({ "id": id })).await;
    assert_eq!(*reply.at("/product/tags"), json!([{ "name": "Board Games" }]), "as it was first written");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_those_who_make_a_tag_at_once_one_does() {
    let app = TestApp::start().await;
    let seller = app.customer().await;
    for round in 0..5 {
        let makers = ["Tag", "TAG", "tag", "tAg", "taG", "TAg"].map(|name| format!("{name} {round}"));
        let replies = join_all(makers.iter().map(|name| create(&seller, name))).await;
        let made = replies.iter().filter(|reply| reply.refusals("createTag").is_empty()).count();
        let taken =
            replies.iter().filter(|reply| reply.refusals("createTag") == ["TAKEN at input.name"]).count();
        assert_eq!((made, taken), (1, 5));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sellers_who_use_the_same_new_tags_in_opposite_order_do_not_meet() {
    let app = TestApp::start().await;
    let (ann, bob) = (app.customer().await, app.studio().await);
    let chess = ann.sell("Chess", "1.00", 1, json!({})).await;
    let go = bob.sell("Go", "1.00", 1, json!({})).await;
    for round in 0..10 {
        let forth: Vec<_> = (0..5).map(|n| format!("Tag {round} {n}")).collect();
        let back: Vec<_> = forth.iter().rev().map(|name| name.to_uppercase()).collect();
        let tag = |product: &str, tags| json!({ "input": { "productId": product, "tags": tags } });
        let (first, second) = join(ann.gql(TAG, tag(&chess, forth)), bob.gql(TAG, tag(&go, back))).await;
        for reply in [first, second] {
            let tags = &reply.done("tagProduct")["product"]["tags"];
            assert_eq!(tags.as_array().map(Vec::len), Some(5 * (round + 1)));
        }
    }
    let reply = ann.query("{ tags(first: 100) { totalCount nodes { productCount } } }").await;
    assert_eq!(reply.at("/tags/totalCount"), 50);
    let nodes = reply.at("/tags/nodes").as_array().expect("a list");
    assert!(nodes.iter().all(|tag| tag["productCount"] == 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_is_completed_from_its_beginning() {
    let app = TestApp::start().await;
    let seller = app.customer().await;
    for name in ["Board", "boar", "BOOK", "50%", "50 off", "a_b", "axb", "a\\b", "Éclair"] {
        create(&seller, name).await.done("createTag");
    }
    let visitor = app.visitor();
    for (search, expected) in [
        ("bo", &["boar", "Board", "BOOK"][..]),
        ("BOA", &["boar", "Board"]),
        (" bo", &["boar", "Board", "BOOK"]),
        ("board", &["Board"]),
        ("oar", &[]),
        ("boards", &[]),
        ("50", &["50 off", "50%"]),
        ("50%", &["50%"]),
        ("%", &[]),
        ("_", &[]),
        ("a_", &["a_b"]),
        ("a\\", &["a\\b"]),
        ("é", &["Éclair"]),
        ("b\u{0}o", &[]),
        ("\u{10ffff}", &[]),
    ] {
        let reply = visitor.gql(PAGE, json!({ "search": search })).await;
        assert_eq!(names(&reply), expected, "{search:?}");
        assert_eq!(reply.at("/tags/totalCount"), expected.len(), "the count of {search:?}");
    }
    for all in [json!(null), json!(""), json!("  ")] {
        assert_eq!(names(&visitor.gql(PAGE, json!({ "search": all })).await).len(), 9);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tags_come_by_name_in_pages_both_ways() {
    let app = TestApp::start().await;
    let seller = app.customer().await;
    let mut expected = Vec::new();
    for letter in ["d", "B", "a", "H", "c", "G", "f", "e"] {
        let name = format!("Tag {letter}");
        create(&seller, &name).await.done("createTag");
        expected.push(name);
    }
    expected.sort_by_key(|name| name.to_lowercase());
    let (mut forth, mut back) = (Vec::new(), Vec::new());
    let (mut after, mut before) = (Value::Null, Value::Null);
    for page in 1..=3 {
        let reply = seller.gql(PAGE, json!({ "first": 3, "after": after, "search": "tag" })).await;
        forth.extend(names(&reply));
        after = reply.at("/tags/pageInfo/endCursor").clone();
        assert_eq!(reply.at("/tags/pageInfo/hasNextPage"), page < 3);
        assert_eq!(reply.at("/tags/pageInfo/hasPreviousPage"), page > 1);
        let reply = seller.gql(PAGE, json!({ "last": 3, "before": before, "search": "tag" })).await;
        back = [names(&reply), back].concat();
        before = reply.at("/tags/pageInfo/startCursor").clone();
        assert_eq!(reply.at("/tags/pageInfo/hasPreviousPage"), page < 3);
        assert_eq!(reply.at("/tags/pageInfo/hasNextPage"), page > 1);
    }
    assert_eq!(forth, expected);
    assert_eq!(back, expected);
    for wrong in [json!({ "first": 101 }), json!({ "first": 1, "last": 1 }), json!({ "after": "no cursor" })]
    {
        assert_eq!(seller.gql(PAGE, wrong.clone()).await.codes(), ["BAD_USER_INPUT"], "{wrong}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_tag_counts_and_lists_what_is_listed() {
    const TAGS: &str = "query($after: String) { tags(search: \"toys\") { nodes { productCount
        products(first: 2, after: $after) { totalCount nodes { name } pageInfo { endCursor hasNextPage } } } } }";
    let app = TestApp::start().await;
    let seller = app.customer().await;
    for name in ["Kite", "Ball", "Doll"] {
        seller.sell(name, "1.00", 1, json!({ "tags": ["Toys"] })).await;
    }
    seller.sell("Robot", "1.00", 1, json!({ "tags": ["Toys"], "status": "DRAFT" })).await;
    seller.sell("Book", "1.00", 1, json!({ "tags": ["Other"] })).await;
    let reply = seller.query(TAGS).await;
    let tag = reply.at("/tags/nodes/0");
    assert_eq!(tag["productCount"], 3);
    assert_eq!(tag["products"]["totalCount"], 3);
    assert_eq!(tag["products"]["nodes"], json!([{ "name": "Doll" }, { "name": "Ball" }]));
    let after = &tag["products"]["pageInfo"]["endCursor"];
    let reply = seller.gql(TAGS, json!({ "after": after })).await;
    assert_eq!(reply.at("/tags/nodes/0/products/nodes"), &json!([{ "name": "Kite" }]));
    assert_eq!(reply.at("/tags/nodes/0/products/pageInfo/hasNextPage"), false);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tags_cost_a_statement_for_each_kind_however_many_they_are() {
    const TAGS: &str = "query($first: Int!) { tags(first: $first) { nodes {
        name productCount products(first: 3) { nodes { name owner { username } } } } } }";
    let app = TestApp::start().await;
    let seller = app.customer().await;
    for number in 0..10 {
        let tags = json!({ "tags": [format!("Tag {number}"), "All"] });
        seller.sell(&format!("Product {number}"), "1.00", 1, tags).await;
    }
    for first in [1, 11] {
        let reply = app.visitor().gql(TAGS, json!({ "first": first })).await;
        assert_eq!(names(&reply).len(), first);
        // Tags, their counts, their products, and those products' owners.
        assert_eq!(reply.statements(), 4, "{first} tags");
    }
}
