//! Several instances, of which one publishes.

use futures_util::future::join_all;

use super::{
    Cluster, Duration, Instant, Program, Running, TestApp, all_noted, assert_in_order, comes_true, events,
    json, placed, read, sleep, trade,
};

/// The process of PostgreSQL that serves whoever publishes, if anyone does.
const HOLDER: &str = "SELECT coalesce(max(pid), 0) FROM pg_locks JOIN pg_stat_activity USING (pid) \
     WHERE locktype = 'advisory' AND application_name = 'souk kafka' AND granted \
     AND datname = current_database()";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_three_publishes_and_another_goes_on_when_it_stops_or_loses_its_session() {
    let cluster = Cluster::new();
    let app = TestApp::start().await;
    let (seller, buyer, manager) = (app.customer().await, app.customer().await, app.manager().await);
    let mut products = Vec::new();
    for name in ["Mug", "Cap", "Bag"] {
        products.push(seller.sell(name, "1.00", 1_000, json!({})).await);
    }
    let brokers = cluster.flag();
    let flags = [brokers.as_str()];
    let started = join_all((0..3).map(|_| app.second_instance(&flags))).await;
    let mut running: Vec<Running> = started.into_iter().map(|(_, running)| running).collect();
    comes_true(&app.database, &format!("SELECT ({HOLDER}) > 0")).await;

    let mut made = 0;
    let disturb = async {
        // Sessions end while records are on their way, and two of the three stop.
        for round in 0..12 {
            sleep(Duration::from_millis(150)).await;
            if round % 4 == 3 && running.len() > 1 {
                running.remove(0).stop().await;
                comes_true(&app.database, &format!("SELECT ({HOLDER}) > 0")).await;
            } else {
                let holder = app.database.text(HOLDER).await;
                app.database.text(&format!("SELECT pg_terminate_backend({holder})")).await;
                let other = format!("SELECT ({HOLDER}) NOT IN (0, {holder})");
                comes_true(&app.database, &other).await;
            }
        }
    };
    tokio::select! {
        () = trade(&seller, &buyer, &products, &mut made) => {}
        () = disturb => {}
    }
    assert!(made > 10, "{made} orders were placed meanwhile");
    all_noted(&app.database).await;
    let mut reader = cluster.reader();
    reader.read_until(events(&app.database).await).await;
    placed(&app.database).await;
    assert_in_order(&app.database).await;
    let again = reader.assert_whole(&read(&manager, None, json!({})).await);
    println!("{} records, of which {again} came again", reader.records.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_goes_on_when_the_one_that_publishes_is_killed() {
    let cluster = Cluster::new();
    let app = TestApp::start().await;
    let (seller, manager) = (app.customer().await, app.manager().await);
    let mug = seller.sell("Mug", "1.00", 1, json!({})).await;
    let first = Program::serve(&app, &[("SOUK_KAFKA_BROKERS", &cluster.brokers())]).await;
    all_noted(&app.database).await;
    let holder = app.database.text(HOLDER).await;
    let (_, _running) = app.second_instance(&[&cluster.flag()]).await;
    for stock in 2..40 {
        seller.restock(&mug, stock).await;
    }
    assert_eq!(app.database.text(HOLDER).await, holder, "the first one goes on publishing");
    drop(first);
    let begun = Instant::now();
    comes_true(&app.database, &format!("SELECT ({HOLDER}) NOT IN (0, {holder})")).await;
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
    for stock in 40..60 {
        seller.restock(&mug, stock).await;
    }
    let mut reader = cluster.reader();
    reader.read_until(events(&app.database).await).await;
    placed(&app.database).await;
    reader.assert_whole(&read(&manager, None, json!({})).await);
}
