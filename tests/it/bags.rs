//! Filling a bag and checking it out.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use futures_util::future::join_all;

use crate::support::{Person, Reply, TestApp, Value, json};

const BAG: &str = "{ viewer { bag { id status version total { amount }
    items { quantity inStock total { amount } product { name } } } } }";

impl Person {
    async fn put(&self, product: &str, quantity: i32) -> Reply {
        const SET: &str = "mutation($input: SetBagItemInput!) { setBagItem(input: $input) {
            bag { id items { quantity product { id } } } userErrors { code message path } } }";
        self.gql(SET, json!({ "input": { "productId": product, "quantity": quantity } })).await
    }

    async fn check_out(&self, key: Option<&str>) -> Reply {
        const CHECK_OUT: &str = "mutation($input: CheckoutBagInput!) { checkoutBag(input: $input) {
            order { id total { amount } lines { productName quantity } }
            userErrors { code message path ... on OutOfStock { product { name } available } } } }";
        self.gql(CHECK_OUT, json!({ "input": { "idempotencyKey": key } })).await
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bag_is_filled_changed_and_emptied() {
    let app = TestApp::start().await;
    let (seller, buyer) = (app.customer().await, app.customer().await);
    let mug = seller.sell("Mug", "2.50", 3, json!({})).await;
    let cap = seller.sell("Cap", "10.00", 5, json!({})).await;
    assert_eq!(*buyer.query(BAG).await.at("/viewer/bag"), Value::Null);

    buyer.put(&mug, 2).await.done("setBagItem");
    buyer.put(&cap, 1).await.done("setBagItem");
    buyer.put(&mug, 4).await.done("setBagItem");
    let bag = buyer.query(BAG).await;
    assert_eq!(bag.text("/viewer/bag/status"), "OPEN");
    assert_eq!(bag.text("/viewer/bag/total/amount"), "20.00");
    assert_eq!(
        *bag.at("/viewer/bag/items"),
        json!([
            { "quantity": 4, "inStock": false, "total": { "amount": "10.00" }, "product": { "name": "Mug" } },
            { "quantity": 1, "inStock": true, "total": { "amount": "10.00" }, "product": { "name": "Cap" } },
        ])
    );
    assert_eq!(buyer.stock(&mug).await, 3, "a bag reserves nothing");

    let without = buyer.put(&mug, 0).await;
    assert_eq!(without.done("setBagItem")["bag"]["items"].as_array().map(Vec::len), Some(1));
    let clear = "mutation { clearBag { bag { items { id } } userErrors { code } } }";
    assert_eq!(buyer.query(clear).await.done("clearBag")["bag"]["items"], json!([]));
    let none = app.customer().await.query(clear).await;
    assert_eq!(none.done("clearBag")["bag"], Value::Null);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_can_not_be_bought_does_not_go_into_a_bag() {
    let app = TestApp::start().await;
    let (seller, buyer) = (app.customer().await, app.customer().await);
    let draft = seller.sell("Draft", "1.00", 1, json!({ "status": "DRAFT" })).await;
    let mug = seller.sell("Mug", "1.00", 1, json!({})).await;
    let own = buyer.sell("Own", "1.00", 1, json!({})).await;
    assert_eq!(buyer.put(&draft, 1).await.refusals("setBagItem"), ["NOT_FOUND at input.productId"]);
    assert_eq!(buyer.put("nothing", 1).await.refusals("setBagItem"), ["NOT_FOUND at input.productId"]);
    assert_eq!(buyer.put(&own, 1).await.refusals("setBagItem"), ["INVALID at input.productId"]);
    assert_eq!(
        buyer.put(&draft, -1).await.refusals("setBagItem"),
        ["INVALID at input.quantity", "NOT_FOUND at input.productId"]
    );
    assert_eq!(buyer.put(&mug, 10_001).await.refusals("setBagItem"), ["INVALID at input.quantity"]);
    assert_eq!(*buyer.query(BAG).await.at("/viewer/bag"), Value::Null, "nothing opened a bag");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bag_holds_a_hundred_products_at_most() {
    let app = TestApp::start().await;
    let (seller, buyer) = (app.customer().await, app.customer().await);
    let one = seller.sell("One", "1.00", 1, json!({})).await;
    let more = format!(
        "INSERT INTO products (id, owner_id, name, price, stock, status) \
         SELECT gen_random_uuid(), '{}', 'More ' || n, 100, 1, 'ACTIVE' FROM generate_series(1, 100) n",
        seller.id
    );
    app.database.sql(&more).await;
    buyer.put(&one, 1).await.done("setBagItem");
    let fill = "INSERT INTO bag_items (id, bag_id, product_id, quantity) SELECT gen_random_uuid(), bags.id, \
                products.id, 1 FROM bags, products WHERE products.name LIKE 'More %' AND products.name <> 'More 100'";
    app.database.sql(fill).await;
    let last = app.database.text("SELECT id FROM products WHERE name = 'More 100'").await;
    assert_eq!(buyer.put(&last, 1).await.refusals("setBagItem"), ["LIMIT_REACHED at input.productId"]);
    buyer.put(&one, 0).await.done("setBagItem");
    buyer.put(&last, 1).await.done("setBagItem");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn first_items_that_come_at_once_open_one_bag() {
    let app = TestApp::start().await;
    let (seller, buyer) = (app.customer().await, app.customer().await);
    let mut products = Vec::new();
    for n in 0..8 {
        products.push(seller.sell(&format!("Product {n}"), "1.00", 1, json!({})).await);
    }
    let replies = join_all(products.iter().map(|product| buyer.put(product, 1))).await;
    let bags: BTreeSet<String> =
        replies.iter().map(|reply| reply.done("setBagItem")["bag"]["id"].to_string()).collect();
    assert_eq!(bags.len(), 1);
    assert_eq!(buyer.query(BAG).await.at("/viewer/bag/items").as_array().map(Vec::len), Some(8));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn checking_out_orders_all_that_is_in_the_bag() {
    let app = TestApp::start().await;
    let (seller, buyer) = (app.customer().await, app.customer().await);
    let mug = seller.sell("Mug", "2.50", 3, json!({})).await;
    let cap = seller.sell("Cap", "10.00", 5, json!({})).await;
    let bag = buyer.put(&mug, 2).await.text("/setBagItem/bag/id");
    buyer.put(&cap, 1).await.done("setBagItem");

    let order = buyer.check_out(Some("out")).await;
    assert_eq!(order.done("checkoutBag")["order"]["total"]["amount"], "15.00");
    assert_eq!((buyer.stock(&mug).await, buyer.stock(&cap).await), (1, 4));
    assert_eq!(*buyer.query(BAG).await.at("/viewer/bag"), Value::Null);
    let ordered =
        buyer.gql("query($id: ID!) { node(id: $id) { ... on Bag { status } } }", json!({ "id": bag })).await;
    assert_eq!(ordered.text("/node/status"), "ORDERED");

    let again = buyer.check_out(Some("out")).await;
    assert_eq!(
        again.at("/checkoutBag/order/id"),
        order.at("/checkoutBag/order/id"),
        "a repeat makes no other"
    );
    assert_eq!(buyer.check_out(None).await.refusals("checkoutBag"), ["EMPTY_BAG at input"]);
    let next = buyer.put(&cap, 1).await.text("/setBagItem/bag/id");
    assert_ne!(next, bag);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bag_that_can_not_be_had_whole_stays_as_it_is() {
    let app = TestApp::start().await;
    let (seller, buyer) = (app.customer().await, app.customer().await);
    let mug = seller.sell("Mug", "2.50", 3, json!({})).await;
    let cap = seller.sell("Cap", "10.00", 5, json!({})).await;
    buyer.put(&mug, 4).await.done("setBagItem");
    buyer.put(&cap, 1).await.done("setBagItem");
    let declined = buyer.check_out(None).await;
    assert_eq!(declined.refusals("checkoutBag"), ["OUT_OF_STOCK at input"]);
    assert_eq!(declined.text("/checkoutBag/userErrors/0/product/name"), "Mug");
    assert_eq!(buyer.query(BAG).await.text("/viewer/bag/status"), "OPEN");
    assert_eq!((buyer.stock(&mug).await, buyer.stock(&cap).await), (3, 5));

    let archive = "mutation($input: ChangeProductStatusInput!) { changeProductStatus(input: $input) { userErrors { code } } }";
    seller
        .gql(archive, json!({ "input": { "id": cap, "status": "ARCHIVED" } }))
        .await
        .done("changeProductStatus");
    let declined = buyer.check_out(None).await;
    assert_eq!(declined.refusals("checkoutBag"), ["NOT_FOUND at input", "OUT_OF_STOCK at input"]);
    assert_eq!(*buyer.query(BAG).await.at("/viewer/bag/items/1/inStock"), json!(false));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bag_checked_out_six_times_at_once_is_ordered_once() {
    let app = TestApp::start().await;
    let (seller, buyer) = (app.customer().await, app.customer().await);
    let mug = seller.sell("Mug", "2.50", 30, json!({})).await;
    buyer.put(&mug, 2).await.done("setBagItem");
    let replies = join_all((0..6).map(|_| buyer.check_out(None))).await;
    let ordered = replies.iter().filter(|reply| !reply.at("/checkoutBag/order").is_null()).count();
    let empty =
        replies.iter().filter(|reply| reply.refusals("checkoutBag") == ["EMPTY_BAG at input"]).count();
    assert_eq!((ordered, empty), (1, 5));
    assert_eq!(buyer.stock(&mug).await, 28);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bag_is_abandoned_after_thirty_days_untouched() {
    let app = TestApp::start().await;
    let (seller, mut buyer) = (app.customer().await, app.customer().await);
    let mug = seller.sell("Mug", "2.50", 30, json!({})).await;
    let bag = buyer.put(&mug, 2).await.text("/setBagItem/bag/id");
    app.clock.advance(TimeDelta::days(29));
    souk::jobs::run_once(&app.db).await.expect("the jobs run");
    buyer.sign_in().await;
    buyer.put(&mug, 3).await.done("setBagItem");
    app.clock.advance(TimeDelta::days(29));
    souk::jobs::run_once(&app.db).await.expect("the jobs run");
    buyer.sign_in().await;
    assert_eq!(buyer.query(BAG).await.text("/viewer/bag/id"), bag, "it was touched");
    app.clock.advance(TimeDelta::days(2));
    souk::jobs::run_once(&app.db).await.expect("the jobs run");
    buyer.sign_in().await;
    assert_eq!(*buyer.query(BAG).await.at("/viewer/bag"), Value::Null);
    let gone =
        buyer.gql("query($id: ID!) { node(id: $id) { ... on Bag { status } } }", json!({ "id": bag })).await;
    assert_eq!(gone.text("/node/status"), "ABANDONED");
}
