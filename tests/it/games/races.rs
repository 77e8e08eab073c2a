//! What happens to a game while someone subscribes to it.

use diesel_async::SimpleAsyncConnection as _;
use futures_util::future::join_all;

use crate::support::{TestApp, json};

const RETIRE: &str = "mutation($id: ID!) { changeGameStatus(input: { id: $id, status: RETIRED }) {
    game { updatedAt } userErrors { code } } }";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_subscribes_to_a_game_that_is_being_retired() {
    let app = TestApp::start().await;
    let (studio, players) = (app.studio().await, join_all((0..4).map(|_| app.customer())).await);
    let game = studio.publish("Saltmarsh").await;
    // All have begun to subscribe before it is known whether it is retired.
    let mut retiring = app.database.connect().await;
    let retire = "BEGIN; UPDATE games SET status = 'RETIRED', version = version + 1";
    retiring.batch_execute(retire).await.expect("it can be retired");
    let commit = async {
        app.database.waiters(players.len()).await;
        retiring.batch_execute("COMMIT").await.expect("it is retired");
    };
    let subscribing = join_all(players.iter().map(|player| player.try_to_subscribe(&game)));
    let (replies, ()) = tokio::join!(subscribing, commit);
    for reply in replies {
        assert_eq!(reply.refusals("subscribe"), ["INVALID at input.gameId"]);
        assert!(reply.text("/subscribe/userErrors/0/message").contains("retired"));
    }
    assert_eq!(app.database.text("SELECT count(*) FROM game_subscriptions").await, "0");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn retiring_waits_for_who_was_first() {
    let app = TestApp::start().await;
    let (studio, player) = (app.studio().await, app.customer().await);
    let game = studio.publish("Saltmarsh").await;
    // The player's account is held, so the subscription has its game and waits there.
    let mut holding = app.database.connect().await;
    let hold = format!("BEGIN; SELECT FROM accounts WHERE id = '{}' FOR UPDATE", player.id);
    holding.batch_execute(&hold).await.expect("it can be held");
    let retire = async {
        app.database.waiters(1).await;
        studio.gql(RETIRE, json!({ "id": game })).await
    };
    let release = async {
        app.database.waiters(2).await;
        holding.batch_execute("COMMIT").await.expect("it is let go");
    };
    let (subscribed, retired, ()) = tokio::join!(player.try_to_subscribe(&game), retire, release);
    subscribed.done("subscribe");
    retired.done("changeGameStatus");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_game_of_a_studio_that_closes_takes_nobody() {
    let app = TestApp::start().await;
    let (studio, player) = (app.studio().await, app.customer().await);
    let game = studio.publish("Saltmarsh").await;
    let mut closing = app.database.connect().await;
    let close = format!(
        "BEGIN; UPDATE accounts SET status = 'CLOSED', deleted_at = now() WHERE id = '{}'",
        studio.id
    );
    closing.batch_execute(&close).await.expect("it can be closed");
    let commit = async {
        app.database.waiters(1).await;
        closing.batch_execute("COMMIT").await.expect("it is closed");
    };
    let (reply, ()) = tokio::join!(player.try_to_subscribe(&game), commit);
    assert_eq!(reply.refusals("subscribe"), ["INVALID at input.gameId"]);
}
