//! Anything by its id, and no more than its own field would give.

use crate::support::{Client, Person, Reply, TestApp, Value, json};

const NODES: &str = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }";

async fn nodes(client: &Client, ids: &Value) -> Reply {
    client.gql(NODES, json!({ "ids": ids })).await
}

/// A store with one of everything, by its type.
struct Things {
    seller: Person,
    buyer: Person,
    ids: Vec<(&'static str, String)>,
}

async fn things(app: &TestApp) -> Things {
    const BAG: &str = "mutation($input: SetBagItemInput!) { setBagItem(input: $input) { bag { id }
        userErrors { code } } }";
    let (seller, buyer) = (app.studio().await, app.customer().await);
    let product = seller.sell("Dune", "9.99", 3, json!({ "tags": ["Books"] })).await;
    let draft = seller.sell("Dune II", "9.99", 3, json!({ "status": "DRAFT" })).await;
    let order = buyer.order(&[(&product, 1)], None).await.text("/placeOrder/order/id");
    let game = seller.publish("Dune, the game").await;
    let subscription = buyer.subscribe(&game).await;
    let bag = buyer.gql(BAG, json!({ "input": { "productId": product, "quantity": 1 } })).await;
    let reply = buyer
        .gql(
            "query($id: ID!) { order(id: $id) { lines { id product { tags { id } } } } }",
            json!({ "id": order }),
        )
        .await;
    let ids = vec![
        ("User", seller.id.clone()),
        ("Product", product),
        ("Tag", reply.text("/order/lines/0/product/tags/0/id")),
        ("Bag", bag.text("/setBagItem/bag/id")),
        ("Order", order),
        ("OrderLine", reply.text("/order/lines/0/id")),
        ("draft Product", draft),
        ("Game", game),
        ("GameSubscription", subscription),
    ];
    Things { seller, buyer, ids }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_viewer_gets_what_the_direct_path_gives() {
    const NODE: &str = "query($id: ID!) { node(id: $id) { __typename id } }";
    let app = TestApp::start().await;
    let Things { seller, buyer, ids } = things(&app).await;
    let everyone = ["User", "Product", "Tag", "Game"];
    let viewers: [(&str, &Client, &[&str]); 5] = [
        ("visitor", &app.visitor(), &[]),
        ("stranger", &app.customer().await.client, &[]),
        ("buyer", &buyer, &["Bag", "Order", "OrderLine", "GameSubscription"]),
        ("seller", &seller, &["OrderLine", "draft Product", "GameSubscription"]),
        (
            "manager",
            &app.manager().await.client,
            &["Order", "OrderLine", "draft Product", "GameSubscription"],
        ),
    ];
    for (who, client, more) in viewers {
        let mut expected = Vec::new();
        for (kind, id) in &ids {
            let there = everyone.contains(kind) || more.contains(kind);
            let ty = kind.trim_start_matches("draft ");
            let node = if there { json!({ "__typename": ty, "id": id }) } else { Value::Null };
            let reply = client.gql(NODE, json!({ "id": id })).await;
            assert_eq!(*reply.at("/node"), node, "{kind} for the {who}");
            expected.push(node);
        }
        let asked: Vec<_> = ids.iter().map(|(_, id)| id).collect();
        assert_eq!(*nodes(client, &json!(asked)).await.at("/nodes"), json!(expected), "for the {who}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_keep_their_order_with_nulls_where_nothing_is() {
    let app = TestApp::start().await;
    let seller = app.customer().await;
    let mut ids = Vec::new();
    for name in ["a", "b", "c"] {
        ids.push(seller.sell(name, "1.00", 1, json!({})).await);
    }
    let unknown = "0193f5a2-0000-7000-8000-000000000000";
    let asked = json!([ids[2], unknown, ids[0], "", ids[2], "no id", seller.id, 7, ids[1]]);
    let reply = nodes(&app.visitor(), &asked).await;
    let product = |place: usize| json!({ "__typename": "Product", "id": ids[place] });
    let user = json!({ "__typename": "User", "id": seller.id });
    assert_eq!(
        *reply.at("/nodes"),
        json!([product(2), null, product(0), null, product(2), null, user, null, product(1)])
    );
    // Which table an id stands in, the products and the account.
    assert_eq!(reply.statements(), 3);
    assert_eq!(*nodes(&app.visitor(), &json!([])).await.at("/nodes"), json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ids_that_are_none_are_null() {
    let app = TestApp::start().await;
    app.customer().await;
    for id in [
        json!(""),
        json!("x"),
        json!(12),
        json!("00000000-0000-0000-0000-000000000000"),
        json!("0193f5a2-0000-7000-8000-00000000000"),
        json!("' OR 1 = 1 --"),
        json!("a\u{0}b"),
        json!("\u{1f600}"),
        json!("x".repeat(5_000)),
    ] {
        let query = "query($id: ID!) { node(id: $id) { id } product(id: $id) { id } user(id: $id) { id } }";
        let reply = app.visitor().gql(query, json!({ "id": id })).await;
        assert_eq!(*reply.data(), json!({ "node": null, "product": null, "user": null }), "{id}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_nodes_are_the_most() {
    let app = TestApp::start().await;
    let visitor = app.visitor();
    assert_eq!(*nodes(&visitor, &json!(vec!["x"; 100])).await.at("/nodes"), json!(vec![Value::Null; 100]));
    assert_eq!(nodes(&visitor, &json!(vec!["x"; 101])).await.codes(), ["BAD_USER_INPUT"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_has_the_fields_of_its_type_and_of_its_interfaces() {
    const NODES: &str = "query($ids: [ID!]!) { nodes(ids: $ids) {
        __typename
        ... on Entity { version createdAt deletedAt }
        ... on Product { name tags { name } }
        ... on User { username email }
        ... on OrderLine { productName } } }";
    let app = TestApp::start().await;
    let Things { seller, buyer, ids } = things(&app).await;
    let id = |kind: &str| ids.iter().find(|(of, _)| *of == kind).map(|(_, id)| id.clone());
    let asked = json!({ "ids": [id("Product"), id("User"), id("OrderLine")] });
    let reply = buyer.gql(NODES, asked).await;
    assert_eq!(reply.codes(), ["FORBIDDEN"]);
    assert_eq!(reply.body["errors"][0]["path"], json!(["nodes", 1, "email"]));
    let mut found = reply.body["data"]["nodes"].clone();
    for entity in 0..2 {
        assert!(found[entity]["createdAt"].take().is_string(), "{found}");
    }
    assert_eq!(
        found[0],
        json!({ "__typename": "Product", "version": 2, "createdAt": null, "deletedAt": null,
        "name": "Dune", "tags": [{ "name": "Books" }] })
    );
    assert_eq!(
        found[1],
        json!({ "__typename": "User", "version": 1, "createdAt": null, "deletedAt": null,
        "username": seller.username, "email": null })
    );
    assert_eq!(found[2], json!({ "__typename": "OrderLine", "productName": "Dune" }));
}
