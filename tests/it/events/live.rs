//! Events as another part of the program hears them while they happen.

use std::time::Duration;

use diesel_async::SimpleAsyncConnection as _;
use souk::events::{Batch, Live};
use tokio::{
    sync::broadcast::Receiver,
    task::JoinSet,
    time::{Instant, timeout},
};

use super::placed;
use crate::support::{TestApp, json};

/// The places of the next events, so many of them.
async fn hear(receiver: &mut Receiver<Batch>, many: usize) -> Vec<i64> {
    let mut places = Vec::new();
    while places.len() < many {
        let batch = timeout(Duration::from_secs(20), receiver.recv()).await.expect("something is heard");
        places.extend(batch.expect("nothing is missed").iter().map(|event| event.position));
    }
    places
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_listens_hears_everything_once_and_in_order_also_over_a_broken_link() {
    let app = TestApp::start().await;
    let seller = app.customer().await;
    let mug = seller.sell("Mug", "1.00", 1, json!({})).await;
    placed(&app.database).await;
    let newest = 2;
    let (live, mut tasks) = (Live::default(), JoinSet::new());
    let (mut one, mut other) = (live.listen(), live.listen());
    tasks.spawn(live.follow(app.db.clone(), app.database.url.clone(), newest));
    for stock in 2..23 {
        seller.restock(&mug, stock).await;
    }
    let all = |from: i64, to: i64| (from..=to).collect::<Vec<_>>();
    assert_eq!(hear(&mut one, 21).await, all(3, 23));
    assert_eq!(hear(&mut other, 21).await, all(3, 23), "everyone hears the same");

    // Links end, places are given meanwhile, and nothing is missed.
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'souk events' \
               AND datname = current_database()";
    for stock in 30..40 {
        app.database.connect().await.batch_execute(cut).await.expect("links can be cut");
        seller.restock(&mug, stock).await;
    }
    assert_eq!(hear(&mut one, 10).await, all(24, 33));

    // It does not wait for the next look.
    let begun = Instant::now();
    for stock in 40..60 {
        seller.restock(&mug, stock).await;
        hear(&mut one, 1).await;
    }
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
}
