//! Many instances: each delivery is made and sent once, whatever becomes of one of them.

use std::{
    collections::BTreeSet,
    process::{Command, Stdio},
};

use chrono::TimeDelta;
use futures_util::future::join_all;

use super::{Receiver, Says, all_settled, comes_to, people, sending, watching};
use crate::{support::TestApp, support::json, tls::Authority};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_instances_tell_each_webhook_once_of_each_event() {
    const SETTLED: &str =
        "SELECT count(*) FROM webhook_deliveries WHERE status = 'DELIVERED' AND attempts = 1";
    let authority = Authority::new();
    let (app, flags) = (TestApp::start().await, sending(&authority));
    let flags: Vec<_> = flags.iter().map(String::as_str).collect();
    let _instances = join_all((0..3).map(|_| app.second_instance(&flags))).await;
    let receivers = [Receiver::start(&authority).await, Receiver::start(&authority).await];
    let (seller, mug, staff) = people(&app).await;
    for receiver in &receivers {
        receiver.says(Says::Status(200));
        watching(&staff, receiver).await;
    }
    for stock in 2..102 {
        seller.restock(&mug, stock).await;
    }
    for receiver in &receivers {
        let heard = receiver.hears(100).await;
        let ids: BTreeSet<_> = heard.iter().map(|heard| heard.header("webhook-id").to_owned()).collect();
        assert_eq!(ids.len(), 100);
    }
    all_settled(&app).await;
    assert_eq!(app.database.text(SETTLED).await, "200");
    assert_eq!(app.database.text("SELECT count(*) FROM webhook_deliveries").await, "200");
    for receiver in &receivers {
        let links = receiver.links();
        assert!(receiver.heard().len() == 100 && links < 50, "{links} links, which are not used again");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_killed_instance_was_sending_another_one_sends() {
    let authority = Authority::new();
    let (app, receiver) = (TestApp::start().await, Receiver::start(&authority).await);
    let (seller, mug, staff) = people(&app).await;
    let (webhook, secret) = watching(&staff, &receiver).await;
    receiver.says(Says::Nothing);
    let mut killed = Command::new(env!("CARGO_BIN_EXE_souk"))
        .args(sending(&authority))
        .args(["--listen=127.0.0.1:0", "--signing-key=a-key-of-the-tests-that-is-long-enough"])
        .env("DATABASE_URL", &app.database.url)
        .stdout(Stdio::null())
        .spawn()
        .expect("the program runs");
    seller.restock(&mug, 2).await;
    receiver.hears(1).await;
    killed.kill().expect("it can be killed");
    killed.wait().expect("it has ended");
    comes_to(&staff, &webhook, json!({ "status": "PENDING", "attempts": 1 })).await;

    receiver.says(Says::Status(200));
    let flags = sending(&authority);
    let flags: Vec<_> = flags.iter().map(String::as_str).collect();
    let (_client, _running, clock) = app.instance(&flags).await;
    clock.advance(TimeDelta::seconds(31));
    comes_to(&staff, &webhook, json!({ "status": "DELIVERED", "attempts": 2 })).await;
    let heard = receiver.hears(2).await;
    assert_eq!(heard[0].header("webhook-id"), heard[1].header("webhook-id"));
    assert!(heard.iter().all(|heard| heard.signed_by(&secret) == 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_instance_that_ends_waits_for_the_answer() {
    let authority = Authority::new();
    let (app, receiver) = (TestApp::start().await, Receiver::start(&authority).await);
    let (seller, mug, staff) = people(&app).await;
    let (webhook, _) = watching(&staff, &receiver).await;
    let flags = sending(&authority);
    let flags: Vec<_> = flags.iter().map(String::as_str).collect();
    let (_client, running, _) = app.instance(&flags).await;
    seller.restock(&mug, 2).await;
    receiver.hears(1).await;
    running.stop().await;
    comes_to(&staff, &webhook, json!({ "status": "DELIVERED", "attempts": 1 })).await;
    seller.restock(&mug, 3).await;
    crate::events::placed(&app.database).await;
    assert_eq!(receiver.heard().len(), 1);
}
