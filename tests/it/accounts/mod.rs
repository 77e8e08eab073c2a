//! Accounts: registering, profiles, passwords, closing, roles, following, and who sees what of whom.

use futures_util::future::join_all;

use crate::support::{Client, Reply, TestApp, Value, json};

mod closing;
mod follows;

const STRONG: &str = "seven lazy otters juggle";

/// Calls one of the mutations that answer with a user.
async fn act(client: &Client, field: &str, input: Value) -> Reply {
    let (kind, user) = match field {
        "changePassword" => ("ChangePassword", "id version"),
        "closeAccount" => ("CloseAccount", "id"),
        "setUserRole" => ("SetUserRole", "id role"),
        "updateProfile" => ("UpdateProfile", "displayName bio email version"),
        _ => ("FollowUser", "id viewerIsFollowing"),
    };
    let query = format!(
        "mutation($input: {kind}Input!) {{ {field}(input: $input) {{
            user {{ {user} }} userErrors {{ code message path }} }} }}"
    );
    client.gql(&query, json!({ "input": input })).await
}

async fn register(client: &Client, input: Value) -> Reply {
    const REGISTER: &str = "mutation($input: RegisterInput!) { register(input: $input) {
        accessToken refreshToken user { id username displayName bio email role status }
        userErrors { code message path } } }";
    client.gql(REGISTER, json!({ "input": input })).await
}

async fn sign_in(client: &Client, login: &str, password: &str) -> Reply {
    const SIGN_IN: &str = "mutation($input: SignInInput!) { signIn(input: $input) {
        accessToken userErrors { code message path } } }";
    client.gql(SIGN_IN, json!({ "input": { "login": login, "password": password } })).await
}

async fn refresh(client: &Client, token: &str) -> Reply {
    const REFRESH: &str = "mutation($input: RefreshSessionInput!) { refreshSession(input: $input) {
        accessToken user { role } userErrors { code message path } } }";
    client.gql(REFRESH, json!({ "input": { "refreshToken": token } })).await
}

async fn is_signed_in(client: &Client) -> bool {
    let reply = client.query("{ viewer { id } }").await;
    if reply.codes() == ["UNAUTHENTICATED"] { false } else { reply.at("/viewer/id").is_string() }
}

fn usernames(list: &Value) -> Vec<&str> {
    let nodes = list["nodes"].as_array().expect("it is a list");
    nodes.iter().map(|node| node["username"].as_str().expect("everyone has a name")).collect()
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn staff_search_all_accounts_and_others_none() {
    const USERS: &str = "query($search: String, $role: Role) { users(search: $search, role: $role) {
        totalCount nodes { username } } }";
    let app = TestApp::start().await;
    let (staff, studio, customer) = (app.manager().await, app.studio().await, app.customer().await);
    act(&studio, "updateProfile", json!({ "displayName": "100% Örk_s" })).await.done("updateProfile");
    act(&customer, "closeAccount", json!({ "password": customer.password })).await.done("closeAccount");
    let (of_staff, of_studio, of_customer) =
        (staff.username.as_str(), studio.username.as_str(), customer.username.as_str());
    for (search, role, found) in [
        (json!(null), json!(null), vec![of_customer, of_studio, of_staff]),
        (json!(" "), json!(null), vec![of_customer, of_studio, of_staff]),
        (json!(of_customer.to_uppercase()), json!(null), vec![of_customer]),
        (json!(format!("{of_staff}@example")), json!(null), vec![of_staff]),
        (json!("0% ör"), json!(null), vec![of_studio]),
        (json!("%"), json!(null), vec![of_studio]),
        (json!("_"), json!(null), vec![of_studio]),
        (json!("EXAMPLE.ORG"), json!("STUDIO"), vec![of_studio]),
        (json!(null), json!("MANAGER"), vec![of_staff]),
        (json!(null), json!("ADMIN"), vec![]),
        (json!("a\\"), json!(null), vec![]),
    ] {
        let reply = staff.gql(USERS, json!({ "search": search, "role": role })).await;
        assert_eq!(usernames(reply.at("/users")), found, "{search} {role}");
        assert_eq!(reply.at("/users/totalCount"), found.len());
    }
    for (who, code) in [(&studio.client, "FORBIDDEN"), (&app.visitor(), "UNAUTHENTICATED")] {
        let reply = who.query("{ users { totalCount } viewer { username } }").await;
        assert_eq!((reply.codes(), &reply.body["data"]["users"]), (vec![code], &json!(null)));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_account_is_looked_up_by_exactly_one_of_id_and_username() {
    const USER: &str = "query($id: ID, $username: String) { user(id: $id, username: $username) { id } }";
    let app = TestApp::start().await;
    let (person, visitor) = (app.customer().await, app.visitor());
    for by in [json!({ "id": person.id }), json!({ "username": person.username.to_uppercase() })] {
        assert_eq!(visitor.gql(USER, by).await.text("/user/id"), person.id);
    }
    for by in [
        json!({ "id": "01890000-0000-7000-8000-000000000000" }),
        json!({ "username": "no-such-name" }),
        json!({ "username": "\u{0}" }),
    ] {
        assert_eq!(visitor.gql(USER, by).await.data(), &json!({ "user": null }));
    }
    for by in [json!({}), json!({ "id": person.id, "username": person.username })] {
        let reply = visitor.gql(USER, by).await;
        assert_eq!((reply.codes(), &reply.body["data"]["user"]), (vec!["BAD_USER_INPUT"], &json!(null)));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn private_fields_of_others_are_null_and_the_rest_stands() {
    const USER: &str = "query($id: ID!) { user(id: $id) {
        username email role status sessions { id } apiTokens { id } displayName } }";
    let app = TestApp::start().await;
    let (person, other, staff) = (app.customer().await, app.studio().await, app.manager().await);
    let id = json!({ "id": person.id });
    for (who, code) in [(&other.client, "FORBIDDEN"), (&app.visitor(), "UNAUTHENTICATED")] {
        let reply = who.gql(USER, id.clone()).await;
        assert_eq!(reply.codes(), [code; 5]);
        let paths: Vec<_> =
            reply.body["errors"].as_array().into_iter().flatten().map(|error| &error["path"][1]).collect();
        assert_eq!(paths, ["email", "role", "status", "sessions", "apiTokens"]);
        let nothing = json!({ "username": person.username, "email": null, "role": null, "status": null,
            "sessions": null, "apiTokens": null, "displayName": person.username });
        assert_eq!(reply.body["data"]["user"], nothing);
    }
    // Sessions and tokens are nobody else's business, staff's included.
    let reply = staff.gql(USER, id.clone()).await;
    assert_eq!(reply.codes(), ["FORBIDDEN"; 2]);
    assert_eq!(reply.body["data"]["user"]["email"], format!("{}@example.org", person.username));
    assert_eq!(person.gql(USER, id).await.text("/user/role"), "CUSTOMER");
}
