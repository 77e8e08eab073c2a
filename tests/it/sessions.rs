//! Sessions and tokens: signing in and out, refreshing, API tokens, and what ends when.

use std::time::{Duration, Instant};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use futures_util::future::join_all;
use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::{Method, StatusCode};
use sha2::Sha256;
use souk::jobs;

use crate::support::{Client, Person, Reply, TestApp, Value, json};

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

#[track_caller]
fn is_unauthenticated(reply: &Reply) {
    assert_eq!((reply.status, reply.codes()), (StatusCode::UNAUTHORIZED, vec!["UNAUTHENTICATED"]));
    assert!(reply.body["data"].is_null(), "{:#}", reply.body);
}

/// Waits until a token is refused; somewhat longer than the second that is promised, since the machine may be busy.
async fn is_refused_soon(client: &Client) {
    let deadline = Instant::now() + Duration::from_secs(3);
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
    let mistyped = format!("{}x", &person.refresh_token[..person.refresh_token.len() - 1]);
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bad_token_is_never_taken_for_a_visitor() {
    const PUBLIC: &str = "{ tags { totalCount } }";
    let app = TestApp::start().await;
    let visitor = app.visitor();
    assert_eq!(visitor.query(PUBLIC).await.at("/tags/totalCount"), 0);
    let good = app.customer().await.token.clone().expect("they are signed in");
    let body = json!({ "query": PUBLIC });
    let long = format!("Bearer {}", "x".repeat(4000));
    for bad in ["", "Bearer", "Bearer ", "Bearer nonsense", "Bearer a.b.c", "Basic YTpi", &good, &long] {
        let request = visitor.request(Method::POST, "/graphql").header("authorization", bad).json(&body);
        is_unauthenticated(&Reply::of(request.header("accept", "application/graphql-response+json")).await);
    }
    let twice = visitor.with_token(good.clone()).request(Method::POST, "/graphql").bearer_auth(&good);
    let reply = Reply::of(twice.json(&body).header("accept", "application/graphql-response+json")).await;
    is_unauthenticated(&reply);
    let lower = visitor.request(Method::POST, "/graphql").header("authorization", format!("bearer {good}"));
    assert_eq!(Reply::of(lower.json(&body)).await.at("/tags/totalCount"), 0);
}

/// A token as whoever knows `key` could make it.
fn forge(header: &Value, claims: &Value, key: &str) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let text = format!("{}.{}", part(header), part(claims));
    let mac = Hmac::<Sha256>::new_from_slice(key.as_bytes()).expect("keys may have any length");
    let signature = mac.chain_update(&text).finalize().into_bytes();
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn parts(token: &str) -> Vec<Value> {
    let read = |part| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).expect("it is base 64")).ok();
    token.split('.').take(2).map(|part| read(part).expect("it is JSON")).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_forged_token_is_refused_whatever_it_says() {
    let app = TestApp::start().await;
    let person = app.customer().await;
    let real = person.token.clone().expect("they are signed in");
    let [header, claims] = &parts(&real)[..] else { panic!("a token has a header and claims") };
    let with = |old: &Value, name: &str, value: Value| {
        let mut new = old.clone();
        new[name] = value;
        new
    };
    let without = |name: &str| {
        let mut new = claims.clone();
        new.as_object_mut().and_then(|claims| claims.remove(name)).expect("there was such a claim");
        new
    };
    // The forger knows the trade: the same again is taken.
    let same = person.with_token(forge(header, claims, KEY)).query(VIEWER).await;
    assert_eq!(same.text("/viewer/id"), person.id);
    let now = app.clock.now().timestamp();
    let mut bad: Vec<String> = [
        with(claims, "exp", json!(now - 1)),
        with(claims, "exp", json!("9999999999")),
        with(claims, "nbf", json!(now + 60)),
        with(claims, "iss", json!("someone")),
        with(claims, "aud", json!("someone")),
        with(claims, "role", json!("EMPEROR")),
        with(claims, "sub", json!("nobody")),
    ]
    .iter()
    .map(|claims| forge(header, claims, KEY))
    .collect();
    bad.extend(
        ["exp", "nbf", "iss", "aud", "sub", "sid", "epoch"].map(|it| forge(header, &without(it), KEY)),
    );
    let admin = with(claims, "role", json!("ADMIN"));
    bad.push(forge(header, &admin, "another-key-that-is-just-as-long-as-ours"));
    for (name, value) in
        [("alg", "none"), ("alg", "HS512"), ("alg", "RS256"), ("kid", "other"), ("typ", "at")]
    {
        bad.push(forge(&with(header, name, json!(value)), claims, KEY));
    }
    let none = forge(&with(header, "alg", json!("none")), claims, KEY);
    bad.push(none[..=none.rfind('.').expect("it has three parts")].to_owned());
    bad.push(real[..=real.rfind('.').expect("it has three parts")].to_owned());
    bad.push(format!("{real}x"));
    for token in bad {
        is_unauthenticated(&person.with_token(token.clone()).query(VIEWER).await);
        assert_eq!(verify(&person, &token).await["active"], false);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replaced_key_signs_nobody_out() {
    let app = TestApp::start().await;
    let person = app.customer().await;
    let keys = format!("--signing-key=a-new-key-that-is-quite-as-long-as-the-old,{KEY}");
    let (visitor, newer) = app.second_instance(&[&keys]).await;
    let (old, old_refresh) = (visitor.with_token(person.token.clone()), &person.refresh_token);
    assert_eq!(old.query(VIEWER).await.text("/viewer/id"), person.id);
    let reply = refresh(&visitor, old_refresh).await;
    let client = visitor.with_token(reply.text("/refreshSession/accessToken"));
    assert_eq!(client.query(VIEWER).await.text("/viewer/id"), person.id);
    // Where the new key is not known yet, its tokens are not good.
    is_unauthenticated(&person.with_token(client.token.clone()).query(VIEWER).await);
    newer.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_ends_on_one_instance_ends_on_the_others() {
    const CLOSE: &str = "mutation($input: CloseAccountInput!) { closeAccount(input: $input) {
        userErrors { code message path } } }";
    const SET_ROLE: &str = "mutation($id: ID!) { setUserRole(input: { userId: $id, role: STUDIO }) {
        userErrors { code message path } } }";
    let app = TestApp::start().await;
    let (visitor, other) = app.second_instance(&[]).await;
    let (admin, leaver, moved, closed) =
        (app.admin().await, app.customer().await, app.customer().await, app.customer().await);
    let there = |client: &Client| visitor.with_token(client.token.clone());
    let programs = [program_of(&admin).await, program_of(&closed).await];
    let clients = [&leaver.client, &moved.client, &closed.client, &programs[0], &programs[1]].map(there);
    for client in &clients {
        assert!(client.query(VIEWER).await.at("/viewer/id").is_string());
    }
    assert_eq!(sign_out(&leaver).await.at("/signOut/signedOut"), true);
    admin.gql(SET_ROLE, json!({ "id": moved.id })).await.done("setUserRole");
    admin.gql(CLOSE, json!({ "input": { "userId": closed.id } })).await.done("closeAccount");
    let tokens = admin.query("{ viewer { apiTokens { id } } }").await;
    revoke_api_token(&admin, &tokens.text("/viewer/apiTokens/0/id")).await.done("revokeApiToken");
    join_all(clients.iter().map(is_refused_soon)).await;
    assert_eq!(there(&admin).query(VIEWER).await.text("/viewer/id"), admin.id);
    // One that starts only now has learnt of it before its first request.
    let (visitor, late) = app.second_instance(&[]).await;
    for ended in [&leaver, &moved, &closed] {
        is_unauthenticated(&visitor.with_token(ended.token.clone()).query(VIEWER).await);
    }
    other.stop().await;
    late.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_api_token_acts_for_its_account_until_it_is_revoked() {
    const TOKENS: &str = "{ viewer { id role apiTokens { id name lastUsedAt expiresAt } } }";
    let app = TestApp::start().await;
    let (person, other) = (app.customer().await, app.customer().await);
    let reply = create_api_token(&person, " nightly sync ", None).await;
    let made = reply.done("createApiToken").clone();
    let (id, secret) = (reply.text("/createApiToken/apiToken/id"), reply.text("/createApiToken/secret"));
    assert_eq!(made["apiToken"]["name"], "nightly sync");
    let unused = json!([{ "id": id, "name": "nightly sync", "lastUsedAt": null, "expiresAt": null }]);
    assert_eq!(person.query(TOKENS).await.at("/viewer/apiTokens"), &unused);
    let program = app.visitor().with_token(secret.clone());
    assert_eq!(program.query(TOKENS).await.text("/viewer/id"), person.id);
    let used = person.query(TOKENS).await.text("/viewer/apiTokens/0/lastUsedAt");
    app.clock.advance(TimeDelta::minutes(5));
    assert_eq!(program.query(TOKENS).await.text("/viewer/role"), "CUSTOMER");
    assert!(person.query(TOKENS).await.text("/viewer/apiTokens/0/lastUsedAt") > used);
    let stored = format!("SELECT count(*) FROM api_tokens AS kept WHERE kept::text LIKE '%{secret}%'");
    assert_eq!(app.database.text(&stored).await, "0", "the secret is kept nowhere");
    // A changed password leaves it alone.
    change_password(&person, &person.password, "seven lazy otters juggle").await.done("changePassword");
    assert_eq!(program.query(VIEWER).await.text("/viewer/id"), person.id);
    let told = revoke_api_token(&other, &id).await.refusals("revokeApiToken");
    assert_eq!(told, ["NOT_FOUND at input.id"]);
    let revoked = revoke_api_token(&person, &id).await;
    assert_eq!(revoked.done("revokeApiToken")["secret"], json!(null));
    is_unauthenticated(&program.query(VIEWER).await);
    assert_eq!(person.query(TOKENS).await.at("/viewer/apiTokens"), &json!([]));
    let told = revoke_api_token(&person, &id).await.refusals("revokeApiToken");
    assert_eq!(told, ["NOT_FOUND at input.id"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_api_token_ends_by_the_clock_if_it_was_told_to() {
    let app = TestApp::start().await;
    let person = app.customer().await;
    let end = (app.clock.now() + TimeDelta::minutes(10)).to_rfc3339();
    let reply = create_api_token(&person, "short", Some(&end)).await;
    let program = person.with_token(reply.text("/createApiToken/secret"));
    app.clock.advance(TimeDelta::minutes(9) + TimeDelta::seconds(30));
    assert_eq!(program.query(VIEWER).await.text("/viewer/id"), person.id);
    // Within the minute in which it is remembered.
    app.clock.advance(TimeDelta::seconds(31));
    is_unauthenticated(&program.query(VIEWER).await);
    assert_eq!(person.query("{ viewer { apiTokens { id } } }").await.at("/viewer/apiTokens"), &json!([]));
    let told = create_api_token(&person, " ", Some(&end)).await.refusals("createApiToken");
    assert_eq!(told, ["INVALID at input.expiresAt", "INVALID at input.name"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn api_tokens_are_made_by_people_and_mistyped_ones_are_refused_unread() {
    let app = TestApp::start().await;
    let person = app.customer().await;
    let program = program_of(&person).await;
    assert_eq!(create_api_token(&program, "a child", None).await.codes(), ["FORBIDDEN"]);
    assert_eq!(create_api_token(&app.visitor(), "x", None).await.codes(), ["UNAUTHENTICATED"]);
    assert_eq!(revoke_api_token(&app.visitor(), &person.id).await.codes(), ["UNAUTHENTICATED"]);
    let secret = program.token.expect("it has a token");
    let last = if secret.ends_with('0') { '1' } else { '0' };
    let mistyped = format!("{}{last}", &secret[..secret.len() - 1]);
    is_unauthenticated(&person.with_token(mistyped.clone()).query(VIEWER).await);
    let active = format!("query {{ verifyToken(token: \"{mistyped}\") {{ active }} }}");
    assert_eq!(app.visitor().query(&active).await.statements(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_sixty_api_tokens_asked_for_at_once_fifty_are_made() {
    let app = TestApp::start().await;
    let person = app.customer().await;
    let replies = join_all((0..60).map(|_| create_api_token(&person, "one of many", None))).await;
    let told: Vec<_> = replies.iter().map(|reply| reply.refusals("createApiToken")).collect();
    assert_eq!(told.iter().filter(|told| told.is_empty()).count(), 50);
    assert_eq!(told.iter().filter(|told| *told == &["LIMIT_REACHED at input"]).count(), 10);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_of_any_kind_can_be_verified() {
    let app = TestApp::start().await;
    let (person, visitor) = (app.customer().await, app.visitor());
    let program = program_of(&person).await;
    let tokens = [person.token.clone(), Some(person.refresh_token.clone()), program.token]
        .map(|token| token.expect("there is one"));
    for (token, kind, ends) in
        [(&tokens[0], "ACCESS", true), (&tokens[1], "REFRESH", true), (&tokens[2], "API", false)]
    {
        let info = verify(&visitor, token).await;
        assert_eq!((&info["active"], &info["kind"]), (&json!(true), &json!(kind)));
        assert_eq!(info["user"]["username"], person.username.as_str());
        assert_eq!(info["expiresAt"].is_string(), ends);
    }
    let nothing = json!({ "active": false, "kind": null, "expiresAt": null, "user": null });
    // A refresh token is good once; the session's end ends both.
    let reply = refresh(&visitor, &tokens[1]).await;
    assert_eq!(verify(&visitor, &tokens[1]).await, nothing);
    let next = reply.text("/refreshSession/refreshToken");
    assert_eq!(verify(&visitor, &next).await["kind"], "REFRESH");
    sign_out(&person).await.data();
    for token in [&next, &tokens[0], "", "nonsense", "with\0nothing"] {
        assert_eq!(verify(&visitor, token).await, nothing, "{token:?}");
    }
    assert_eq!(verify(&visitor, &tokens[2]).await["active"], true);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_failure_beyond_the_fifth_doubles_the_wait_and_success_ends_it() {
    let app = TestApp::with(&["--rate-limit=on", "--sign-in-failures=1000"]).await;
    let (person, visitor) = (app.customer().await, app.visitor());
    let wrong = async || sign_in(&visitor, &person.username, "something else").await;
    for round in 0..2 {
        for wait in [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64] {
            app.clock.advance(TimeDelta::seconds(wait));
            assert_eq!(wrong().await.refusals("signIn"), ["BAD_CREDENTIALS at input"], "{round} {wait}");
        }
        // Two minutes to wait now, whatever the password, under each name and wherever it is asked for.
        let email = format!("{}@example.org", person.username);
        for login in [&person.username, &email] {
            let reply = sign_in(&visitor, login, &person.password).await;
            assert_eq!((reply.codes(), &reply.body["data"]["signIn"]), (vec!["RATE_LIMITED"], &json!(null)));
            let wait =
                reply.body["errors"][0]["extensions"]["retryAfter"].as_i64().expect("it tells the wait");
            assert!((65..=128).contains(&wait), "{wait}");
        }
        let reply = change_password(&person, &person.password, "seven lazy otters juggle").await;
        assert_eq!(reply.codes(), ["RATE_LIMITED"]);
        app.clock.advance(TimeDelta::seconds(128));
        sign_in(&visitor, &person.username, &person.password).await.done("signIn");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_thirty_guesses_at_once_five_are_checked() {
    let app = TestApp::with(&["--rate-limit=on", "--sign-in-failures=1000"]).await;
    let (person, visitor) = (app.customer().await, app.visitor());
    let started = Instant::now();
    let guesses: Vec<_> = (0..30).map(|number| format!("guess number {number}")).collect();
    let replies = join_all(guesses.iter().map(|guess| sign_in(&visitor, &person.username, guess))).await;
    // Where all of that takes seconds, one may come again after one, three, seven …
    let more = usize::try_from((started.elapsed().as_secs() + 1).ilog2()).expect("it is small");
    let refused = replies.iter().filter(|reply| reply.codes() == ["RATE_LIMITED"]).count();
    let checked = 30 - refused;
    assert!((5..=5 + more).contains(&checked), "{checked} were checked");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_signs_in_from_a_few_places_at_once_is_let_in() {
    let app = TestApp::with(&["--rate-limit=on"]).await;
    let (person, visitor) = (app.customer().await, app.visitor());
    for _ in 0..20 {
        let replies = join_all((0..4).map(|_| sign_in(&visitor, &person.username, &person.password))).await;
        for reply in replies {
            reply.done("signIn");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_fails_so_often_a_minute_and_no_more() {
    let app = TestApp::with(&["--rate-limit=on", "--sign-in-failures=3"]).await;
    let (person, visitor) = (app.customer().await, app.visitor());
    // Who knows the password does not use it up.
    for _ in 0..5 {
        sign_in(&visitor, &person.username, &person.password).await.done("signIn");
    }
    app.clock.advance(TimeDelta::seconds(60));
    for _ in 0..2 {
        let names: Vec<_> = (0..20).map(|number| format!("nobody-{number}")).collect();
        let replies = join_all(names.iter().map(|name| sign_in(&visitor, name, "something else"))).await;
        let refused = replies.iter().filter(|reply| reply.codes() == ["RATE_LIMITED"]).count();
        assert_eq!(refused, 17);
        let reply = sign_in(&visitor, &person.username, &person.password).await;
        assert_eq!(reply.codes(), ["RATE_LIMITED"]);
        app.clock.advance(TimeDelta::seconds(60));
    }
    sign_in(&visitor, &person.username, &person.password).await.done("signIn");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_long_over_is_cleared_away_and_nothing_else() {
    let app = TestApp::with(&["--session-ttl=7776000", "--rate-limit=on"]).await;
    let (mut person, visitor) = (app.customer().await, app.visitor());
    let left = app.customer().await;
    let short = (app.clock.now() + TimeDelta::minutes(10)).to_rfc3339();
    create_api_token(&person, "short", Some(&short)).await.done("createApiToken");
    let program = program_of(&person).await;
    sign_out(&left).await.data();
    sign_in(&visitor, "nobody", "something else").await;
    person.refresh_token =
        refresh(&visitor, &person.refresh_token).await.text("/refreshSession/refreshToken");
    let rows = async |table: &str| app.database.text(&format!("SELECT count(*) FROM {table}")).await;
    let tables = ["sessions", "refresh_tokens", "api_tokens", "sign_in_attempts"];
    let counts = async || join_all(tables.map(rows)).await;
    jobs::run_once(&app.db).await.expect("the job runs");
    assert_eq!(counts().await, ["2", "3", "2", "2"], "nothing is over yet");
    app.clock.advance(TimeDelta::days(31));
    jobs::run_once(&app.db).await.expect("the job runs");
    assert_eq!(counts().await, ["1", "2", "1", "0"], "the session that ended is gone, with its tokens");
    assert_eq!(program.query(VIEWER).await.text("/viewer/id"), person.id);
    refresh(&visitor, &person.refresh_token).await.done("refreshSession");
    app.clock.advance(TimeDelta::days(121));
    jobs::run_once(&app.db).await.expect("the job runs");
    assert_eq!(counts().await, ["0", "0", "1", "0"], "and so is the one that nobody used");
}
