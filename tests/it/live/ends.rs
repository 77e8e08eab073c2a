//! What lasts ends with its token, and with the server.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use diesel_async::SimpleAsyncConnection as _;
use reqwest::Method;

use super::{CHANGED, is_heard, shows, subscribe_body};
use crate::support::{Events, Socket, TestApp, json};

/// Far longer than the second that is promised, since the machine may be busy, and far shorter than a token lasts.
const SOON: Duration = Duration::from_secs(15);

async fn ends_soon(socket: &mut Socket) {
    let begun = Instant::now();
    assert_eq!(socket.end_with_reason().await, (4401, "The token is no longer good".to_owned()));
    assert!(begun.elapsed() < SOON, "it took {:?}", begun.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_socket_ends_when_its_session_does() {
    let app = TestApp::start().await;
    let (person, other) = (app.customer().await, app.customer().await);
    let (elsewhere, _running) = app.second_instance(&[]).await;
    let elsewhere = elsewhere.with_token(person.token.clone());
    let (mut near, mut far) = (Socket::of(&person).await, Socket::of(&elsewhere).await);
    let mut stays = Socket::of(&other).await;
    person.query("mutation { signOut { signedOut } }").await.data();
    ends_soon(&mut near).await;
    ends_soon(&mut far).await;
    assert_eq!(stays.result("{ viewer { id } }", json!({})).await["data"]["viewer"]["id"], json!(other.id));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_socket_ends_when_its_account_changes() {
    let app = TestApp::start().await;
    let (closing, promoted, admin) = (app.customer().await, app.customer().await, app.admin().await);
    let mut socket = Socket::of(&closing).await;
    let close =
        "mutation($input: CloseAccountInput!) { closeAccount(input: $input) { userErrors { code } } }";
    closing.gql(close, json!({ "input": { "password": closing.password } })).await.done("closeAccount");
    ends_soon(&mut socket).await;

    let mut socket = Socket::of(&promoted).await;
    let set = "mutation($input: SetUserRoleInput!) { setUserRole(input: $input) { userErrors { code } } }";
    let input = json!({ "userId": promoted.id, "role": "MANAGER" });
    admin.gql(set, json!({ "input": input })).await.done("setUserRole");
    ends_soon(&mut socket).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_socket_ends_when_the_time_of_its_token_is_over() {
    let app = TestApp::start().await;
    let person = app.customer().await;
    let product = person.sell("Lamp", "5.00", 1, json!({})).await;
    let (mut socket, mut visitor) = (Socket::of(&person).await, Socket::of(&app.visitor()).await);
    let mut events =
        Events::of(person.request(Method::POST, "/graphql").json(&subscribe_body(&product))).await;
    app.clock.advance(TimeDelta::minutes(14));
    assert_eq!(socket.result("{ __typename }", json!({})).await["data"]["__typename"], json!("Query"));
    app.clock.advance(TimeDelta::minutes(2));
    ends_soon(&mut socket).await;
    // There is no `complete`, so that the client comes again.
    assert_eq!(events.next().await, None);
    assert_eq!(visitor.result("{ __typename }", json!({})).await["data"]["__typename"], json!("Query"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_program_is_heard_until_its_token_is_revoked() {
    let app = TestApp::start().await;
    let person = app.customer().await;
    let create = "mutation { createApiToken(input: { name: \"a program\" }) { apiToken { id } secret } }";
    let made = person.query(create).await;
    let program = person.with_token(made.text("/createApiToken/secret"));
    let mut socket = Socket::of(&program).await;
    app.clock.advance(TimeDelta::days(1));
    assert_eq!(socket.result("{ viewer { id } }", json!({})).await["data"]["viewer"]["id"], json!(person.id));
    let revoke = format!(
        "mutation {{ revokeApiToken(input: {{ id: \"{}\" }}) {{ userErrors {{ code }} }} }}",
        made.text("/createApiToken/apiToken/id")
    );
    program.query(&revoke).await.data();
    ends_soon(&mut socket).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_ending_server_sends_everyone_away_in_order() {
    let app = TestApp::start().await;
    let seller = app.customer().await;
    let product = seller.sell("Lamp", "5.00", 1, json!({})).await;
    let (visitor, running) = app.second_instance(&["--drain=20"]).await;
    let (mut idle, mut watching) = (Socket::of(&visitor).await, Socket::of(&visitor).await);
    watching.subscribe("1", CHANGED, json!({ "id": product })).await;
    is_heard(&mut watching, &seller, &product).await;
    let mut events =
        Events::of(visitor.request(Method::POST, "/graphql").json(&subscribe_body(&product))).await;
    shows(&visitor, "souk_event_streams", 1).await;
    let begun = Instant::now();
    let mut ending = tokio::task::JoinSet::new();
    ending.spawn(running.stop());
    for socket in [&mut idle, &mut watching] {
        let (code, reason) = socket.end_with_reason().await;
        assert_eq!((code, reason.as_str()), (1001, "The server ends, connect again"));
    }
    while events.next().await.is_some() {}
    ending.join_next().await.expect("it is the one").expect("it ends well");
    assert!(begun.elapsed() < Duration::from_secs(10), "it took {:?}", begun.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_ending_server_waits_for_what_has_begun() {
    let app = TestApp::start().await;
    let seller = app.customer().await;
    let product = seller.sell("Lamp", "5.00", 1, json!({})).await;
    let (elsewhere, running) = app.second_instance(&["--drain=20"]).await;
    let elsewhere = elsewhere.with_token(seller.token.clone());
    let mut holder = app.database.connect().await;
    let hold = format!("BEGIN; SELECT 1 FROM products WHERE id = '{product}' FOR UPDATE");
    holder.batch_execute(&hold).await.expect("the row is there");
    let (mut socket, mut leaves) = (Socket::of(&elsewhere).await, Socket::of(&elsewhere).await);
    let update = "mutation($input: UpdateProductInput!) { updateProduct(input: $input) {
        product { stock } userErrors { code } } }";
    for (socket, stock) in [(&mut socket, 2), (&mut leaves, 3)] {
        let input = json!({ "id": product, "stock": stock });
        socket.subscribe("1", update, json!({ "input": input })).await;
    }
    app.database.waiters(2).await;
    // Nobody waits for the answer of one of them.
    leaves.say(json!({ "type": "complete", "id": "1" })).await;
    let mut ending = tokio::task::JoinSet::new();
    ending.spawn(running.stop());
    assert_eq!(leaves.end().await, 1001);
    assert!(ending.try_join_next().is_none(), "it ends before what has begun");
    holder.batch_execute("COMMIT").await.expect("it was only held");
    let answer = socket.hear().await;
    assert_eq!(answer["payload"]["data"]["updateProduct"]["userErrors"], json!([]), "{answer:#}");
    assert_eq!(socket.end().await, 1001);
    ending.join_next().await.expect("it is the one").expect("it ends well");
    let version = "SELECT version FROM products";
    assert_eq!(app.database.text(version).await, "3", "both have changed it");
}
