//! Subscriptions: what is heard of products.

use super::{CHANGED, is_heard, shows};
use crate::support::{Socket, TestApp, json};
use diesel_async::SimpleAsyncConnection as _;
use std::time::{Duration, Instant};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_is_heard_by_all_who_watch() {
    let app = TestApp::start().await;
    let (seller, watcher) = (app.customer().await, app.customer().await);
    let product = seller.sell("Lamp", "5.00", 0, json!({ "tags": ["light"] })).await;
    let (elsewhere, _running) = app.second_instance(&[]).await;
    let deep = "subscription($id: ID!) { changed: productChanged(id: $id) {
        name stock owner { username email } tags { name } } }";
    let mut near = Socket::of(&watcher).await;
    near.subscribe("1", deep, json!({ "id": product })).await;
    let mut far = Socket::of(&elsewhere).await;
    far.subscribe("2", CHANGED, json!({ "id": product })).await;

    let heard = is_heard(&mut near, &seller, &product).await;
    let changed = &heard["payload"]["data"]["changed"];
    assert_eq!((&heard["type"], &heard["id"]), (&json!("next"), &json!("1")));
    assert_eq!(changed["tags"], json!([{ "name": "light" }]));
    assert_eq!(changed["owner"], json!({ "username": seller.username, "email": null }));
    // A field that fails does not end the rest, and its error has its path.
    let error = &heard["payload"]["errors"][0];
    assert_eq!(error["path"], json!(["changed", "owner", "email"]), "{heard:#}");
    assert_eq!(error["extensions"]["code"], json!("FORBIDDEN"));
    let heard = is_heard(&mut far, &seller, &product).await;
    assert_eq!(
        (&heard["id"], &heard["payload"]["data"]["productChanged"]["id"]),
        (&json!("2"), &json!(product))
    );

    // In the end everyone has heard of the newest state.
    seller.restock(&product, 4711).await;
    for (socket, field) in [(&mut near, "changed"), (&mut far, "productChanged")] {
        while socket.hear().await["payload"]["data"][field]["stock"] != json!(4711) {}
    }
    let tag = "mutation($input: TagProductInput!) { tagProduct(input: $input) { userErrors { code } } }";
    let input = json!({ "productId": product, "tags": ["bright"] });
    seller.gql(tag, json!({ "input": input })).await.done("tagProduct");
    // What it has heard may come once more before.
    let tags = json!([{ "name": "bright" }, { "name": "light" }]);
    while near.hear().await["payload"]["data"]["changed"]["tags"] != tags {}
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_has_heard_enough_hears_no_more() {
    let app = TestApp::start().await;
    let seller = app.customer().await;
    let product = seller.sell("Lamp", "5.00", 0, json!({})).await;
    let mut socket = Socket::of(&app.visitor()).await;
    socket.subscribe("1", CHANGED, json!({ "id": product })).await;
    is_heard(&mut socket, &seller, &product).await;
    socket.say(json!({ "type": "complete", "id": "1" })).await;
    // The same id may be taken for another at once, and what it is told is not of the first.
    socket
        .subscribe(
            "1",
            "subscription($id: ID!) { again: productChanged(id: $id) { stock } }",
            json!({ "id": product }),
        )
        .await;
    socket.say(json!({ "type": "complete", "id": "nobody" })).await;
    let heard = loop {
        let heard = is_heard(&mut socket, &seller, &product).await;
        // What was under way when it was completed may still have come.
        if heard["payload"]["data"]["productChanged"].is_null() {
            break heard;
        }
    };
    assert!(heard["payload"]["data"]["again"]["stock"].is_number(), "{heard:#}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_product_is_heard_of_by_those_who_may_see_it() {
    let app = TestApp::start().await;
    let (seller, manager) = (app.customer().await, app.manager().await);
    let draft = seller.sell("Lamp", "5.00", 0, json!({ "status": "DRAFT" })).await;
    let mut stranger = Socket::of(&app.visitor()).await;
    stranger.subscribe("1", CHANGED, json!({ "id": draft })).await;
    assert_eq!(stranger.hear().await["type"], json!("error"));
    let mut owner = Socket::of(&seller).await;
    owner.subscribe("1", CHANGED, json!({ "id": draft })).await;
    is_heard(&mut owner, &seller, &draft).await;

    let listed = seller.sell("Lamp", "5.00", 0, json!({})).await;
    let mut staff = Socket::of(&manager).await;
    let deletion = "subscription($id: ID!) { productChanged(id: $id) { deletedAt } }";
    for (socket, query) in [(&mut stranger, CHANGED), (&mut owner, CHANGED), (&mut staff, deletion)] {
        socket.subscribe("2", query, json!({ "id": listed })).await;
        is_heard(socket, &seller, &listed).await;
    }
    let delete =
        "mutation($input: DeleteProductInput!) { deleteProduct(input: $input) { userErrors { code } } }";
    seller.gql(delete, json!({ "input": { "id": listed } })).await.done("deleteProduct");
    for socket in [&mut stranger, &mut owner] {
        let complete = json!({ "type": "complete", "id": "2" });
        while socket.hear().await != complete {}
    }
    // Staff see what was deleted.
    loop {
        let heard = staff.hear().await;
        assert_eq!(heard["type"], json!("next"), "{heard:#}");
        if heard["payload"]["data"]["productChanged"]["deletedAt"].is_string() {
            break;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mutation_that_has_begun_goes_on_without_its_client() {
    let app = TestApp::start().await;
    let seller = app.customer().await;
    let product = seller.sell("Lamp", "5.00", 1, json!({})).await;
    let mut holder = app.database.connect().await;
    let hold = format!("BEGIN; SELECT 1 FROM products WHERE id = '{product}' FOR UPDATE");
    holder.batch_execute(&hold).await.expect("the row is there");
    let mut socket = Socket::of(&seller).await;
    let update =
        "mutation($input: UpdateProductInput!) { updateProduct(input: $input) { userErrors { code } } }";
    socket.subscribe("1", update, json!({ "input": { "id": product, "stock": 2 } })).await;
    app.database.waiters(1).await;
    drop(socket);
    shows(&app.visitor(), "souk_sockets", 0).await;
    assert_eq!(seller.stock(&product).await, 1);
    holder.batch_execute("COMMIT").await.expect("it was only held");
    let deadline = Instant::now() + Duration::from_secs(30);
    while seller.stock(&product).await != 2 {
        assert!(Instant::now() < deadline, "the stock does not change");
    }
}
