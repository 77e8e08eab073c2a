//! Games and subscriptions in lists: filters, search, pages, counts, and what a list costs.

use crate::support::{Client, Person, TestApp, Value, json};

const GAMES: &str = "query($first: Int, $after: String, $filter: GameFilter, $sort: GameSort! = NEWEST) {
    games(first: $first, after: $after, filter: $filter, sort: $sort) {
        totalCount nodes { title } pageInfo { hasNextPage endCursor } } }";

async fn titles(client: &Client, variables: Value) -> Vec<String> {
    let reply = client.gql(GAMES, variables).await;
    let nodes = reply.at("/games/nodes").as_array().cloned().unwrap_or_default();
    nodes.iter().filter_map(|node| node["title"].as_str()).map(str::to_owned).collect()
}

async fn describe(studio: &Person, title: &str, description: &str) -> String {
    const CREATE: &str = "mutation($input: CreateGameInput!) { createGame(input: $input) {
        game { id } userErrors { code path message } } }";
    let input = json!({ "title": title, "description": description });
    studio.gql(CREATE, json!({ "input": input })).await.text("/createGame/game/id")
}

async fn retire(studio: &Person, game: &str) {
    const RETIRE: &str = "mutation($id: ID!) { changeGameStatus(input: {id: $id, status: RETIRED}) {
        userErrors { code } } }";
    studio.gql(RETIRE, json!({ "id": game })).await.done("changeGameStatus");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn games_are_found_by_words_studio_and_status() {
    let app = TestApp::start().await;
    let (one, two) = (app.studio().await, app.studio().await);
    describe(&one, "Saltmarsh Chronicle", "Herons, tides and a lighthouse.").await;
    describe(&one, "Ferry Lights", "Carry passengers across the marsh at night.").await;
    let old = describe(&two, "Attic", "Find out what grandfather hid.").await;
    describe(&two, "Zähringer", "").await;
    retire(&two, &old).await;
    let visitor = app.visitor();
    let find = async |filter: Value| titles(&visitor, json!({ "filter": filter })).await;

    assert_eq!(find(Value::Null).await, ["Zähringer", "Ferry Lights", "Saltmarsh Chronicle"]);
    assert_eq!(find(json!({ "statuses": [] })).await.len(), 3);
    assert_eq!(find(json!({ "statuses": ["RETIRED"] })).await, ["Attic"]);
    assert_eq!(
        find(json!({ "statuses": ["RETIRED", "ACTIVE"], "studioId": two.id })).await,
        ["Zähringer", "Attic"]
    );
    assert_eq!(find(json!({ "studioId": "x" })).await, Vec::<String>::new());
    assert_eq!(find(json!({ "search": "lighthouses" })).await, ["Saltmarsh Chronicle"], "by stem");
    assert_eq!(find(json!({ "search": "passen ferr" })).await, ["Ferry Lights"], "by beginnings");
    assert_eq!(find(json!({ "search": "saltmrsh" })).await, ["Saltmarsh Chronicle"], "with a letter missing");
    assert_eq!(find(json!({ "search": "zahringer" })).await, ["Zähringer"], "without the accent");
    assert_eq!(find(json!({ "search": "\u{0}" })).await.len(), 3, "nothing is searched for");
    assert_eq!(find(json!({ "search": "heron", "studioId": two.id })).await, Vec::<String>::new());
    let marsh = json!({ "filter": { "search": "marsh ferry" }, "sort": "RELEVANCE" });
    assert_eq!(titles(&visitor, marsh).await, ["Ferry Lights"]);
    let by_title = titles(&visitor, json!({ "sort": "TITLE" })).await;
    assert_eq!(by_title, ["Ferry Lights", "Saltmarsh Chronicle", "Zähringer"]);
    let long = visitor.gql(GAMES, json!({ "filter": { "search": "x".repeat(201) } })).await;
    assert_eq!(long.codes(), ["BAD_USER_INPUT"]);
    // A studio shows all that it has published.
    let shelf = "query($id: ID!) { user(id: $id) { games { totalCount nodes { title } } } }";
    let shelf = visitor.gql(shelf, json!({ "id": two.id })).await;
    assert_eq!(
        *shelf.at("/user/games"),
        json!({ "totalCount": 2, "nodes": [{ "title": "Zähringer" }, { "title": "Attic" }] })
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_follow_each_other_in_every_order() {
    let app = TestApp::start().await;
    let studio = app.studio().await;
    for title in ["Tide One", "tide two", "Tide Three", "tide four", "Tide Five"] {
        studio.publish(title).await;
    }
    let visitor = app.visitor();
    for sort in ["NEWEST", "TITLE", "RELEVANCE"] {
        let filter = json!({ "search": "tide" });
        let whole = titles(&visitor, json!({ "sort": sort, "filter": filter })).await;
        let (mut after, mut seen) = (Value::Null, Vec::new());
        loop {
            let variables = json!({ "first": 2, "after": after, "sort": sort, "filter": filter });
            let page = visitor.gql(GAMES, variables.clone()).await;
            assert_eq!(page.at("/games/totalCount"), 5);
            seen.extend(titles(&visitor, variables).await);
            after = page.at("/games/pageInfo/endCursor").clone();
            if page.at("/games/pageInfo/hasNextPage") == &json!(false) {
                break;
            }
        }
        assert_eq!(seen, whole, "{sort}");
        assert_eq!(seen.len(), 5);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn subscriptions_are_filtered_and_paged() {
    const LIST: &str = "query($first: Int, $filter: GameSubscriptionFilter) {
        subscriptions(first: $first, filter: $filter) { totalCount nodes { id } } }";
    let app = TestApp::start().await;
    let (studio, a, b) = (app.studio().await, app.customer().await, app.customer().await);
    let (one, two) = (studio.publish("One").await, studio.publish("Two").await);
    let a_one = a.subscribe(&one).await;
    let a_two = a.subscribe(&two).await;
    let b_one = b.subscribe(&one).await;
    b.move_subscription(&b_one, "PAUSED").await.done("changeSubscriptionStatus");
    let manager = app.manager().await;
    for (filter, ids) in [
        (json!(null), vec![&b_one, &a_two, &a_one]),
        (json!({ "statuses": ["PAUSED"] }), vec![&b_one]),
        (json!({ "gameId": one }), vec![&b_one, &a_one]),
        (json!({ "playerId": a.id }), vec![&a_two, &a_one]),
        (json!({ "playerId": a.id, "gameId": one, "statuses": ["ACTIVE", "PAUSED"] }), vec![&a_one]),
        (json!({ "playerId": "x" }), vec![]),
    ] {
        let reply = manager.gql(LIST, json!({ "first": 1, "filter": filter })).await;
        assert_eq!(*reply.at("/subscriptions/totalCount"), json!(ids.len()), "{filter}");
        let reply = manager.gql(LIST, json!({ "filter": filter })).await;
        let nodes: Vec<_> = ids.iter().map(|id| json!({ "id": id })).collect();
        assert_eq!(*reply.at("/subscriptions/nodes"), json!(nodes), "{filter}");
    }
    let own = "{ viewer { games { nodes { title subscriptions(filter: {statuses: [ACTIVE]}) {
        totalCount nodes { player { id } } } } } } }";
    let own = studio.query(own).await;
    let only_a = json!({ "totalCount": 1, "nodes": [{ "player": { "id": a.id } }] });
    assert_eq!(
        *own.at("/viewer/games/nodes"),
        json!([{ "title": "Two", "subscriptions": only_a }, { "title": "One", "subscriptions": only_a }])
    );
    // Its account, its games, and for all of them the pages, the counts and the players.
    assert_eq!(own.statements(), 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn popularity_counts_by_status_and_time() {
    const ASK: &str = "query($id: ID!, $since: DateTime!) { game(id: $id) { popularity { activeSubscribers
        pausedSubscribers cancelledSubscribers totalSubscribers newSubscribers(since: $since) } } }";
    let app = TestApp::start().await;
    let mut studio = app.studio().await;
    let (game, empty) = (studio.publish("One").await, studio.publish("Two").await);
    for status in [None, Some("PAUSED"), Some("CANCELLED"), Some("CANCELLED")] {
        let player = app.customer().await;
        let held = player.subscribe(&game).await;
        if let Some(status) = status {
            player.move_subscription(&held, status).await.done("changeSubscriptionStatus");
        }
    }
    app.clock.advance(chrono::TimeDelta::days(3));
    let since = app.clock.now().to_rfc3339();
    app.customer().await.subscribe(&game).await;
    studio.sign_in().await;
    let asked = studio.gql(ASK, json!({ "id": game, "since": since })).await;
    assert_eq!(
        *asked.at("/game/popularity"),
        json!({ "activeSubscribers": 2, "pausedSubscribers": 1, "cancelledSubscribers": 2,
            "totalSubscribers": 5, "newSubscribers": 1 })
    );
    let asked = studio.gql(ASK, json!({ "id": empty, "since": since })).await;
    assert_eq!(
        *asked.at("/game/popularity"),
        json!({ "activeSubscribers": 0, "pausedSubscribers": 0, "cancelledSubscribers": 0,
            "totalSubscribers": 0, "newSubscribers": 0 })
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_games_cost_no_more_statements_than_one() {
    let app = TestApp::start().await;
    let (studio, player) = (app.studio().await, app.customer().await);
    for number in 0..50 {
        let game = studio.publish(&format!("Game {number}")).await;
        if number % 5 == 0 {
            player.subscribe(&game).await;
        }
    }
    let manager = app.manager().await;
    let asked = manager
        .query(
            "{ games(first: 50) { nodes { studio { username } viewerSubscription { id }
                popularity { activeSubscribers totalSubscribers } } } }",
        )
        .await;
    assert_eq!(asked.at("/games/nodes").as_array().map(Vec::len), Some(50));
    assert_eq!(asked.at("/games/nodes/49/popularity/activeSubscribers"), 1);
    assert_eq!(asked.at("/games/nodes/48/popularity/totalSubscribers"), 0);
    // The games, and for all of them the studios, what the viewer holds, and the counts.
    assert_eq!(asked.statements(), 4);
    let shorter = "{ games(first: 50) { nodes { studio { username } popularity { totalSubscribers } } } }";
    assert_eq!(manager.query(shorter).await.statements(), 3);
    let since = "{ games(first: 50) { nodes { popularity {
        day: newSubscribers(since: \"2000-01-01T00:00:00Z\") month: newSubscribers(since: \"2001-01-01T00:00:00Z\")
        } } } }";
    let asked = manager.query(since).await;
    assert_eq!(asked.at("/games/nodes/49/popularity/month"), 1);
    // The games, the counts, and one more for each moment.
    assert_eq!(asked.statements(), 4);
}
