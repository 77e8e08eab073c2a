//! Tokens of every kind: forged, expired, revoked, verified.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use futures_util::future::join_all;
use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::Method;
use sha2::Sha256;

use super::{
    KEY, VIEWER, change_password, create_api_token, is_refused_soon, is_unauthenticated, mistyped,
    program_of, refresh, revoke_api_token, sign_out, verify,
};
use crate::support::{Client, Reply, TestApp, Value, json};

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
    let mistyped = mistyped(&program.token.expect("it has a token"));
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
