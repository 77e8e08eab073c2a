//! The order of events, while many write at once, slowly, or not to the end.

use std::time::Duration;

use diesel_async::SimpleAsyncConnection as _;
use futures_util::future::join_all;

use super::{assert_in_order, placed, read};
use crate::support::{TestApp, Value, json};

/// An event of a transaction that the store knows nothing of.
const APPEND: &str = "INSERT INTO events (id, kind, aggregate_id, version, at, payload) \
    VALUES (gen_random_uuid(), 'ACCOUNT_CLOSED', gen_random_uuid(), 1, now(), '{\"v\": 1}')";
const APPEND_FIVE: &str = "INSERT INTO events (id, kind, aggregate_id, version, at, payload) \
    SELECT gen_random_uuid(), 'ACCOUNT_CLOSED', gen_random_uuid(), 1, now(), '{\"v\": 1}' FROM generate_series(1, 5)";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_changes_of_one_product_at_once_come_in_the_order_of_its_versions() {
    let app = TestApp::start().await;
    let (second, _running) = app.second_instance(&[]).await;
    let (seller, manager) = (app.customer().await, app.manager().await);
    let buyers = join_all((0..4).map(|_| app.customer())).await;
    let mug = seller.sell("Mug", "1.00", 1_000, json!({})).await;
    let cap = seller.sell("Cap", "1.00", 1_000, json!({})).await;
    let elsewhere = crate::support::Person {
        client: second.with_token(seller.token.clone()),
        id: seller.id.clone(),
        username: seller.username.clone(),
        password: String::new(),
        refresh_token: String::new(),
    };
    let changes = (0..50).map(|n| {
        let (seller, elsewhere, mug, cap) = (&seller, &elsewhere, mug.as_str(), cap.as_str());
        let buyer = &buyers[n % buyers.len()];
        async move {
            match n % 3 {
                0 => seller.restock(mug, 100_000 + 100 * i32::try_from(n).expect("it is small")).await,
                1 => elsewhere.restock(mug, 2_000 + 100 * i32::try_from(n).expect("it is small")).await,
                _ => {
                    buyer.order(&[(mug, 1), (cap, 1)], None).await.done("placeOrder");
                }
            }
        }
    });
    join_all(changes).await;
    placed(&app.database).await;
    assert_in_order(&app.database).await;
    let told = read(&manager, None, json!({ "of": mug, "types": ["STOCK_CHANGED"] })).await;
    let versions: Vec<_> = told.iter().filter_map(|event| event["version"].as_i64()).collect();
    assert_eq!(versions, (1..=51).collect::<Vec<_>>(), "every version is told once, in order");
    // What each tells follows from what the one before it has told.
    let number = |event: &Value, field: &str| event["payload"][field].as_i64().expect("it is a number");
    for pair in told.windows(2) {
        assert_eq!(number(&pair[0], "stock") + number(&pair[1], "change"), number(&pair[1], "stock"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transaction_that_stays_open_is_told_later_and_holds_up_nobody() {
    let app = TestApp::start().await;
    let (seller, manager) = (app.customer().await, app.manager().await);
    let mug = seller.sell("Mug", "1.00", 1, json!({})).await;
    let mut slow = app.database.connect().await;
    slow.batch_execute(&format!("BEGIN; {APPEND}")).await.expect("it can be written");
    for stock in 2..7 {
        seller.restock(&mug, stock).await;
    }
    // What was written later is told while the other one is still open.
    let mut before = Vec::new();
    for _ in 0..500 {
        before = read(&manager, None, json!({})).await;
        if before.len() == 7 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(before.len(), 7);
    slow.batch_execute("COMMIT").await.expect("it can be committed");
    placed(&app.database).await;
    let last = before.last().and_then(|event| event["id"].as_str());
    let after = read(&manager, last, json!({})).await;
    assert_eq!(after.iter().map(|event| &event["type"]).collect::<Vec<_>>(), ["ACCOUNT_CLOSED"]);
    assert_eq!(read(&manager, None, json!({})).await, [before.clone(), after].concat());
    assert_in_order(&app.database).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_dead_instance_left_is_told_by_others() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    // Nobody is woken by this.
    for _ in 0..3 {
        app.database.sql(APPEND).await;
    }
    placed(&app.database).await;
    assert_eq!(read(&manager, None, json!({})).await.len(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn instances_that_give_places_at_once_leave_no_gap() {
    let app = TestApp::start().await;
    let (_second, _running) = app.second_instance(&[]).await;
    let (_third, _also_running) = app.second_instance(&[]).await;
    let batches = (0..8).map(|_| async {
        let mut conn = app.database.connect().await;
        for _ in 0..20 {
            conn.batch_execute(APPEND_FIVE).await.expect("it can be written");
        }
    });
    join_all(batches).await;
    placed(&app.database).await;
    assert_in_order(&app.database).await;
    assert_eq!(app.database.text("SELECT max(position) FROM events").await, "800");
}
