//! Endpoints that fail: what is tried again, for how long, and what becomes of others meanwhile.

use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta};

use super::{Receiver, Says, comes_to, deliveries, people, redeliver, telling, watching};
use crate::{
    support::{Value, json},
    tls::Authority,
};

/// How long after its last attempt a delivery is tried again.
fn wait(delivery: &Value) -> TimeDelta {
    let at = |field: &str| {
        let text = delivery[field].as_str().unwrap_or_else(|| panic!("no {field} in {delivery:#}"));
        DateTime::parse_from_rfc3339(text).expect("it is a moment")
    };
    at("nextAttemptAt") - at("lastAttemptAt")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_an_endpoint_did_not_take_it_is_sent_again() {
    let authority = Authority::new();
    let (app, receiver) = (telling(&authority).await, Receiver::start(&authority).await);
    let (seller, mug, staff) = people(&app).await;
    let (webhook, secret) = watching(&staff, &receiver).await;
    receiver.says(Says::Status(500));
    seller.restock(&mug, 2).await;
    let failed = comes_to(&staff, &webhook, json!({ "status": "PENDING", "responseStatus": 500 })).await;
    assert_eq!((&failed["attempts"], &failed["error"]), (&json!(1), &json!("It answered 500.")));
    assert!((5..=30).contains(&wait(&failed).num_seconds()), "{failed:#}");

    receiver.says(Says::Status(200));
    app.clock.advance(TimeDelta::seconds(10));
    let taken = comes_to(&staff, &webhook, json!({ "status": "DELIVERED" })).await;
    assert_eq!(
        (&taken["attempts"], &taken["responseStatus"], &taken["error"]),
        (&json!(2), &json!(200), &Value::Null)
    );
    let heard = receiver.hears(2).await;
    assert_eq!(heard[0].header("webhook-id"), heard[1].header("webhook-id"));
    assert_ne!(heard[0].header("webhook-timestamp"), heard[1].header("webhook-timestamp"));
    assert_eq!(heard[0].body, heard[1].body);
    assert!(heard.iter().all(|heard| heard.signed_by(&secret) == 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_three_days_it_is_given_up_and_can_be_sent_anew() {
    let authority = Authority::new();
    let (app, receiver) = (telling(&authority).await, Receiver::start(&authority).await);
    let (seller, mug, mut staff) = people(&app).await;
    let (webhook, _) = watching(&staff, &receiver).await;
    receiver.says(Says::Status(503));
    let begun = app.clock.now();
    seller.restock(&mug, 2).await;
    for attempt in 1..10 {
        let put_off = json!({ "status": "PENDING", "attempts": attempt, "responseStatus": 503 });
        receiver.hears(attempt).await;
        // Settled, and no longer under a lease.
        let mut delivery = comes_to(&staff, &webhook, put_off.clone()).await;
        let deadline = Instant::now() + Duration::from_secs(30);
        while attempt > 1 && wait(&delivery) == TimeDelta::seconds(30) {
            assert!(Instant::now() < deadline, "it is not settled: {delivery:#}");
            delivery = comes_to(&staff, &webhook, put_off.clone()).await;
        }
        app.clock.advance(wait(&delivery));
        staff.sign_in().await;
    }
    let failed = comes_to(&staff, &webhook, json!({ "status": "FAILED" })).await;
    assert_eq!((&failed["attempts"], &failed["nextAttemptAt"]), (&json!(10), &Value::Null));
    let lasted = app.clock.now() - begun;
    assert!(lasted >= TimeDelta::hours(75) && lasted < TimeDelta::hours(84), "{lasted}");
    app.clock.advance(TimeDelta::hours(30));
    staff.sign_in().await;
    receiver.says(Says::Status(204));
    redeliver(&staff, &failed).await.done("redeliverWebhook");
    let taken = comes_to(&staff, &webhook, json!({ "status": "DELIVERED" })).await;
    assert_eq!(taken["attempts"], json!(1));
    // What was delivered can be sent once more, too, under the same id.
    redeliver(&staff, &taken).await.done("redeliverWebhook");
    let heard = receiver.hears(12).await;
    assert!(heard.iter().all(|one| one.header("webhook-id") == heard[0].header("webhook-id")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_endpoint_that_hangs_holds_up_itself_alone() {
    let authority = Authority::new();
    let app = telling(&authority).await;
    let (hanging, other) = (Receiver::start(&authority).await, Receiver::start(&authority).await);
    let (seller, mug, staff) = people(&app).await;
    hanging.says(Says::Nothing);
    let (held_up, _) = watching(&staff, &hanging).await;
    watching(&staff, &other).await;
    let begun = Instant::now();
    for stock in 2..22 {
        seller.restock(&mug, stock).await;
    }
    other.hears(20).await;
    // As long as none of them can have been given up.
    if begun.elapsed() < Duration::from_secs(10) {
        hanging.hears(4).await;
        let waiting = deliveries(&staff, &held_up).await;
        assert_eq!(waiting.iter().filter(|one| one["attempts"] == json!(1)).count(), 4, "{waiting:#?}");
    }
    // The first ones are given up, and others follow.
    let deadline = Instant::now() + Duration::from_secs(40);
    while hanging.heard().len() <= 4 {
        assert!(Instant::now() < deadline, "it is waited for without end");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let late = "it did not answer within 15 s";
    assert!(deliveries(&staff, &held_up).await.iter().any(|one| one["error"] == json!(late)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn endpoints_can_ask_for_peace_or_for_an_end() {
    const ENABLED: &str = "query($id: ID!) { webhook(id: $id) { isEnabled version } }";
    let authority = Authority::new();
    let (app, receiver) = (telling(&authority).await, Receiver::start(&authority).await);
    let (seller, mug, staff) = people(&app).await;
    let (webhook, _) = watching(&staff, &receiver).await;
    receiver.says(Says::With(429, "retry-after", "3600"));
    seller.restock(&mug, 2).await;
    let peace = comes_to(&staff, &webhook, json!({ "responseStatus": 429 })).await;
    assert!((3600..=3961).contains(&wait(&peace).num_seconds()), "{peace:#}");

    receiver.says(Says::Status(410));
    redeliver(&staff, &peace).await.done("redeliverWebhook");
    let gone = comes_to(&staff, &webhook, json!({ "status": "FAILED" })).await;
    assert_eq!((&gone["responseStatus"], &gone["error"]), (&json!(410), &json!("It answered 410.")));
    let told = staff.gql(ENABLED, json!({ "id": webhook })).await;
    assert_eq!(*told.at("/webhook"), json!({ "isEnabled": false, "version": 2 }));
    assert_eq!(redeliver(&staff, &gone).await.refusals("redeliverWebhook"), ["INVALID at input.deliveryId"]);
}
