//! Sessions and tokens: signing in and out, refreshing, API tokens, and what ends when.

use chrono::TimeDelta;
use futures_util::future::join_all;
use reqwest::{Method, StatusCode};
use std::time::{Duration, Instant};

use crate::support::{Client, Person, Reply, TestApp, Value, json};

mod throttle;
mod tokens;

const VIEWER: &str = "{ viewer { id } }";
/// The key that the stores of the tests sign with.
const KEY: &str = "a-key-of-the-tests-that-is-long-enough";

async fn sign_in(client: &Client, login: &str, password: &str) -> Reply {
    const SIGN_IN: &str = "mutation($input: SignInInput!) { signIn(input: $input) {
        accessToken refreshToken user { id } userErrors { code message path } } }";
    client.gql(SIGN_IN, json!({ "input": { "login": login, "password": password } })).await
}

async fn refresh(client: &Client, token: &str) -> Reply {
    const REFRESH: &str = "mutation($input: RefreshSessionInput!) { refreshSession(input: $input) {
        accessToken refreshToken expiresAt user { id } userErrors { code message path } } }";
    client.gql(REFRESH, json!({ "input": { "refreshToken": token } })).await
}

async fn change_password(client: &Client, current: &str, new: &str) -> Reply {
    const CHANGE: &str = "mutation($input: ChangePasswordInput!) { changePassword(input: $input) {
        userErrors { code message path } } }";
    client.gql(CHANGE, json!({ "input": { "currentPassword": current, "newPassword": new } })).await
}

async fn create_api_token(client: &Client, name: &str, expires_at: Option<&str>) -> Reply {
    const CREATE: &str = "mutation($input: CreateApiTokenInput!) { createApiToken(input: $input) {
        apiToken { id name createdAt lastUsedAt expiresAt } secret userErrors { code message path } } }";
    client.gql(CREATE, json!({ "input": { "name": name, "expiresAt": expires_at } })).await
}

async fn revoke_api_token(client: &Client, id: &str) -> Reply {
    const REVOKE: &str = "mutation($input: RevokeApiTokenInput!) { revokeApiToken(input: $input) {
        apiToken { id } secret userErrors { code message path } } }";
    client.gql(REVOKE, json!({ "input": { "id": id } })).await
}

async fn sign_out(client: &Client) -> Reply {
    client.query("mutation { signOut { signedOut } }").await
}

async fn verify(client: &Client, token: &str) -> Value {
    const VERIFY: &str = "query($token: String!) { verifyToken(token: $token) {
        active kind expiresAt user { username } } }";
    client.gql(VERIFY, json!({ "token": token })).await.at("/verifyToken").clone()
}

/// A client with a new API token of this person.
async fn program_of(person: &Person) -> Client {
    let reply = create_api_token(person, "a program", None).await;
    person.with_token(reply.text("/createApiToken/secret"))
}

/// The token with another last letter, whatever the last one is.
fn mistyped(token: &str) -> String {
    let (rest, last) = token.split_at(token.len() - 1);
    format!("{rest}{}", if last == "x" { 'y' } else { 'x' })
}

#[track_caller]
fn is_unauthenticated(reply: &Reply) {
    assert_eq!((reply.status, reply.codes()), (StatusCode::UNAUTHORIZED, vec!["UNAUTHENTICATED"]));
    assert!(reply.body["data"].is_null(), "{:#}", reply.body);
}

/// Waits until a token is refused: far longer than the second that is promised, since the machine may be busy, and far
/// shorter than the token lasts.
async fn is_refused_soon(client: &Client) {
    let deadline = Instant::now() + Duration::from_secs(15);
    loop {
        let reply = client.query(VIEWER).await;
        if reply.codes() == ["UNAUTHENTICATED"] {
            return;
        }
        assert!(Instant::now() < deadline, "it is still taken: {:#}", reply.body);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_signs_in_by_username_or_email_without_regard_to_case() {
    let app = TestApp::start().await;
    let person = app.customer().await;
    let (upper, email) = (person.username.to_uppercase(), format!("{}@Example.ORG", person.username));
    for login in [person.username.as_str(), &upper, &email, &format!(" {email} ")] {
        let reply = sign_in(&app.visitor(), login, &person.password).await;
        assert_eq!(reply.done("signIn")["user"]["id"], json!(person.id), "{login}");
        let client = app.visitor().with_token(reply.text("/signIn/accessToken"));
        assert_eq!(client.query(VIEWER).await.text("/viewer/id"), person.id);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failed_sign_in_tells_nothing_of_the_account() {
    const CLOSE: &str = "mutation($password: String!) { closeAccount(input: { password: $password }) {
        userErrors { code message path } } }";
    let app = TestApp::with(&["--rate-limit=on"]).await;
    let (person, closed) = (app.customer().await, app.customer().await);
    closed.gql(CLOSE, json!({ "password": closed.password })).await.done("closeAccount");
    let email = format!("{}@example.org", person.username);
    let long = "x".repeat(100);
    let wrong = sign_in(&app.visitor(), &person.username, "something else").await;
    assert_eq!(wrong.refusals("signIn"), ["BAD_CREDENTIALS at input"]);
    assert_eq!(wrong.at("/signIn/accessToken"), &json!(null));
    for (login, password) in [
        ("no-such-account", "something else"),
        ("nobody@example.org", "something else"),
        (&email, "something else"),
        (&closed.username, &closed.password),
        (&person.username, &long),
        ("no-such-account", &long),
        (&person.username, "with\0nothing"),
        ("with\0nothing", "something else"),
        ("", ""),
    ] {
        let reply = sign_in(&app.visitor(), login, password).await;
        assert_eq!((reply.status, &reply.body), (wrong.status, &wrong.body), "{login:?} {password:?}");
    }
    let unknown = sign_in(&app.visitor(), "no-such-account", "something else").await;
    assert_eq!(unknown.statements(), wrong.statements(), "each takes its time");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refreshing_keeps_the_session_and_rotates_its_token() {
    const SESSIONS: &str = "{ viewer { sessions { id createdAt lastUsedAt expiresAt current } } }";
    let app = TestApp::start().await;
    let person = app.customer().await;
    let before = person.query(SESSIONS).await.at("/viewer/sessions").clone();
    app.clock.advance(TimeDelta::minutes(20));
    let reply = refresh(&app.visitor(), &person.refresh_token).await;
    let payload = reply.done("refreshSession");
    assert_eq!(payload["user"]["id"], json!(person.id));
    assert_ne!(payload["refreshToken"], json!(person.refresh_token));
    let client = person.with_token(reply.text("/refreshSession/accessToken"));
    let after = client.query(SESSIONS).await.at("/viewer/sessions").clone();
    assert_eq!(after.as_array().map(Vec::len), Some(1));
    let (before, after) = (&before[0], &after[0]);
    assert_eq!((&after["id"], &after["createdAt"]), (&before["id"], &before["createdAt"]));
    assert_eq!(after["current"], true);
    for moved in ["lastUsedAt", "expiresAt"] {
        assert!(after[moved].as_str() > before[moved].as_str(), "{moved}: {before} {after}");
    }
    refresh(&app.visitor(), &reply.text("/refreshSession/refreshToken")).await.done("refreshSession");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refresh_token_sent_eight_times_at_once_has_one_successor() {
    let app = TestApp::start().await;
    let (person, visitor) = (app.customer().await, app.visitor());
    let mut token = person.refresh_token.clone();
    for _ in 0..8 {
        let replies = join_all((0..8).map(|_| refresh(&visitor, &token))).await;
        let successor = replies[0].text("/refreshSession/refreshToken");
        assert_ne!(successor, token);
        for reply in &replies {
            assert_eq!(reply.done("refreshSession")["refreshToken"], json!(successor));
            let client = visitor.with_token(reply.text("/refreshSession/accessToken"));
            assert_eq!(client.query(VIEWER).await.text("/viewer/id"), person.id);
        }
        token = successor;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_answer_can_be_had_again_while_its_token_is_unused() {
    // Long enough for the slowest machine.
    let app = TestApp::with(&["--refresh-grace=600"]).await;
    let (person, visitor) = (app.customer().await, app.visitor());
    let first = refresh(&visitor, &person.refresh_token).await;
    app.clock.advance(TimeDelta::seconds(300));
    let again = refresh(&visitor, &person.refresh_token).await;
    let next = again.text("/refreshSession/refreshToken");
    assert_eq!(next, first.text("/refreshSession/refreshToken"));
    let last = refresh(&visitor, &next).await;
    let client = visitor.with_token(last.text("/refreshSession/accessToken"));
    // By now the answer was not lost.
    let told = refresh(&visitor, &person.refresh_token).await.refusals("refreshSession");
    assert_eq!(told, ["BAD_CREDENTIALS at input.refreshToken"]);
    is_unauthenticated(&client.query(VIEWER).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reused_refresh_token_ends_its_session() {
    let app = TestApp::start().await;
    let (mut person, visitor) = (app.customer().await, app.visitor());
    let (old, first) = (person.refresh_token.clone(), person.client.clone());
    person.sign_in().await;
    let reply = refresh(&visitor, &old).await;
    app.clock.advance(TimeDelta::seconds(11));
    let successor = reply.text("/refreshSession/refreshToken");
    let client = visitor.with_token(reply.text("/refreshSession/accessToken"));
    assert_eq!(client.query(VIEWER).await.text("/viewer/id"), person.id);
    for token in [&old, &successor] {
        let told = refresh(&visitor, token).await.refusals("refreshSession");
        assert_eq!(told, ["BAD_CREDENTIALS at input.refreshToken"]);
    }
    for client in [&client, &first] {
        is_unauthenticated(&client.query(VIEWER).await);
    }
    // The others know nothing of it.
    assert_eq!(person.query(VIEWER).await.text("/viewer/id"), person.id);
    refresh(&visitor, &person.refresh_token).await.done("refreshSession");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_a_refresh_token_refreshes_and_does_nothing_else() {
    let app = TestApp::start().await;
    let (person, visitor) = (app.customer().await, app.visitor());
    let access = person.token.clone().expect("they are signed in");
    let api = program_of(&person).await.token.expect("it has a token");
    let mistyped = mistyped(&person.refresh_token);
    for bad in ["", "nonsense", "souk_rt_", &mistyped, &access, &api] {
        let told = refresh(&visitor, bad).await.refusals("refreshSession");
        assert_eq!(told, ["BAD_CREDENTIALS at input.refreshToken"], "{bad}");
    }
    is_unauthenticated(&visitor.with_token(person.refresh_token.clone()).query(VIEWER).await);
    refresh(&visitor, &person.refresh_token).await.done("refreshSession");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_ends_when_it_is_not_used_for_thirty_days() {
    let app = TestApp::start().await;
    let (person, visitor) = (app.customer().await, app.visitor());
    app.clock.advance(TimeDelta::days(29));
    let next = refresh(&visitor, &person.refresh_token).await.text("/refreshSession/refreshToken");
    app.clock.advance(TimeDelta::days(29));
    let reply = refresh(&visitor, &next).await;
    let next = reply.text("/refreshSession/refreshToken");
    app.clock.advance(TimeDelta::days(30) + TimeDelta::seconds(1));
    let told = refresh(&visitor, &next).await.refusals("refreshSession");
    assert_eq!(told, ["BAD_CREDENTIALS at input.refreshToken"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_access_token_ends_by_the_clock() {
    let app = TestApp::start().await;
    let person = app.customer().await;
    app.clock.advance(TimeDelta::minutes(14));
    assert_eq!(person.query(VIEWER).await.text("/viewer/id"), person.id);
    app.clock.advance(TimeDelta::seconds(61));
    is_unauthenticated(&person.query(VIEWER).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn signing_out_ends_this_session_alone() {
    let app = TestApp::start().await;
    let mut person = app.customer().await;
    let (first, refresh_token) = (person.client.clone(), person.refresh_token.clone());
    person.sign_in().await;
    assert_eq!(sign_out(&first).await.at("/signOut/signedOut"), true);
    is_unauthenticated(&first.query(VIEWER).await);
    let told = refresh(&app.visitor(), &refresh_token).await.refusals("refreshSession");
    assert_eq!(told, ["BAD_CREDENTIALS at input.refreshToken"]);
    assert_eq!(person.query(VIEWER).await.text("/viewer/id"), person.id);
    // A program has no session, and a visitor nothing at all.
    let program = program_of(&person).await;
    assert_eq!(sign_out(&program).await.at("/signOut/signedOut"), false);
    assert_eq!(program.query(VIEWER).await.text("/viewer/id"), person.id);
    assert_eq!(sign_out(&app.visitor()).await.codes(), ["UNAUTHENTICATED"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sessions_are_listed_with_the_one_that_asks() {
    const SESSIONS: &str = "{ viewer { sessions { userAgent current } } }";
    const SIGN_IN: &str = "mutation($login: String!, $password: String!) {
        signIn(input: { login: $login, password: $password }) { accessToken } }";
    let app = TestApp::start().await;
    let person = app.customer().await;
    let request = json!({ "query": SIGN_IN,
        "variables": { "login": person.username, "password": person.password } });
    let visitor = app.visitor();
    let phone = visitor.request(Method::POST, "/graphql").header("user-agent", "A phone").json(&request);
    let phone = visitor.with_token(Reply::of(phone).await.text("/signIn/accessToken"));
    let both = json!([{ "userAgent": "A phone", "current": true }, { "userAgent": null, "current": false }]);
    assert_eq!(phone.query(SESSIONS).await.at("/viewer/sessions"), &both);
    let program = program_of(&person).await;
    let both = json!([{ "userAgent": "A phone", "current": false }, { "userAgent": null, "current": false }]);
    assert_eq!(program.query(SESSIONS).await.at("/viewer/sessions"), &both);
    sign_out(&phone).await.data();
    let one = json!([{ "userAgent": null, "current": true }]);
    assert_eq!(person.query(SESSIONS).await.at("/viewer/sessions"), &one);
}
