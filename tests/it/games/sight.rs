//! Nothing tells a studio about another's games, nor a player about another's subscriptions.

use crate::support::{TestApp, Value, json};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_subscription_is_seen_by_those_it_concerns_by_every_path() {
    const NODE: &str = "query($id: ID!) { node(id: $id) { id } nodes(ids: [$id]) { id } }";
    let app = TestApp::start().await;
    let (studio, player) = (app.studio().await, app.customer().await);
    let held = player.subscribe(&studio.publish("Saltmarsh").await).await;
    let (rival, other) = (app.studio().await, app.customer().await);
    let ids = json!({ "id": held });
    for known in [&player, &studio, &app.manager().await, &app.admin().await] {
        let there = json!({ "node": { "id": held }, "nodes": [{ "id": held }] });
        assert_eq!(*known.gql(NODE, ids.clone()).await.data(), there);
    }
    for stranger in [&rival.client, &other.client, &app.visitor()] {
        assert_eq!(*stranger.gql(NODE, ids.clone()).await.data(), json!({ "node": null, "nodes": [null] }));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_studio_learns_nothing_of_anothers_games() {
    let app = TestApp::start().await;
    let (studio, rival, player) = (app.studio().await, app.studio().await, app.customer().await);
    let game = studio.publish("Saltmarsh").await;
    player.subscribe(&game).await;
    let paths = [
        ("/game", "{ game(id: $game) { title F } }"),
        ("/node", "{ node(id: $game) { ... on Game { title F } } }"),
        ("/nodes/0", "{ nodes(ids: [$game]) { ... on Game { title F } } }"),
        ("/games/nodes/0", "{ games { nodes { title F } } }"),
        ("/user/games/nodes/0", "{ user(id: $studio) { games { nodes { title F } } } }"),
        (
            "/games/edges/0/node/studio/games/nodes/0",
            "{ games(first: 5) { edges { node { studio { games(first: 5) { nodes { title F } } } } } } }",
        ),
    ];
    let fields = ["popularity { totalSubscribers }", "subscriptions { totalCount nodes { id } }"];
    for (path, query) in paths {
        for field in fields {
            let query = query
                .replace("$game", &format!("\"{game}\""))
                .replace("$studio", &format!("\"{}\"", studio.id))
                .replace('F', &format!("secret: {field}"));
            for (client, code) in [
                (&rival.client, "FORBIDDEN"),
                (&player.client, "FORBIDDEN"),
                (&app.visitor(), "UNAUTHENTICATED"),
            ] {
                let denied = client.query(&query).await;
                assert_eq!(denied.codes(), [code], "{query}");
                let rest = denied.body["data"].pointer(path);
                assert_eq!(rest, Some(&json!({ "title": "Saltmarsh", "secret": null })), "{query}");
            }
            let told = studio.query(&query).await;
            assert!(!told.at(&format!("{path}/secret")).is_null(), "{query}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn subscriptions_of_a_player_are_for_the_player_and_staff() {
    const ASK: &str = "query($id: ID!) { user(id: $id) { username subscriptions {
        totalCount nodes { game { title viewerSubscription { id } } } } } }";
    let app = TestApp::start().await;
    let (studio, player) = (app.studio().await, app.customer().await);
    let held = player.subscribe(&studio.publish("Saltmarsh").await).await;
    let ids = json!({ "id": player.id });
    // The player's studio knows of its own game alone, so it is denied as a stranger is.
    for stranger in [&studio, &app.customer().await] {
        let denied = stranger.gql(ASK, ids.clone()).await;
        assert_eq!(denied.codes(), ["FORBIDDEN"]);
        assert_eq!(denied.body["data"]["user"]["username"], json!(player.username));
    }
    let own = player.gql(ASK, ids.clone()).await;
    assert_eq!(*own.at("/user/subscriptions/nodes/0/game/viewerSubscription"), json!({ "id": held }));
    let seen = app.manager().await.gql(ASK, ids).await;
    assert_eq!(*seen.at("/user/subscriptions/totalCount"), json!(1));
    assert_eq!(*seen.at("/user/subscriptions/nodes/0/game/viewerSubscription"), Value::Null);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_viewers_own_subscription_is_the_live_one() {
    const ASK: &str = "query($id: ID!) { game(id: $id) { viewerCanEdit viewerSubscription { id status } } }";
    let app = TestApp::start().await;
    let (studio, player, other) = (app.studio().await, app.customer().await, app.customer().await);
    let game = studio.publish("Saltmarsh").await;
    other.subscribe(&game).await;
    let ids = json!({ "id": game });
    let none = json!({ "viewerCanEdit": false, "viewerSubscription": null });
    assert_eq!(*player.gql(ASK, ids.clone()).await.at("/game"), none);
    assert_eq!(*app.visitor().gql(ASK, ids.clone()).await.at("/game"), none);
    let first = player.subscribe(&game).await;
    player.move_subscription(&first, "CANCELLED").await.done("changeSubscriptionStatus");
    assert_eq!(*player.gql(ASK, ids.clone()).await.at("/game"), none);
    let second = player.subscribe(&game).await;
    player.move_subscription(&second, "PAUSED").await.done("changeSubscriptionStatus");
    let live = json!({ "id": second, "status": "PAUSED" });
    assert_eq!(*player.gql(ASK, ids.clone()).await.at("/game/viewerSubscription"), live);
    for editor in [&studio, &app.manager().await] {
        assert_eq!(*editor.gql(ASK, ids.clone()).await.at("/game/viewerCanEdit"), json!(true));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_player_whom_two_studios_share_leads_neither_to_the_other() {
    let app = TestApp::start().await;
    let (studio, rival, player) = (app.studio().await, app.studio().await, app.customer().await);
    let (game, own) = (studio.publish("Saltmarsh").await, rival.publish("Attic").await);
    let held = player.subscribe(&game).await;
    player.subscribe(&own).await;
    // By its own game to its player, and on to what else is played.
    let through = "{ viewer { games(first: 1) { nodes { subscriptions { nodes { player {
        username subscriptions { nodes { game { title } } } } } } } } } }";
    let denied = rival.query(through).await;
    assert_eq!(denied.codes(), ["FORBIDDEN"]);
    assert!(!denied.body.to_string().contains("Saltmarsh"));
    let known = denied.body["data"].pointer("/viewer/games/nodes/0/subscriptions/nodes/0/player");
    assert_eq!(known, Some(&json!({ "username": player.username, "subscriptions": null })));
    // By the list of all, by a filter on its own list, and by moving what it may not see.
    let lists = "query($game: ID!, $player: ID!) {
        all: subscriptions(filter: { gameId: $game }) { totalCount }
        viewer { games { nodes { subscriptions(filter: { gameId: $game, playerId: $player }) { totalCount } } } } }";
    let reply = rival.gql(lists, json!({ "game": game, "player": player.id })).await;
    assert_eq!(reply.codes(), ["FORBIDDEN"]);
    assert_eq!(reply.body["data"]["all"], Value::Null);
    let none = reply.body["data"].pointer("/viewer/games/nodes/0/subscriptions/totalCount");
    assert_eq!(none, Some(&json!(0)));
    assert_eq!(
        rival.move_subscription(&held, "PAUSED").await.refusals("changeSubscriptionStatus"),
        ["NOT_FOUND at input.id"]
    );
    // A player sees the games that they play, and not how popular they are.
    let ask = "{ viewer { subscriptions { nodes { game { title popularity { totalSubscribers } } } } } }";
    let reply = player.query(ask).await;
    assert_eq!(reply.codes(), ["FORBIDDEN"; 2]);
    let saltmarsh = reply.body["data"].pointer("/viewer/subscriptions/nodes/1/game");
    assert_eq!(saltmarsh, Some(&json!({ "title": "Saltmarsh", "popularity": null })));
}
