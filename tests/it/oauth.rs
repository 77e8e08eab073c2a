//! OAuth 2: tokens for clients that speak no GraphQL, their end, and what they are good for.

use chrono::TimeDelta;
use futures_util::future::join_all;
use reqwest::{Method, StatusCode};

use crate::support::{Client, Person, Reply, TestApp, Value, json};

const VIEWER: &str = "{ viewer { id role } }";

/// Sends a form.
async fn post(client: &Client, path: &str, form: &[(&str, &str)]) -> Reply {
    let reply = Reply::of(client.request(Method::POST, &format!("/oauth/{path}")).form(form)).await;
    assert_eq!(reply.headers["cache-control"], "no-store", "whatever it answers");
    assert_eq!(reply.headers["pragma"], "no-cache");
    reply
}

async fn password_grant(client: &Client, username: &str, password: &str) -> Reply {
    let form = [("grant_type", "password"), ("username", username), ("password", password)];
    post(client, "token", &form).await
}

async fn refresh_grant(client: &Client, token: &str) -> Reply {
    post(client, "token", &[("grant_type", "refresh_token"), ("refresh_token", token)]).await
}

/// What the token endpoint gave.
struct Pair {
    access: String,
    refresh: String,
}

impl Pair {
    #[track_caller]
    fn of(reply: &Reply) -> Self {
        assert_eq!(reply.status, StatusCode::OK, "{:#}", reply.body);
        let text = |name: &str| reply.body[name].as_str().expect("there is a token").to_owned();
        Self { access: text("access_token"), refresh: text("refresh_token") }
    }

    async fn given_to(person: &Person) -> Self {
        Self::of(&password_grant(&person.with_token(None), &person.username, &person.password).await)
    }
}

/// An error as RFC 6749, section 5.2, has it.
#[track_caller]
fn is_error(reply: &Reply, status: StatusCode, error: &str) {
    assert_eq!((reply.status, &reply.body["error"]), (status, &json!(error)), "{:#}", reply.body);
    assert!(reply.body["error_description"].is_string(), "{:#}", reply.body);
    assert_eq!(reply.headers["content-type"], "application/json");
}

#[track_caller]
fn is_bad(reply: &Reply, error: &str) {
    is_error(reply, StatusCode::BAD_REQUEST, error);
}

#[track_caller]
fn is_unauthenticated(reply: &Reply) {
    assert_eq!((reply.status, reply.codes()), (StatusCode::UNAUTHORIZED, vec!["UNAUTHENTICATED"]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_password_gives_an_opaque_token_that_works_for_a_quarter_of_an_hour() {
    let app = TestApp::start().await;
    let person = app.customer().await;
    let reply = password_grant(&app.visitor(), &person.username.to_uppercase(), &person.password).await;
    let pair = Pair::of(&reply);
    assert_eq!((&reply.body["token_type"], &reply.body["expires_in"]), (&json!("Bearer"), &json!(900)));
    assert!(!pair.access.contains('.'), "it says nothing by itself");
    let client = app.visitor().with_token(pair.access.clone());
    assert_eq!(client.query(VIEWER).await.text("/viewer/id"), person.id);
    let verify = format!("{{ verifyToken(token: \"{}\") {{ kind }} }}", pair.access);
    assert_eq!(client.query(&verify).await.text("/verifyToken/kind"), "ACCESS");
    is_unauthenticated(&client.with_token(pair.refresh).query(VIEWER).await);
    app.clock.advance(TimeDelta::minutes(14));
    assert_eq!(client.query(VIEWER).await.text("/viewer/id"), person.id);
    app.clock.advance(TimeDelta::seconds(61));
    is_unauthenticated(&client.query(VIEWER).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refresh_token_is_exchanged_once_and_its_reuse_ends_the_session() {
    let app = TestApp::start().await;
    let (person, visitor) = (app.customer().await, app.visitor());
    let first = Pair::given_to(&person).await;
    let replies = join_all((0..4).map(|_| refresh_grant(&visitor, &first.refresh))).await;
    let pairs: Vec<_> = replies.iter().map(Pair::of).collect();
    let next = &pairs[0];
    assert!(pairs.iter().all(|pair| pair.refresh == next.refresh && pair.access != first.access));
    let last = Pair::of(&refresh_grant(&visitor, &next.refresh).await);
    let client = visitor.with_token(last.access);
    assert_eq!(client.query(VIEWER).await.text("/viewer/id"), person.id);
    is_bad(&refresh_grant(&visitor, &first.refresh).await, "invalid_grant");
    is_bad(&refresh_grant(&visitor, &last.refresh).await, "invalid_grant");
    for access in [client.token, Some(first.access), Some(next.access.clone())] {
        is_unauthenticated(&visitor.with_token(access).query(VIEWER).await);
    }
    assert_eq!(person.query(VIEWER).await.text("/viewer/id"), person.id, "other sessions stay");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_wrong_with_a_grant_is_told_by_the_words_of_rfc_6749() {
    let app = TestApp::start().await;
    let (person, visitor) = (app.customer().await, app.visitor());
    let (name, password) = (("username", person.username.as_str()), ("password", person.password.as_str()));
    let by_password = ("grant_type", "password");
    for (form, error) in [
        (&[][..], "invalid_request"),
        (&[name, password], "invalid_request"),
        (&[by_password, name], "invalid_request"),
        (&[by_password, password], "invalid_request"),
        (&[by_password, name, ("password", "")], "invalid_request"),
        (&[by_password, name, name, password], "invalid_request"),
        (&[by_password, by_password, name, password], "invalid_request"),
        (&[("grant_type", "refresh_token")], "invalid_request"),
        (&[("grant_type", "client_credentials")], "unsupported_grant_type"),
        (&[("grant_type", "authorization_code"), ("code", "x")], "unsupported_grant_type"),
        (&[by_password, name, ("password", "something else")], "invalid_grant"),
        (&[by_password, ("username", "with\0nothing"), password], "invalid_grant"),
        (&[("grant_type", "refresh_token"), ("refresh_token", "nonsense")], "invalid_grant"),
    ] {
        is_bad(&post(&visitor, "token", form).await, error);
    }
    let body = json!({ "grant_type": "password", "username": person.username, "password": person.password });
    is_bad(&Reply::of(visitor.request(Method::POST, "/oauth/token").json(&body)).await, "invalid_request");
    for path in ["/oauth/token", "/oauth/revoke", "/oauth/introspect"] {
        let reply = Reply::of(visitor.request(Method::GET, path)).await;
        assert_eq!(reply.status, StatusCode::METHOD_NOT_ALLOWED);
    }
    // Parameters that nobody knows are no fault.
    let form = [by_password, name, password, ("scope", "all"), ("client_id", "x")];
    Pair::of(&post(&visitor, "token", &form).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failed_grant_tells_nothing_of_the_account_and_is_limited() {
    let app = TestApp::with(&["--rate-limit=on", "--sign-in-failures=3"]).await;
    let (person, visitor) = (app.customer().await, app.visitor());
    let wrong = password_grant(&visitor, &person.username, "something else").await;
    let unknown = password_grant(&visitor, "no-such-account", "something else").await;
    is_bad(&wrong, "invalid_grant");
    assert_eq!((unknown.status, unknown.body), (wrong.status, wrong.body));
    is_bad(&password_grant(&visitor, "no-such-account", "something else").await, "invalid_grant");
    let limited = password_grant(&visitor, &person.username, &person.password).await;
    is_error(&limited, StatusCode::TOO_MANY_REQUESTS, "slow_down");
    let wait = limited.headers["retry-after"].to_str().ok().and_then(|wait| wait.parse::<i64>().ok());
    assert!(wait.is_some_and(|wait| (1..=60).contains(&wait)), "{wait:?}");
    app.clock.advance(TimeDelta::seconds(60));
    Pair::of(&password_grant(&visitor, &person.username, &person.password).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn to_revoke_any_token_of_a_session_ends_all_of_it() {
    let app = TestApp::start().await;
    let (person, visitor) = (app.customer().await, app.visitor());
    for by_access in [true, false] {
        let pair = Pair::given_to(&person).await;
        let client = visitor.with_token(pair.access.clone());
        assert_eq!(client.query(VIEWER).await.text("/viewer/id"), person.id);
        let token = if by_access { &pair.access } else { &pair.refresh };
        for _ in 0..2 {
            let form = [("token", token.as_str()), ("token_type_hint", "nonsense")];
            assert_eq!(post(&visitor, "revoke", &form).await.status, StatusCode::OK);
            is_unauthenticated(&client.query(VIEWER).await);
            is_bad(&refresh_grant(&visitor, &pair.refresh).await, "invalid_grant");
        }
    }
    let signed = person.token.clone().expect("they are signed in");
    assert_eq!(person.query(VIEWER).await.text("/viewer/id"), person.id, "other sessions stay");
    assert_eq!(post(&visitor, "revoke", &[("token", &signed)]).await.status, StatusCode::OK);
    is_unauthenticated(&person.query(VIEWER).await);
    is_bad(&refresh_grant(&visitor, &person.refresh_token).await, "invalid_grant");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn to_revoke_an_api_token_ends_that_alone_and_what_is_none_is_no_fault() {
    const CREATE: &str = "mutation { createApiToken(input: { name: \"x\" }) { secret } }";
    let app = TestApp::start().await;
    let (person, visitor) = (app.customer().await, app.visitor());
    let secret = person.query(CREATE).await.text("/createApiToken/secret");
    let program = visitor.with_token(secret.clone());
    assert_eq!(program.query(VIEWER).await.text("/viewer/id"), person.id);
    assert_eq!(post(&visitor, "revoke", &[("token", &secret)]).await.status, StatusCode::OK);
    is_unauthenticated(&program.query(VIEWER).await);
    assert_eq!(person.query(VIEWER).await.text("/viewer/id"), person.id);
    let unknown = secret.replace("souk_api_", "souk_rt_");
    for token in [secret.as_str(), &unknown, "nonsense", "a.b.c", "with\0nothing"] {
        assert_eq!(post(&visitor, "revoke", &[("token", token)]).await.status, StatusCode::OK, "{token:?}");
    }
    is_bad(&post(&visitor, "revoke", &[]).await, "invalid_request");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_learns_of_its_own_tokens_and_staff_of_all() {
    let app = TestApp::start().await;
    let (person, other, staff) = (app.customer().await, app.customer().await, app.manager().await);
    let pair = Pair::given_to(&person).await;
    let now = app.clock.now().timestamp();
    let signed = person.token.clone().expect("they are signed in");
    let about = async |client: &Client, token: &str| {
        let reply = post(client, "introspect", &[("token", token)]).await;
        assert_eq!(reply.status, StatusCode::OK, "{:#}", reply.body);
        reply.body
    };
    for (token, kind) in
        [(&pair.access, json!("Bearer")), (&signed, json!("Bearer")), (&pair.refresh, Value::Null)]
    {
        for client in [&person.client, &staff.client, &person.with_token(pair.access.clone())] {
            let told = about(client, token).await;
            assert_eq!((&told["active"], &told["sub"]), (&json!(true), &json!(person.id)));
            assert_eq!((&told["username"], &told["token_type"]), (&json!(person.username), &kind));
            assert!(told["iat"].as_i64().is_some_and(|iat| (now - 60..=now + 60).contains(&iat)), "{told}");
            assert!(told["exp"].as_i64() > told["iat"].as_i64(), "{told}");
        }
        // Nothing but that is told of the others'.
        assert_eq!(about(&other, token).await, json!({ "active": false }));
    }
    assert_eq!(about(&person, "nonsense").await, json!({ "active": false }));
    refresh_grant(&app.visitor(), &pair.refresh).await;
    assert_eq!(about(&person, &pair.refresh).await, json!({ "active": false }));
    post(&app.visitor(), "revoke", &[("token", &pair.access)]).await;
    assert_eq!(about(&person, &pair.access).await, json!({ "active": false }));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_introspects_without_a_good_token() {
    let app = TestApp::start().await;
    let (person, visitor) = (app.customer().await, app.visitor());
    let pair = Pair::given_to(&person).await;
    let form = [("token", pair.access.as_str())];
    let challenged = |reply: &Reply, challenge: &str, error: &str| {
        is_error(reply, StatusCode::UNAUTHORIZED, error);
        assert_eq!(reply.headers["www-authenticate"], challenge);
    };
    let bare = post(&visitor, "introspect", &form).await;
    challenged(&bare, r#"Bearer realm="souk""#, "invalid_request");
    for bad in ["nonsense", &pair.refresh] {
        let reply = post(&visitor.with_token(bad.to_owned()), "introspect", &form).await;
        challenged(&reply, r#"Bearer realm="souk", error="invalid_token""#, "invalid_token");
    }
    is_bad(&post(&person, "introspect", &[]).await, "invalid_request");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_opaque_token_goes_on_with_the_role_that_its_account_gets() {
    const SET_ROLE: &str = "mutation($id: ID!) { setUserRole(input: { userId: $id, role: MANAGER }) {
        userErrors { code message path } } }";
    const CLOSE: &str = "mutation($id: ID!) { closeAccount(input: { userId: $id }) {
        userErrors { code message path } } }";
    let app = TestApp::start().await;
    let (admin, person) = (app.admin().await, app.customer().await);
    let client = app.visitor().with_token(Pair::given_to(&person).await.access);
    assert_eq!(client.query("{ users { totalCount } }").await.codes(), ["FORBIDDEN"]);
    admin.gql(SET_ROLE, json!({ "id": person.id })).await.done("setUserRole");
    assert_eq!(client.query("{ users { totalCount } }").await.at("/users/totalCount"), 2);
    admin.gql(CLOSE, json!({ "id": person.id })).await.done("closeAccount");
    is_unauthenticated(&client.query(VIEWER).await);
}
