//! Accounts: registering, profiles, passwords, closing, roles, following, and who sees what of whom.

use crate::support::{Client, Reply, TestApp, Value, json};

mod closing;
mod follows;
mod profiles;
mod registering;
mod viewer;

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
