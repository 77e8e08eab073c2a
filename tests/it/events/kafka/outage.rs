//! Brokers that can't be reached: the store goes on, and what could not be published comes later.

use chrono::TimeDelta;

use super::{
    Cluster, Duration, Instant, Program, TestApp, all_noted, assert_in_order, behind, comes_true, events,
    json, placed, read, sleep, trade,
};

/// As long as `SOUK_KAFKA_OUTAGE` says, in seconds.
fn outage() -> Duration {
    let asked = std::env::var("SOUK_KAFKA_OUTAGE").ok();
    Duration::from_secs(asked.map_or(12, |seconds| seconds.parse().expect("it is a number of seconds")))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn orders_go_on_while_kafka_is_down_and_come_in_order_when_it_is_back() {
    let cluster = Cluster::new();
    let app = TestApp::with(&[&cluster.flag(), "--access-ttl=7200"]).await;
    let (seller, buyer, manager) = (app.customer().await, app.customer().await, app.manager().await);
    let mut products = Vec::new();
    for name in ["Mug", "Cap", "Bag"] {
        products.push(seller.sell(name, "1.00", 1_000, json!({})).await);
    }
    let visitor = app.visitor();
    let (mut made, mut worst) = (0, (0, 0.0));
    let outage = outage();
    let disturb = async {
        sleep(Duration::from_millis(500)).await;
        // Short ones, which find records on their way, and then a long one.
        for _ in 0..5 {
            cluster.go_down();
            sleep(Duration::from_millis(300)).await;
            cluster.come_up();
            sleep(Duration::from_millis(700)).await;
        }
        cluster.go_down();
        let until = Instant::now() + outage;
        while Instant::now() < until {
            sleep(Duration::from_millis(500)).await;
            worst = behind(&visitor).await;
        }
        cluster.come_up();
        sleep(Duration::from_secs(1)).await;
    };
    tokio::select! {
        () = trade(&seller, &buyer, &products, &mut made) => {}
        () = disturb => {}
    }
    assert!(worst.0 > 5 && worst.1 > 1.0, "{worst:?} is told to be the lag after {outage:?}");
    all_noted(&app.database).await;
    let mut reader = cluster.reader();
    reader.read_until(events(&app.database).await).await;
    placed(&app.database).await;
    assert_in_order(&app.database).await;
    let again = reader.assert_whole(&read(&manager, None, json!({})).await);
    assert_eq!(behind(&visitor).await.0, 0);
    println!("{made} orders, {} records, of which {again} came again; {worst:?}", reader.records.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_tells_once_that_it_begins_and_once_that_it_ends() {
    const APPEND: &str = "INSERT INTO events (id, kind, aggregate_id, version, at, payload) \
         VALUES (gen_random_uuid(), 'ACCOUNT_CLOSED', gen_random_uuid(), 1, now(), '{\"v\": 1}')";
    let cluster = Cluster::new();
    let app = TestApp::start().await;
    cluster.go_down();
    let program = Program::serve(&app, &[("SOUK_KAFKA_BROKERS", &cluster.brokers())]).await;
    app.database.sql(APPEND).await;
    let begun = program.next_line();
    assert!(begun.contains("events are not published to Kafka"), "{begun}");
    assert!(begun.contains("Connection refused"), "it says why: {begun}");
    app.database.sql(APPEND).await;
    assert!(behind(&program.client).await.0 > 0);
    cluster.come_up();
    let ended = program.next_line();
    assert!(ended.contains("events are published to Kafka again"), "{ended}");
    all_noted(&app.database).await;
    assert_eq!(program.end(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_are_kept_for_kafka_as_long_as_it_is_tried() {
    let app = TestApp::start().await;
    let seller = app.customer().await;
    let mug = seller.sell("Mug", "1.00", 1, json!({})).await;
    let (_, running, clock) = app.instance(&["--kafka-brokers=127.0.0.1:1", "--event-retention=1000"]).await;
    seller.restock(&mug, 2).await;
    let count = events(&app.database).await;
    let forget = async || {
        app.clock.advance(TimeDelta::days(8));
        souk::jobs::run_once(&app.db).await.expect("the jobs run");
        events(&app.database).await
    };
    // Eight days go by, and it is still tried.
    clock.advance(TimeDelta::days(8));
    comes_true(&app.database, "SELECT seen_at > now() + interval '7 days' FROM event_readers").await;
    assert_eq!(forget().await, count);
    // Eight more, in which it is not.
    running.stop().await;
    assert_eq!(forget().await, 1, "the newest is always kept");
}
