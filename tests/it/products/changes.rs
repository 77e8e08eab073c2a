//! Making, changing, moving, tagging and deleting.

use futures_util::future::join_all;

use crate::support::{Client, Reply, TestApp, Value, json};

const PRODUCT: &str = "id name description price { amount currency } stock status nextStatuses version
    deletedAt owner { id } tags { name } viewerCanEdit";
const ERRORS: &str = "userErrors { __typename code path message
    ... on VersionConflict { expected actual } ... on IllegalTransition { from to allowed } }";

/// Sends one of the mutations that answer with a product.
async fn change(client: &Client, field: &str, input: Value) -> Reply {
    let (first, rest) = field.split_at(1);
    let input_type = match field {
        "untagProduct" => "TagProductInput".to_owned(),
        _ => format!("{}{rest}Input", first.to_uppercase()),
    };
    let query = format!(
        "mutation($input: {input_type}!) {{ {field}(input: $input) {{ product {{ {PRODUCT} }} {ERRORS} }} }}"
    );
    client.gql(&query, json!({ "input": input })).await
}

async fn read(client: &Client, id: &str) -> Value {
    let query = format!("query($id: ID!) {{ product(id: $id) {{ {PRODUCT} }} }}");
    client.gql(&query, json!({ "id": id })).await.at("/product").clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_product_is_what_its_seller_wrote() {
    let app = TestApp::start().await;
    let seller = app.customer().await;
    let input = json!({ "name": " Dune ", "description": " A book. ", "price": "12.5", "stock": 3,
        "tags": ["SciFi", "Books", "books"] });
    let reply = change(&seller, "createProduct", input).await;
    let product = &reply.done("createProduct")["product"];
    let expected = json!({
        "id": product["id"], "name": "Dune", "description": "A book.",
        "price": { "amount": "12.50", "currency": "EUR" }, "stock": 3, "status": "ACTIVE",
        "nextStatuses": ["ARCHIVED"], "version": 1, "deletedAt": null, "owner": { "id": seller.id },
        "tags": [{ "name": "Books" }, { "name": "SciFi" }], "viewerCanEdit": true,
    });
    assert_eq!(*product, expected);
    let id = product["id"].as_str().expect("it has an id");
    assert_eq!(read(&seller, id).await, expected);
    assert_eq!(read(&app.visitor(), id).await["viewerCanEdit"], false);
    assert_eq!(read(&app.customer().await.client, id).await["viewerCanEdit"], false);
    assert_eq!(read(&app.manager().await.client, id).await["viewerCanEdit"], true);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_fault_of_a_new_product_is_told_at_once() {
    let app = TestApp::start().await;
    let seller = app.customer().await;
    let input = json!({ "name": " ", "description": "x".repeat(10_001), "price": "1.005", "stock": -1,
        "tags": ["fine", "x".repeat(51)], "status": "ARCHIVED" });
    let reply = change(&seller, "createProduct", input).await;
    let faults = ["description", "name", "price", "status", "stock", "tags.1"];
    assert_eq!(reply.refusals("createProduct"), faults.map(|field| format!("INVALID at input.{field}")));
    assert_eq!(reply.at("/createProduct/product"), &Value::Null);
    for (price, stock, at) in
        [("-0.01", 0, "price"), ("10000000000.01", 0, "price"), ("0", 1_000_000_001, "stock")]
    {
        let input = json!({ "name": "Dune", "price": price, "stock": stock });
        let reply = change(&seller, "createProduct", input).await;
        assert_eq!(reply.refusals("createProduct"), [format!("INVALID at input.{at}")], "{price} {stock}");
    }
    let reply = seller.query("{ products { totalCount } tags { totalCount } }").await;
    assert_eq!(*reply.data(), json!({ "products": { "totalCount": 0 }, "tags": { "totalCount": 0 } }));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn in_a_store_staff_alone_sell() {
    let app = TestApp::with(&["--selling=store"]).await;
    let input = json!({ "name": "Dune", "price": "1", "stock": 1 });
    for person in [app.customer().await, app.studio().await] {
        let reply = change(&person, "createProduct", input.clone()).await;
        assert_eq!(
            (reply.codes(), &reply.body["data"]),
            (vec!["FORBIDDEN"], &json!({ "createProduct": null }))
        );
    }
    assert_eq!(change(&app.visitor(), "createProduct", input.clone()).await.codes(), ["UNAUTHENTICATED"]);
    for person in [app.manager().await, app.admin().await] {
        change(&person, "createProduct", input.clone()).await.done("createProduct");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_update_changes_what_it_names_and_nothing_else() {
    let app = TestApp::start().await;
    let seller = app.customer().await;
    let id = seller.sell("Dune", "9.99", 3, json!({ "description": "A book.", "tags": ["Books"] })).await;
    let mut expected = read(&seller, &id).await;
    for (person, field, given, held) in [
        (&seller, "price", json!("0"), json!({ "amount": "0.00", "currency": "EUR" })),
        (&app.manager().await, "stock", json!(7), json!(7)),
        (&seller, "name", json!("Dune II"), json!("Dune II")),
        (&seller, "description", json!(""), json!("")),
    ] {
        let mut input = json!({ "id": id, "name": null, "description": null, "price": null, "stock": null });
        input[field] = given;
        let reply = change(person, "updateProduct", input).await;
        expected[field] = held;
        expected["version"] = json!(expected["version"].as_i64().unwrap_or(0) + 1);
        assert_eq!(reply.done("updateProduct")["product"], expected, "{field}");
    }
    let input = json!({ "id": id, "name": "", "price": "1.001", "stock": -1 });
    let reply = change(&seller, "updateProduct", input).await;
    let faults = ["name", "price", "stock"].map(|field| format!("INVALID at input.{field}"));
    assert_eq!(reply.refusals("updateProduct"), faults);
    assert_eq!(read(&seller, &id).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_of_an_older_version_changes_nothing() {
    let app = TestApp::start().await;
    let seller = app.customer().await;
    let id = seller.sell("Dune", "9.99", 3, json!({})).await;
    change(&seller, "updateProduct", json!({ "id": id, "expectedVersion": 1, "stock": 4 }))
        .await
        .done("updateProduct");
    let before = read(&seller, &id).await;
    for (field, mut input) in
        [("updateProduct", json!({ "stock": 9 })), ("changeProductStatus", json!({ "status": "ARCHIVED" }))]
    {
        (input["id"], input["expectedVersion"]) = (json!(id), json!(1));
        let reply = change(&seller, field, input).await;
        let error = reply.at(&format!("/{field}/userErrors/0"));
        assert_eq!(error["__typename"], "VersionConflict");
        assert_eq!(error["code"], "VERSION_CONFLICT");
        assert_eq!((&error["expected"], &error["actual"]), (&json!(1), &json!(2)));
        assert_eq!(error["path"], json!(["input", "expectedVersion"]));
        assert_eq!(read(&seller, &id).await, before);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_changes_of_one_version_one_wins() {
    let app = TestApp::start().await;
    let seller = app.customer().await;
    let id = seller.sell("Dune", "9.99", 3, json!({})).await;
    let updates = (0..8).map(|stock| {
        change(&seller, "updateProduct", json!({ "id": id, "expectedVersion": 1, "stock": stock }))
    });
    let replies = join_all(updates).await;
    let won = replies.iter().filter(|reply| reply.refusals("updateProduct").is_empty()).count();
    let lost = replies
        .iter()
        .filter(|reply| reply.refusals("updateProduct") == ["VERSION_CONFLICT at input.expectedVersion"]);
    assert_eq!((won, lost.count()), (1, 7));
    let moves =
        (0..8).map(|_| change(&seller, "changeProductStatus", json!({ "id": id, "status": "ARCHIVED" })));
    let replies = join_all(moves).await;
    assert_eq!(replies.iter().filter(|reply| reply.refusals("changeProductStatus").is_empty()).count(), 1);
    assert_eq!(read(&seller, &id).await["version"], 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn others_are_refused_and_learn_nothing_of_what_they_can_not_see() {
    let app = TestApp::start().await;
    let (seller, other) = (app.customer().await, app.customer().await);
    let listed = seller.sell("Dune", "9.99", 3, json!({ "tags": ["Books"] })).await;
    let draft = seller.sell("Dune II", "9.99", 3, json!({ "status": "DRAFT" })).await;
    for (field, id_field, more) in [
        ("updateProduct", "id", json!({ "name": "Mine" })),
        ("updateProduct", "id", json!({ "name": "", "expectedVersion": 77 })),
        ("changeProductStatus", "id", json!({ "status": "DRAFT" })),
        ("deleteProduct", "id", json!({})),
        ("tagProduct", "productId", json!({ "tags": ["Mine", ""] })),
        ("untagProduct", "productId", json!({ "tags": ["Books"] })),
    ] {
        let input = |id: &str| {
            let mut input = more.clone();
            input[id_field] = json!(id);
            input
        };
        let reply = change(&other, field, input(&listed)).await;
        assert_eq!((reply.codes(), &reply.body["data"][field]), (vec!["FORBIDDEN"], &Value::Null), "{field}");
        assert_eq!(change(&app.visitor(), field, input(&listed)).await.codes(), ["UNAUTHENTICATED"]);
        for id in [&*draft, "0193f5a2-0000-7000-8000-000000000000", "no id at all", ""] {
            let reply = change(&other, field, input(id)).await;
            assert_eq!(
                reply.refusals(field),
                [format!("NOT_FOUND at input.{id_field}")],
                "{field} of {id:?}"
            );
        }
    }
    for id in [&listed, &draft] {
        assert_eq!(read(&seller, id).await["version"], 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_product_takes_the_moves_of_its_status_machine_alone() {
    let app = TestApp::start().await;
    let seller = app.customer().await;
    let manager = app.manager().await;
    let id = seller.sell("Dune", "9.99", 3, json!({ "status": "DRAFT" })).await;
    let to = |status: &str| json!({ "id": id, "status": status });
    for (from, person, next) in [
        ("DRAFT", &seller, "ACTIVE"),
        ("ACTIVE", &manager, "ARCHIVED"),
        ("ARCHIVED", &manager, "ACTIVE"),
        ("ACTIVE", &seller, "ARCHIVED"),
    ] {
        assert_eq!(read(&seller, &id).await["nextStatuses"], json!([next]));
        for wrong in ["DRAFT", "ACTIVE", "ARCHIVED"].into_iter().filter(|status| *status != next) {
            let reply = change(person, "changeProductStatus", to(wrong)).await;
            assert_eq!(reply.refusals("changeProductStatus"), ["ILLEGAL_TRANSITION at input.status"]);
            let error = reply.at("/changeProductStatus/userErrors/0");
            assert_eq!(
                (&error["from"], &error["to"], &error["allowed"]),
                (&json!(from), &json!(wrong), &json!([next]))
            );
        }
        let reply = change(person, "changeProductStatus", to(next)).await;
        assert_eq!(reply.done("changeProductStatus")["product"]["status"], next);
    }
    assert_eq!(read(&seller, &id).await["version"], 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deleted_product_is_there_for_staff_and_in_orders_alone() {
    const ORDER: &str =
        "query($id: ID!) { order(id: $id) { lines { productName product { id name deletedAt } } } }";
    let app = TestApp::start().await;
    let (seller, buyer, manager) = (app.customer().await, app.customer().await, app.manager().await);
    let id = seller.sell("Dune", "9.99", 3, json!({ "tags": ["Books"] })).await;
    let order = buyer.order(&[(&id, 1)], None).await.text("/placeOrder/order/id");

    let reply = change(&seller, "deleteProduct", json!({ "id": id })).await;
    let deleted = &reply.done("deleteProduct")["product"];
    assert!(deleted["deletedAt"].is_string(), "{deleted}");
    for client in [&app.visitor(), &buyer, &seller] {
        assert_eq!(read(client, &id).await, Value::Null);
        let reply = client.query("{ products(filter: { includeDeleted: true }) { totalCount } }").await;
        assert_eq!(reply.codes(), [if client.token.is_some() { "FORBIDDEN" } else { "UNAUTHENTICATED" }]);
    }
    let seen = read(&manager, &id).await;
    assert_eq!((&seen["deletedAt"], &seen["viewerCanEdit"]), (&deleted["deletedAt"], &json!(false)));
    for (filter, count) in [("{}", 0), ("{ includeDeleted: false }", 0), ("{ includeDeleted: true }", 1)] {
        let reply =
            manager.query(&format!("{{ products(filter: {filter}) {{ totalCount nodes {{ id }} }} }}")).await;
        assert_eq!(reply.at("/products/totalCount"), count, "{filter}");
        assert_eq!(reply.at("/products/nodes").as_array().map(Vec::len), Some(count));
    }
    let reply = buyer.gql(ORDER, json!({ "id": order })).await;
    assert_eq!(reply.at("/order/lines/0/productName"), "Dune");
    assert_eq!(reply.at("/order/lines/0/product/id"), &json!(id));
    let reply = seller.query("{ tags { nodes { productCount products { totalCount } } } }").await;
    assert_eq!(*reply.at("/tags/nodes"), json!([{ "productCount": 0, "products": { "totalCount": 0 } }]));
    for (person, field) in
        [(&seller, "deleteProduct"), (&manager, "deleteProduct"), (&manager, "updateProduct")]
    {
        let reply = change(person, field, json!({ "id": id })).await;
        assert_eq!(reply.refusals(field), ["NOT_FOUND at input.id"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tags_go_on_and_off_without_regard_to_case() {
    let app = TestApp::start().await;
    let seller = app.customer().await;
    let id = seller.sell("Dune", "9.99", 3, json!({ "tags": ["Books"] })).await;
    for (field, tags, left, version) in [
        ("tagProduct", json!(["SciFi", "BOOKS", "scifi "]), json!(["Books", "SciFi"]), 2),
        ("tagProduct", json!(["books", "scifi"]), json!(["Books", "SciFi"]), 2),
        ("tagProduct", json!([]), json!(["Books", "SciFi"]), 2),
        ("untagProduct", json!(["BOOKS", "never there"]), json!(["SciFi"]), 3),
        ("untagProduct", json!(["books"]), json!(["SciFi"]), 3),
    ] {
        let reply = change(&seller, field, json!({ "productId": id, "tags": tags })).await;
        let product = &reply.done(field)["product"];
        let names: Vec<_> =
            product["tags"].as_array().into_iter().flatten().map(|tag| tag["name"].clone()).collect();
        assert_eq!((json!(names), &product["version"]), (left, &json!(version)), "{field} {tags}");
    }
    let reply =
        change(&seller, "tagProduct", json!({ "productId": id, "tags": ["New", "", "x".repeat(51)] })).await;
    assert_eq!(reply.refusals("tagProduct"), ["INVALID at input.tags.1", "INVALID at input.tags.2"]);
    let many: Vec<_> = (0..50).map(|n| format!("Tag {n}")).collect();
    let reply = change(&seller, "tagProduct", json!({ "productId": id, "tags": many })).await;
    assert_eq!(reply.refusals("tagProduct"), ["LIMIT_REACHED at input.tags"]);
    assert_eq!(read(&seller, &id).await["version"], 3);
    let reply = seller.query("{ tags { totalCount } }").await;
    assert_eq!(reply.at("/tags/totalCount"), 2, "a tag that was refused has not been made");
}
