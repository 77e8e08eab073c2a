//! A server that is killed while it tells of what happens.

use std::process::{Child, Command};

use super::{last_event, listen, resume::LOG};
use crate::{
    events::read,
    support::{Client, TestApp, Value, json, served},
};

/// The program on the database of a test.
struct Program {
    process: Child,
    client: Client,
}

impl Program {
    async fn start(app: &TestApp) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_souk"));
        command
            .args(["--database-url", &app.database.url, "--jobs=off", "--log=error"])
            .arg("--signing-key=a-key-of-the-tests-that-is-long-enough");
        let (process, address) = served(&mut command).await;
        Self { process, client: Client::new(address) }
    }

    fn kill(&mut self) {
        self.process.kill().expect("it can be killed");
        self.process.wait().expect("it has ended");
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Where the test has killed it already, there is nothing left to do.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_feed_goes_on_where_its_server_was_killed() {
    let app = TestApp::start().await;
    let (seller, manager) = (app.customer().await, app.manager().await);
    let mug = seller.sell("Mug", "1.00", 1, json!({})).await;
    let start = last_event(&app).await;
    let mut known = [start.clone(), start.clone()];
    let mut heard: [Vec<Value>; 2] = Default::default();
    for round in 0..3 {
        let mut program = Program::start(&app).await;
        let client = program.client.with_token(manager.token.clone());
        let (mut socket, _) = listen(&client, LOG, &json!({ "after": known[0] })).await;
        let (_, mut events) = listen(&client, LOG, &json!({ "after": known[1] })).await;
        for stock in 0..5 {
            seller.restock(&mug, 100 * (round + 1) + stock).await;
        }
        // How far each comes until then is its own affair.
        for _ in 0..3 {
            heard[0].push(socket.hear().await["payload"]["data"]["events"]["id"].take());
            heard[1].push(events.next().await.expect("there is more").1["data"]["events"]["id"].take());
        }
        for stock in 5..8 {
            seller.restock(&mug, 100 * (round + 1) + stock).await;
        }
        program.kill();
        for (known, heard) in known.iter_mut().zip(&heard) {
            *known = heard.last().and_then(Value::as_str).expect("it heard of something").to_owned();
        }
        seller.restock(&mug, 100 * (round + 1) + 8).await;
    }
    let last = last_event(&app).await;
    let program = Program::start(&app).await;
    let client = program.client.with_token(manager.token.clone());
    let (mut socket, _) = listen(&client, LOG, &json!({ "after": known[0] })).await;
    let (_, mut events) = listen(&client, LOG, &json!({ "after": known[1] })).await;
    while heard[0].last() != Some(&json!(last)) {
        heard[0].push(socket.hear().await["payload"]["data"]["events"]["id"].take());
    }
    while heard[1].last() != Some(&json!(last)) {
        heard[1].push(events.next().await.expect("there is more").1["data"]["events"]["id"].take());
    }
    let all = read(&manager, Some(&start), json!({})).await;
    let all: Vec<_> = all.iter().map(|event| event["id"].clone()).collect();
    assert_eq!(all.len(), 27);
    assert_eq!(heard, [all.clone(), all], "nothing is missing, nothing comes twice");
}
