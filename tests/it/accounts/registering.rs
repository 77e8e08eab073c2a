//! New accounts, their names and their passwords.

use futures_util::future::join_all;

use super::{STRONG, act, sign_in};
use crate::support::{Client, Reply, TestApp, Value, json};

async fn register(client: &Client, input: Value) -> Reply {
    const REGISTER: &str = "mutation($input: RegisterInput!) { register(input: $input) {
        accessToken refreshToken user { id username displayName bio email role status }
        userErrors { code message path } } }";
    client.gql(REGISTER, json!({ "input": input })).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_account_is_signed_in_and_reads_its_own_fields_at_once() {
    let app = TestApp::start().await;
    let input = json!({ "username": "Ada-1", "email": " Ada@Example.org ", "password": STRONG });
    let reply = register(&app.visitor(), input).await;
    let payload = reply.done("register");
    let user = &payload["user"];
    assert_eq!(
        (
            &user["username"],
            &user["displayName"],
            &user["bio"],
            &user["email"],
            &user["role"],
            &user["status"]
        ),
        (
            &json!("Ada-1"),
            &json!("Ada-1"),
            &json!(null),
            &json!("Ada@Example.org"),
            &json!("CUSTOMER"),
            &json!("ACTIVE")
        )
    );
    let token = payload["accessToken"].as_str().expect("there is a token").to_owned();
    let viewer = app.visitor().with_token(token).query("{ viewer { id } }").await;
    assert_eq!(viewer.at("/viewer/id"), &user["id"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_studio_registers_with_a_name_to_show() {
    let app = TestApp::start().await;
    let input = json!({ "username": "forge", "email": "forge@example.org", "password": STRONG,
        "role": "STUDIO", "displayName": " The Forge " });
    let reply = register(&app.visitor(), input).await;
    let user = &reply.done("register")["user"];
    assert_eq!((&user["role"], &user["displayName"]), (&json!("STUDIO"), &json!("The Forge")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn registering_tells_every_fault_at_once_and_makes_nothing() {
    let app = TestApp::start().await;
    for role in ["MANAGER", "ADMIN"] {
        let input = json!({ "username": "a b", "email": "nobody", "password": "short", "displayName": " ",
            "role": role });
        let reply = register(&app.visitor(), input).await;
        let fields = ["displayName", "email", "password", "role", "username"];
        assert_eq!(reply.refusals("register"), fields.map(|field| format!("INVALID at input.{field}")));
        assert_eq!(reply.at("/register/accessToken"), &json!(null));
    }
    assert_eq!(app.database.text("SELECT count(*) FROM accounts").await, "0");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_and_emails_are_taken_without_regard_to_case() {
    let app = TestApp::start().await;
    let other = app.customer().await;
    let email = format!("{}@EXAMPLE.org", other.username);
    let input = json!({ "username": other.username.to_uppercase(), "email": email, "password": STRONG });
    let reply = register(&app.visitor(), input.clone()).await;
    assert_eq!(reply.refusals("register"), ["TAKEN at input.email", "TAKEN at input.username"]);
    // What belongs to a closed account stays taken.
    act(&other, "closeAccount", json!({ "password": other.password })).await.done("closeAccount");
    let reply = register(&app.visitor(), input).await;
    assert_eq!(reply.refusals("register"), ["TAKEN at input.email", "TAKEN at input.username"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_who_want_a_name_at_once_one_gets_it() {
    let app = TestApp::start().await;
    let visitor = app.visitor();
    let tries = (0..8).map(|number| {
        let email = format!("n{number}@example.org");
        register(&visitor, json!({ "username": "wanted", "email": email, "password": STRONG }))
    });
    let refusals: Vec<_> = join_all(tries).await.iter().map(|reply| reply.refusals("register")).collect();
    assert_eq!(refusals.iter().filter(|told| told.is_empty()).count(), 1);
    assert_eq!(refusals.iter().filter(|told| *told == &["TAKEN at input.username"]).count(), 7);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn passwords_that_are_short_too_long_or_easy_to_guess_are_refused() {
    let app = TestApp::start().await;
    let (long, wide) = ("xq7 ".repeat(18) + "!", "é".repeat(37));
    let own = "wilhelmina-grub";
    for bad in ["Tr0ub4dor&3", "passwordpassword", "123456789012", "aaaaaaaaaaaaaaaa", own, &long, &wide] {
        let input = json!({ "username": own, "email": "w@example.org", "password": bad });
        let reply = register(&app.visitor(), input).await;
        assert_eq!(reply.refusals("register"), ["INVALID at input.password"], "{bad}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_password_of_72_bytes_counts_to_its_last() {
    let app = TestApp::start().await;
    let password = "seven lazy otters juggle ".repeat(3);
    let longest = &password[..72];
    let input = json!({ "username": "longest", "email": "l@example.org", "password": longest });
    register(&app.visitor(), input).await.done("register");
    sign_in(&app.visitor(), "longest", longest).await.done("signIn");
    for wrong in [&longest[..71], &format!("{longest}!")] {
        let reply = sign_in(&app.visitor(), "longest", wrong).await;
        assert_eq!(reply.refusals("signIn"), ["BAD_CREDENTIALS at input"]);
    }
}
