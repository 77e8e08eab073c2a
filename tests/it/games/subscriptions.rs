//! Players subscribe, pause, resume and cancel; studios and staff do the same for them.

use futures_util::future::join_all;

use crate::support::{TestApp, json};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_player_subscribes_once() {
    let app = TestApp::start().await;
    let (studio, player) = (app.studio().await, app.customer().await);
    let game = studio.publish("Saltmarsh").await;
    let made = player.try_to_subscribe(&game).await;
    let subscription = &made.done("subscribe")["subscription"];
    assert_eq!(subscription["status"], "ACTIVE");
    assert_eq!(subscription["version"], 1);
    assert_eq!(subscription["nextStatuses"], json!(["PAUSED", "CANCELLED"]));
    assert_eq!(subscription["player"]["id"], json!(player.id));
    assert_eq!(subscription["game"]["id"], json!(game));

    let twice = ["ALREADY_SUBSCRIBED at input.gameId"];
    assert_eq!(player.try_to_subscribe(&game).await.refusals("subscribe"), twice);
    let held = made.text("/subscribe/subscription/id");
    player.move_subscription(&held, "PAUSED").await.done("changeSubscriptionStatus");
    assert_eq!(player.try_to_subscribe(&game).await.refusals("subscribe"), twice, "a paused one is live");
    // A cancelled one stays, and leaves room for another.
    player.move_subscription(&held, "CANCELLED").await.done("changeSubscriptionStatus");
    assert_ne!(player.subscribe(&game).await, held);
    let mine = player.query("{ viewer { subscriptions { totalCount nodes { status } } } }").await;
    assert_eq!(
        *mine.at("/viewer/subscriptions"),
        json!({ "totalCount": 2, "nodes": [{ "status": "ACTIVE" }, { "status": "CANCELLED" }] })
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_customers_subscribe_and_only_to_games_that_are_there() {
    let app = TestApp::start().await;
    let studio = app.studio().await;
    let game = studio.publish("Saltmarsh").await;
    for denied in [&studio, &app.manager().await, &app.admin().await] {
        assert_eq!(denied.try_to_subscribe(&game).await.codes(), ["FORBIDDEN"]);
    }
    let player = app.customer().await;
    for nothing in ["x", player.id.as_str()] {
        assert_eq!(
            player.try_to_subscribe(nothing).await.refusals("subscribe"),
            ["NOT_FOUND at input.gameId"]
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_subscribes_at_once_make_one_subscription() {
    let app = TestApp::start().await;
    let (studio, player) = (app.studio().await, app.customer().await);
    let game = studio.publish("Saltmarsh").await;
    let replies = join_all((0..10).map(|_| player.try_to_subscribe(&game))).await;
    let won = replies.iter().filter(|reply| !reply.at("/subscribe/subscription").is_null()).count();
    let lost = replies
        .iter()
        .filter(|reply| reply.refusals("subscribe") == ["ALREADY_SUBSCRIBED at input.gameId"])
        .count();
    assert_eq!((won, lost), (1, 9));
    assert_eq!(app.database.text("SELECT count(*) FROM game_subscriptions").await, "1");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_who_cancel_at_once_do_it_once() {
    let app = TestApp::start().await;
    let (studio, player) = (app.studio().await, app.customer().await);
    let held = player.subscribe(&studio.publish("Saltmarsh").await).await;
    let (one, other) = tokio::join!(
        player.move_subscription(&held, "CANCELLED"),
        studio.move_subscription(&held, "CANCELLED")
    );
    let won = [one, other]
        .iter()
        .filter(|reply| !reply.at("/changeSubscriptionStatus/subscription").is_null())
        .count();
    assert_eq!(won, 1);
    assert_eq!(app.database.text("SELECT version FROM game_subscriptions").await, "2");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn player_studio_and_staff_make_every_move() {
    let app = TestApp::start().await;
    let (studio, player, manager) = (app.studio().await, app.customer().await, app.manager().await);
    let game = studio.publish("Saltmarsh").await;
    for who in [&player, &studio, &manager] {
        let held = player.subscribe(&game).await;
        for (version, status) in [(2, "PAUSED"), (3, "ACTIVE"), (4, "PAUSED"), (5, "CANCELLED")] {
            let moved = who.move_subscription(&held, status).await;
            assert_eq!(
                moved.done("changeSubscriptionStatus")["subscription"],
                json!({ "id": held, "status": status, "version": version })
            );
        }
        let back = who.move_subscription(&held, "ACTIVE").await;
        assert_eq!(back.refusals("changeSubscriptionStatus"), ["ILLEGAL_TRANSITION at input.status"]);
        assert_eq!(*back.at("/changeSubscriptionStatus/userErrors/0/allowed"), json!([]));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn strangers_move_nothing_and_learn_nothing() {
    let app = TestApp::start().await;
    let (studio, player) = (app.studio().await, app.customer().await);
    let held = player.subscribe(&studio.publish("Saltmarsh").await).await;
    let unknown = ["NOT_FOUND at input.id"];
    for stranger in [app.customer().await, app.studio().await] {
        for id in [held.as_str(), "x"] {
            let refused = stranger.move_subscription(id, "CANCELLED").await;
            assert_eq!(refused.refusals("changeSubscriptionStatus"), unknown);
        }
    }
    let cancel = "mutation($id: ID!) { changeSubscriptionStatus(input: {id: $id, status: CANCELLED}) {
        userErrors { code } } }";
    assert_eq!(app.visitor().gql(cancel, json!({ "id": held })).await.codes(), ["UNAUTHENTICATED"]);
    assert_eq!(app.database.text("SELECT status FROM game_subscriptions").await, "ACTIVE");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closed_players_subscriptions_count_as_they_are() {
    const POPULARITY: &str = "query($id: ID!) { game(id: $id) { popularity { activeSubscribers } } }";
    const CLOSE: &str = "mutation($id: ID!) { closeAccount(input: {userId: $id}) { userErrors { code } } }";
    let app = TestApp::start().await;
    let (studio, player, admin) = (app.studio().await, app.customer().await, app.admin().await);
    let game = studio.publish("Saltmarsh").await;
    player.subscribe(&game).await;
    admin.gql(CLOSE, json!({ "id": player.id })).await.done("closeAccount");
    let counted = studio.gql(POPULARITY, json!({ "id": game })).await;
    assert_eq!(counted.at("/game/popularity/activeSubscribers"), 1);
}
