//! Many at once: no unit is sold twice, no order is made twice, nobody blocks anybody.

use std::{collections::BTreeSet, time::Duration};

use futures_util::future::join_all;

use super::id;
use crate::support::{TestApp, json};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_twelve_buyers_of_the_last_unit_one_gets_it() {
    let app = TestApp::start().await;
    let seller = app.customer().await;
    let buyers = join_all((0..12).map(|_| app.customer())).await;
    let mug = seller.sell("The last mug", "2.00", 1, json!({})).await;
    let items = [(mug.as_str(), 1)];
    let replies = join_all(buyers.iter().map(|buyer| buyer.order(&items, None))).await;
    let sold = replies.iter().filter(|reply| !reply.at("/placeOrder/order").is_null()).count();
    let declined = replies
        .iter()
        .filter(|reply| reply.refusals("placeOrder") == ["OUT_OF_STOCK at input.items.0.quantity"])
        .count();
    assert_eq!((sold, declined), (1, 11));
    assert_eq!(seller.stock(&mug).await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn crossed_orders_do_not_block_each_other() {
    let app = TestApp::start().await;
    let seller = app.customer().await;
    let buyers = join_all((0..4).map(|_| app.customer())).await;
    let a = seller.sell("A", "1.00", 1000, json!({})).await;
    let b = seller.sell("B", "1.00", 1000, json!({})).await;
    let c = seller.sell("C", "1.00", 1000, json!({})).await;
    let crossed = [
        [(a.as_str(), 1), (b.as_str(), 1), (c.as_str(), 1)],
        [(c.as_str(), 1), (b.as_str(), 1), (a.as_str(), 1)],
        [(b.as_str(), 1), (c.as_str(), 1), (a.as_str(), 1)],
    ];
    let orders = (0..60).map(|n| buyers[n % buyers.len()].order(&crossed[n % crossed.len()], None));
    for reply in join_all(orders).await {
        reply.done("placeOrder");
    }
    for product in [&a, &b, &c] {
        assert_eq!(seller.stock(product).await, 940);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_key_sent_eight_times_at_once_orders_once() {
    let app = TestApp::start().await;
    let (seller, buyer) = (app.customer().await, app.customer().await);
    let mug = seller.sell("Mug", "2.00", 100, json!({})).await;
    let items = [(mug.as_str(), 3)];
    let replies = join_all((0..8).map(|_| buyer.order(&items, Some("once")))).await;
    let orders: BTreeSet<String> = replies.iter().map(id).collect();
    assert_eq!(orders.len(), 1, "every repeat answers with the one order");
    assert_eq!(buyer.stock(&mug).await, 97);

    let other = buyer.order(&[(&mug, 4)], Some("once")).await;
    assert_eq!(other.refusals("placeOrder"), ["IDEMPOTENCY_MISMATCH at input.idempotencyKey"]);
    let another = app.customer().await.order(&[(&mug, 4)], Some("once")).await;
    another.done("placeOrder");
    assert_eq!(buyer.stock(&mug).await, 93, "keys are each account's own");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_attempt_that_failed_leaves_no_key() {
    let app = TestApp::start().await;
    let (seller, buyer) = (app.customer().await, app.customer().await);
    let mug = seller.sell("Mug", "2.00", 1, json!({})).await;
    let declined = buyer.order(&[(&mug, 2)], Some("again")).await;
    assert_eq!(declined.refusals("placeOrder"), ["OUT_OF_STOCK at input.items.0.quantity"]);
    let restock =
        "mutation($input: UpdateProductInput!) { updateProduct(input: $input) { userErrors { code } } }";
    seller.gql(restock, json!({ "input": { "id": mug, "stock": 5 } })).await.done("updateProduct");
    buyer.order(&[(&mug, 2)], Some("again")).await.done("placeOrder");
    assert_eq!(buyer.stock(&mug).await, 3);
    for key in ["", &"x".repeat(256)] {
        let refused = buyer.order(&[(&mug, 1)], Some(key)).await;
        assert_eq!(refused.refusals("placeOrder"), ["INVALID at input.idempotencyKey"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_is_forgotten_after_three_days() {
    let app = TestApp::start().await;
    let (seller, mut buyer) = (app.customer().await, app.customer().await);
    let mug = seller.sell("Mug", "2.00", 10, json!({})).await;
    let first = id(&buyer.order(&[(&mug, 1)], Some("key")).await);
    app.clock.advance(chrono::TimeDelta::hours(71));
    souk::jobs::run_once(&app.db).await.expect("the jobs run");
    buyer.sign_in().await;
    assert_eq!(id(&buyer.order(&[(&mug, 1)], Some("key")).await), first);
    app.clock.advance(chrono::TimeDelta::hours(2));
    souk::jobs::run_once(&app.db).await.expect("the jobs run");
    buyer.sign_in().await;
    assert_ne!(id(&buyer.order(&[(&mug, 1)], Some("key")).await), first);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_cancelled_six_times_at_once_gives_its_stock_back_once() {
    let app = TestApp::start().await;
    let (seller, buyer) = (app.customer().await, app.customer().await);
    let mug = seller.sell("Mug", "2.00", 10, json!({})).await;
    let order = id(&buyer.order(&[(&mug, 4)], None).await);
    let replies = join_all((0..6).map(|_| buyer.move_order(&order, "CANCELLED"))).await;
    let won = replies.iter().filter(|reply| !reply.at("/changeOrderStatus/order").is_null()).count();
    let lost = replies
        .iter()
        .filter(|reply| reply.refusals("changeOrderStatus") == ["ILLEGAL_TRANSITION at input.status"])
        .count();
    assert_eq!((won, lost), (1, 5));
    assert_eq!(buyer.stock(&mug).await, 10);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn buying_and_cancelling_at_once_keeps_every_unit_accounted_for() {
    let app = TestApp::start().await;
    let seller = app.customer().await;
    let buyers = join_all((0..6).map(|_| app.customer())).await;
    let a = seller.sell("A", "1.00", 7, json!({})).await;
    let b = seller.sell("B", "1.00", 7, json!({})).await;
    let rounds = buyers.iter().enumerate().map(async |(n, buyer)| {
        let items =
            if n % 2 == 0 { [(a.as_str(), 1), (b.as_str(), 2)] } else { [(b.as_str(), 1), (a.as_str(), 2)] };
        for _ in 0..8 {
            let placed = buyer.order(&items, None).await;
            if !placed.at("/placeOrder/order").is_null() {
                buyer.move_order(&id(&placed), "CANCELLED").await.done("changeOrderStatus");
            }
        }
    });
    join_all(rounds).await;
    assert_eq!((seller.stock(&a).await, seller.stock(&b).await), (7, 7));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_goes_away_leaves_no_order_half_done() {
    let app = TestApp::start().await;
    let (seller, buyer) = (app.customer().await, app.customer().await);
    let mug = seller.sell("Mug", "2.00", 1000, json!({})).await;
    let items = [(mug.as_str(), 1)];
    let attempts =
        (0..40_u64).map(|n| tokio::time::timeout(Duration::from_micros(n * 400), buyer.order(&items, None)));
    join_all(attempts).await;
    // At every moment, also while those that were cut off are still at work.
    let told = "SELECT stock + (SELECT coalesce(sum(quantity), 0) FROM order_lines) || ' ' || \
                ((SELECT count(*) FROM order_lines) = (SELECT count(*) FROM order_history)) FROM products";
    for _ in 0..20 {
        assert_eq!(app.database.text(told).await, "1000 true");
    }
}
