//! An order is for its customer and staff, and a line of it for its seller, too.

use crate::support::{TestApp, Value, json};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_reaches_anothers_order_by_any_path() {
    let app = TestApp::start().await;
    let (buyer, seller, stranger) = (app.customer().await, app.customer().await, app.customer().await);
    let product = seller.sell("Lamp", "40.00", 5, json!({})).await;
    let placed = buyer.order(&[(&product, 1)], None).await;
    let order = placed.text("/placeOrder/order/id");
    let lines =
        buyer.gql("query($id: ID!) { order(id: $id) { lines { id } } }", json!({ "id": order })).await;
    let line = lines.text("/order/lines/0/id");

    let ask = "query($order: ID!, $line: ID!) { order(id: $order) { id } node(id: $order) { id }
        nodes(ids: [$order, $line]) { id } }";
    let ids = json!({ "order": order, "line": line });
    assert_eq!(
        *stranger.gql(ask, ids.clone()).await.data(),
        json!({ "order": null, "node": null, "nodes": [null, null] })
    );
    // Its seller sees the line, and nothing of the order behind it.
    assert_eq!(
        *seller.gql(ask, ids.clone()).await.data(),
        json!({ "order": null, "node": null, "nodes": [null, { "id": line }] })
    );
    let behind = seller
        .query("{ viewer { username sales { nodes { orderNumber order { total { amount } } } } } }")
        .await;
    assert_eq!(behind.codes(), ["FORBIDDEN"]);
    assert_eq!(behind.body["data"]["viewer"]["sales"], Value::Null);
    assert_eq!(behind.body["data"]["viewer"]["username"], json!(seller.username));
    assert_eq!(
        *buyer.gql(ask, ids).await.data(),
        json!({ "order": { "id": order }, "node": { "id": order }, "nodes": [{ "id": order }, { "id": line }] })
    );
}
