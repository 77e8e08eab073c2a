//! Studios and staff publish, change and retire games.

use crate::support::{Client, Person, Reply, TestApp, Value, json};

async fn create(client: &Client, input: Value) -> Reply {
    const CREATE: &str = "mutation($input: CreateGameInput!) { createGame(input: $input) {
        game { id title description status version viewerCanEdit studio { id } }
        userErrors { code path message } } }";
    client.gql(CREATE, json!({ "input": input })).await
}

async fn update(client: &Client, input: Value) -> Reply {
    const UPDATE: &str = "mutation($input: UpdateGameInput!) { updateGame(input: $input) {
        game { title description version }
        userErrors { code path message ... on VersionConflict { expected actual } } } }";
    client.gql(UPDATE, json!({ "input": input })).await
}

async fn set_status(client: &Client, game: &str, status: &str) -> Reply {
    const CHANGE: &str = "mutation($input: ChangeGameStatusInput!) { changeGameStatus(input: $input) {
        game { status version }
        userErrors { code path message ... on IllegalTransition { from to allowed } } } }";
    client.gql(CHANGE, json!({ "input": { "id": game, "status": status } })).await
}

async fn close(admin: &Person, user: &str) {
    const CLOSE: &str = "mutation($id: ID!) { closeAccount(input: {userId: $id}) { userErrors { code } } }";
    admin.gql(CLOSE, json!({ "id": user })).await.done("closeAccount");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_studio_publishes_its_own_games() {
    let app = TestApp::start().await;
    let (studio, other) = (app.studio().await, app.studio().await);
    let made =
        create(&studio, json!({ "title": "  Saltmarsh ", "description": " Tides and birds.\nFor two. " }))
            .await;
    let game = &made.done("createGame")["game"];
    assert_eq!(game["title"], "Saltmarsh");
    assert_eq!(game["description"], "Tides and birds.\nFor two.");
    assert_eq!(game["status"], "ACTIVE");
    assert_eq!(game["version"], 1);
    assert_eq!(game["viewerCanEdit"], true);
    assert_eq!(game["studio"]["id"], json!(studio.id));

    // Saying that it is one's own changes nothing; saying that it is another's is denied.
    create(&studio, json!({ "title": "Own", "studioId": studio.id })).await.done("createGame");
    for denied in [
        create(&studio, json!({ "title": "Theirs", "studioId": other.id })).await,
        create(&studio, json!({ "title": "Nobody's", "studioId": "x" })).await,
        create(&app.customer().await.client, json!({ "title": "A player's" })).await,
    ] {
        assert_eq!(denied.codes(), ["FORBIDDEN"]);
    }
    assert_eq!(create(&app.visitor(), json!({ "title": "x" })).await.codes(), ["UNAUTHENTICATED"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn staff_publish_for_an_open_studio() {
    let app = TestApp::start().await;
    let (studio, closed, customer) = (app.studio().await, app.studio().await, app.customer().await);
    let manager = app.manager().await;
    close(&manager, &closed.id).await;
    let made = create(&manager, json!({ "title": "Ferry Lights", "studioId": studio.id })).await;
    assert_eq!(made.at("/createGame/game/studio/id"), &json!(studio.id));
    assert_eq!(
        create(&manager, json!({ "title": " " })).await.refusals("createGame"),
        ["INVALID at input.title", "REQUIRED at input.studioId"]
    );
    for nobody in [closed.id.as_str(), customer.id.as_str(), manager.id.as_str(), "x"] {
        let refused = create(&manager, json!({ "title": "x", "studioId": nobody })).await;
        assert_eq!(refused.refusals("createGame"), ["NOT_FOUND at input.studioId"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn titles_and_descriptions_have_their_limits() {
    let app = TestApp::start().await;
    let studio = app.studio().await;
    create(&studio, json!({ "title": "ö".repeat(200), "description": "x".repeat(10_000) }))
        .await
        .done("createGame");
    for (title, description, refusals) in [
        ("ö".repeat(201), "x".repeat(10_001), vec!["INVALID at input.description", "INVALID at input.title"]),
        (
            "two\nlines".into(),
            "nul \u{0}".into(),
            vec!["INVALID at input.description", "INVALID at input.title"],
        ),
        (String::new(), String::new(), vec!["INVALID at input.title"]),
    ] {
        let input = json!({ "title": title, "description": description });
        assert_eq!(create(&studio, input).await.refusals("createGame"), refusals);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_game_is_changed_by_its_studio_and_staff() {
    let app = TestApp::start().await;
    let (studio, manager) = (app.studio().await, app.manager().await);
    let game = studio.publish("Saltmarsh").await;
    let changed = update(&studio, json!({ "id": game, "expectedVersion": 1, "description": "Wet." })).await;
    assert_eq!(
        changed.done("updateGame")["game"],
        json!({ "title": "Saltmarsh", "description": "Wet.", "version": 2 })
    );
    let changed = update(&manager, json!({ "id": game, "title": "Salt Marsh" })).await;
    assert_eq!(changed.at("/updateGame/game/version"), 3);

    let late = update(&studio, json!({ "id": game, "expectedVersion": 2, "title": "Late" })).await;
    assert_eq!(late.refusals("updateGame"), ["VERSION_CONFLICT at input.expectedVersion"]);
    assert_eq!(late.at("/updateGame/userErrors/0/actual"), 3);
    let bad = update(&studio, json!({ "id": game, "title": "", "description": "\u{0}" })).await;
    assert_eq!(bad.refusals("updateGame"), ["INVALID at input.description", "INVALID at input.title"]);
    let none = update(&studio, json!({ "id": "x", "title": "x" })).await;
    assert_eq!(none.refusals("updateGame"), ["NOT_FOUND at input.id"]);
    for stranger in [app.studio().await, app.customer().await] {
        assert_eq!(update(&stranger, json!({ "id": game, "title": "Mine" })).await.codes(), ["FORBIDDEN"]);
        assert_eq!(set_status(&stranger, &game, "RETIRED").await.codes(), ["FORBIDDEN"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_retired_game_takes_no_new_subscriptions() {
    let app = TestApp::start().await;
    let (studio, early, late) = (app.studio().await, app.customer().await, app.customer().await);
    let game = studio.publish("Saltmarsh").await;
    let held = early.subscribe(&game).await;
    let retired = set_status(&studio, &game, "RETIRED").await;
    assert_eq!(retired.done("changeGameStatus")["game"], json!({ "status": "RETIRED", "version": 2 }));
    let again = set_status(&studio, &game, "RETIRED").await;
    assert_eq!(again.refusals("changeGameStatus"), ["ILLEGAL_TRANSITION at input.status"]);
    assert_eq!(*again.at("/changeGameStatus/userErrors/0/allowed"), json!(["ACTIVE"]));
    let none = set_status(&studio, "x", "RETIRED").await;
    assert_eq!(none.refusals("changeGameStatus"), ["NOT_FOUND at input.id"]);

    let refused = late.try_to_subscribe(&game).await;
    assert_eq!(refused.refusals("subscribe"), ["INVALID at input.gameId"]);
    assert!(refused.text("/subscribe/userErrors/0/message").contains("retired"));
    // What there was goes on, and everyone still sees the game.
    early.move_subscription(&held, "PAUSED").await.done("changeSubscriptionStatus");
    early.move_subscription(&held, "ACTIVE").await.done("changeSubscriptionStatus");
    let seen = late.gql("query($id: ID!) { game(id: $id) { status } }", json!({ "id": game })).await;
    assert_eq!(seen.at("/game/status"), "RETIRED");

    set_status(&app.manager().await.client, &game, "ACTIVE").await.done("changeGameStatus");
    late.subscribe(&game).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closed_studios_game_stays_but_takes_no_new_subscriptions() {
    let app = TestApp::start().await;
    let (studio, early, late) = (app.studio().await, app.customer().await, app.customer().await);
    let admin = app.admin().await;
    let game = studio.publish("Saltmarsh").await;
    let held = early.subscribe(&game).await;
    close(&admin, &studio.id).await;
    let refused = late.try_to_subscribe(&game).await;
    assert_eq!(refused.refusals("subscribe"), ["INVALID at input.gameId"]);
    early.move_subscription(&held, "PAUSED").await.done("changeSubscriptionStatus");
    let seen = late
        .gql("query($id: ID!) { game(id: $id) { status studio { username } } }", json!({ "id": game }))
        .await;
    assert_eq!(*seen.at("/game"), json!({ "status": "ACTIVE", "studio": { "username": studio.username } }));
}
