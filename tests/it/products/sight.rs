//! Who sees what is not listed.

use crate::support::{Client, Reply, TestApp, Value, json};

const LISTS: &str = "query($owner: ID!, $all: [ProductStatus!]) {
    asked: products(filter: { statuses: $all }, sort: OLDEST) { totalCount nodes { name } }
    usual: products(filter: { ownerId: $owner }) { totalCount nodes { name } }
    user(id: $owner) { products { totalCount nodes { name } } }
    tags { nodes { productCount products { totalCount nodes { name } } } } }";
const ONE: &str = "query($id: ID!) { product(id: $id) { name } node(id: $id) { ... on Product { name } } }";

fn names(reply: &Reply, pointer: &str) -> Vec<String> {
    let list = reply.at(pointer);
    let nodes = list["nodes"].as_array().expect("a list");
    assert_eq!(list["totalCount"], nodes.len(), "the count at {pointer}");
    let mut names: Vec<_> =
        nodes.iter().filter_map(|node| node["name"].as_str()).map(str::to_owned).collect();
    names.sort();
    names
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_listed_is_seen_by_its_owner_and_staff_on_every_path() {
    let app = TestApp::start().await;
    let (seller, other, manager) = (app.customer().await, app.customer().await, app.manager().await);
    let mut sold = Vec::new();
    for name in ["active", "archived", "deleted", "draft"] {
        let status = if name == "draft" { "DRAFT" } else { "ACTIVE" };
        let id = seller.sell(name, "1.00", 1, json!({ "status": status, "tags": ["Tag"] })).await;
        sold.push((name, id));
    }
    let archive = format!(
        "mutation {{ changeProductStatus(input: {{ id: \"{}\", status: ARCHIVED }}) {{ userErrors {{ code }} }}
                     deleteProduct(input: {{ id: \"{}\" }}) {{ userErrors {{ code }} }} }}",
        sold[1].1, sold[2].1
    );
    seller.query(&archive).await.data();

    let some: &[&str] = &["active"];
    let own: &[&str] = &["active", "archived", "draft"];
    let all: &[&str] = &["active", "archived", "deleted", "draft"];
    let viewers: [(&Client, _, _); 4] =
        [(&app.visitor(), some, some), (&other, some, some), (&seller, own, own), (&manager, own, all)];
    for (client, listed, single) in viewers {
        let variables = json!({ "owner": seller.id, "all": ["DRAFT", "ACTIVE", "ARCHIVED"] });
        let reply = client.gql(LISTS, variables).await;
        assert_eq!(names(&reply, "/asked"), listed);
        assert_eq!(names(&reply, "/user/products"), listed);
        assert_eq!(names(&reply, "/usual"), some);
        assert_eq!(names(&reply, "/tags/nodes/0/products"), some);
        assert_eq!(reply.at("/tags/nodes/0/productCount"), 1);
        for (name, id) in &sold {
            let reply = client.gql(ONE, json!({ "id": id })).await;
            let expected = if single.contains(name) { json!({ "name": name }) } else { Value::Null };
            assert_eq!(*reply.data(), json!({ "product": expected, "node": expected }));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_status_alone_is_no_way_to_the_drafts_of_others() {
    let app = TestApp::start().await;
    let (ann, bob, manager) = (app.customer().await, app.studio().await, app.manager().await);
    ann.sell("Ann's", "1.00", 1, json!({ "status": "DRAFT" })).await;
    bob.sell("Bob's", "1.00", 1, json!({ "status": "DRAFT" })).await;
    let query = "{ products(filter: { statuses: [DRAFT] }) { totalCount nodes { name } } }";
    let viewers: [(&Client, &[&str]); 4] =
        [(&app.visitor(), &[]), (&ann, &["Ann's"]), (&bob, &["Bob's"]), (&manager, &["Ann's", "Bob's"])];
    for (client, expected) in viewers {
        assert_eq!(names(&client.query(query).await, "/products"), expected);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closed_account_sells_nothing_and_staff_can_not_make_it() {
    const CLOSE: &str =
        "mutation($input: CloseAccountInput!) { closeAccount(input: $input) { userErrors { code } } }";
    const ACTIVATE: &str = "mutation($input: ChangeProductStatusInput!) {
        changeProductStatus(input: $input) { userErrors { code path } } }";
    let app = TestApp::start().await;
    let (seller, manager) = (app.customer().await, app.manager().await);
    let id = seller.sell("Dune", "1.00", 1, json!({ "tags": ["Books"] })).await;
    let visitor = app.visitor();
    assert_eq!(
        names(&visitor.query("{ products { totalCount nodes { name } } }").await, "/products"),
        ["Dune"]
    );
    seller.gql(CLOSE, json!({ "input": { "password": seller.password } })).await.done("closeAccount");

    let reply = visitor.query("{ products { totalCount } tags { nodes { productCount } } }").await;
    let nothing = json!({ "products": { "totalCount": 0 }, "tags": { "nodes": [{ "productCount": 0 }] } });
    assert_eq!(*reply.data(), nothing);
    let there = |found: Value| json!({ "product": found, "node": found });
    assert_eq!(*visitor.gql(ONE, json!({ "id": id })).await.data(), there(Value::Null));
    assert_eq!(*manager.gql(ONE, json!({ "id": id })).await.data(), there(json!({ "name": "Dune" })));
    let reply = manager.gql(ACTIVATE, json!({ "input": { "id": id, "status": "ACTIVE" } })).await;
    assert_eq!(reply.refusals("changeProductStatus"), ["INVALID at input.id"]);
}
