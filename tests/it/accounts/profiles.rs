//! Changing what an account says of itself, and its password.

use futures_util::future::join_all;

use super::{STRONG, act, is_signed_in, refresh, sign_in};
use crate::support::{TestApp, Value, json};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_profile_changes_only_where_it_is_told_to() {
    let app = TestApp::start().await;
    let person = app.customer().await;
    let email = format!("{}@example.org", person.username);
    let shown = |name: &str, bio: Value, email: &str, version: i32| json!({ "displayName": name, "bio": bio, "email": email, "version": version });
    let loud = email.to_uppercase();
    for (input, after) in [
        (json!({ "bio": "Hello\nthere" }), shown(&person.username, json!("Hello\nthere"), &email, 2)),
        (json!({ "displayName": "Zoë" }), shown("Zoë", json!("Hello\nthere"), &email, 3)),
        (json!({ "displayName": null, "email": null }), shown("Zoë", json!("Hello\nthere"), &email, 3)),
        (json!({}), shown("Zoë", json!("Hello\nthere"), &email, 3)),
        (json!({ "bio": null }), shown("Zoë", json!(null), &email, 4)),
        (json!({ "email": loud }), shown("Zoë", json!(null), &loud, 5)),
    ] {
        let reply = act(&person, "updateProfile", input.clone()).await;
        assert_eq!(reply.done("updateProfile")["user"], after, "after {input}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_profile_with_faults_is_told_all_of_them_and_stays() {
    let app = TestApp::start().await;
    let (person, other) = (app.customer().await, app.customer().await);
    let bad = json!({ "displayName": "two\nlines", "bio": "x".repeat(2001), "email": "a@b..c" });
    let reply = act(&person, "updateProfile", bad).await;
    let fields = ["bio", "displayName", "email"];
    assert_eq!(reply.refusals("updateProfile"), fields.map(|field| format!("INVALID at input.{field}")));
    let taken = json!({ "displayName": "New", "email": format!("{}@Example.ORG", other.username) });
    let reply = act(&person, "updateProfile", taken).await;
    assert_eq!(reply.refusals("updateProfile"), ["TAKEN at input.email"]);
    assert_eq!(person.query("{ viewer { displayName } }").await.text("/viewer/displayName"), person.username);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changing_the_password_ends_the_other_sessions_and_not_this_one() {
    let app = TestApp::start().await;
    let mut person = app.customer().await;
    let (other, others_refresh) = (person.client.clone(), person.refresh_token.clone());
    person.sign_in().await;
    let input = json!({ "currentPassword": person.password, "newPassword": STRONG });
    act(&person, "changePassword", input).await.done("changePassword");
    assert!(!is_signed_in(&other).await);
    assert!(is_signed_in(&person).await);
    let visitor = app.visitor();
    let reply = refresh(&visitor, &others_refresh).await;
    assert_eq!(reply.refusals("refreshSession"), ["BAD_CREDENTIALS at input.refreshToken"]);
    refresh(&visitor, &person.refresh_token).await.done("refreshSession");
    let reply = sign_in(&visitor, &person.username, &person.password).await;
    assert_eq!(reply.refusals("signIn"), ["BAD_CREDENTIALS at input"]);
    sign_in(&visitor, &person.username, STRONG).await.done("signIn");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_password_changes_once_where_two_change_it_at_once() {
    let app = TestApp::start().await;
    let person = app.customer().await;
    let news = ["seven lazy otters juggle", "nine quick herons whistle"];
    let change = |new| {
        let input = json!({ "currentPassword": person.password, "newPassword": new });
        act(&person, "changePassword", input)
    };
    let replies = join_all(news.map(change)).await;
    let told: Vec<_> = replies.iter().map(|reply| reply.refusals("changePassword")).collect();
    let won = told.iter().position(Vec::is_empty).expect("one of them changes it");
    assert_eq!(told[1 - won], ["BAD_CREDENTIALS at input.currentPassword"]);
    sign_in(&app.visitor(), &person.username, news[won]).await.done("signIn");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changing_the_password_needs_the_old_one_and_a_good_new_one() {
    let app = TestApp::start().await;
    let mut person = app.customer().await;
    let other = person.client.clone();
    person.sign_in().await;
    let input = json!({ "currentPassword": "something else", "newPassword": person.username });
    let told = act(&person, "changePassword", input).await.refusals("changePassword");
    assert_eq!(told, ["BAD_CREDENTIALS at input.currentPassword", "INVALID at input.newPassword"]);
    assert!(is_signed_in(&other).await);
    sign_in(&app.visitor(), &person.username, &person.password).await.done("signIn");
}
