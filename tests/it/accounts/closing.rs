//! Closing accounts and giving roles.

use super::{STRONG, act, is_signed_in, refresh, sign_in};
use crate::support::{Person, TestApp, json};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn closing_ones_account_needs_the_password() {
    let app = TestApp::start().await;
    let person = app.customer().await;
    for (input, told) in [
        (json!({}), "REQUIRED at input.password"),
        (json!({ "userId": person.id }), "REQUIRED at input.password"),
        (json!({ "password": "something else" }), "BAD_CREDENTIALS at input.password"),
    ] {
        assert_eq!(act(&person, "closeAccount", input).await.refusals("closeAccount"), [told]);
    }
    assert!(is_signed_in(&person).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closed_account_holds_nothing_any_more_and_its_products_are_archived() {
    const USER: &str = "query($name: String!) { user(username: $name) { status deletedAt } }";
    const PRODUCT: &str = "query($id: ID!) { product(id: $id) { status owner { username } } }";
    let app = TestApp::start().await;
    let (person, staff) = (app.customer().await, app.manager().await);
    let product = json!({ "id": person.sell("Lamp", "9.50", 3, json!({})).await });
    act(&person, "closeAccount", json!({ "password": person.password })).await.done("closeAccount");
    assert!(!is_signed_in(&person).await);
    let visitor = app.visitor();
    let told = refresh(&visitor, &person.refresh_token).await.refusals("refreshSession");
    assert_eq!(told, ["BAD_CREDENTIALS at input.refreshToken"]);
    let told = sign_in(&visitor, &person.username, &person.password).await.refusals("signIn");
    assert_eq!(told, ["BAD_CREDENTIALS at input"]);
    let name = json!({ "name": person.username });
    assert_eq!(visitor.gql(USER, name.clone()).await.data(), &json!({ "user": null }));
    let seen = staff.gql(USER, name).await;
    assert_eq!(seen.text("/user/status"), "CLOSED");
    assert!(seen.at("/user/deletedAt").is_string());
    assert_eq!(visitor.gql(PRODUCT, product.clone()).await.data(), &json!({ "product": null }));
    let seen = staff.gql(PRODUCT, product).await;
    assert_eq!(
        seen.at("/product"),
        &json!({ "status": "ARCHIVED", "owner": { "username": person.username } })
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn staff_close_the_accounts_of_others_without_a_password() {
    let app = TestApp::start().await;
    let (manager, customer, studio) = (app.manager().await, app.customer().await, app.studio().await);
    let theirs = json!({ "userId": customer.id });
    assert_eq!(act(&studio, "closeAccount", theirs.clone()).await.codes(), ["FORBIDDEN"]);
    assert!(is_signed_in(&customer).await);
    act(&manager, "closeAccount", theirs.clone()).await.done("closeAccount");
    assert!(!is_signed_in(&customer).await);
    let told = act(&manager, "closeAccount", theirs.clone()).await.refusals("closeAccount");
    assert_eq!(told, ["INVALID at input.userId"]);
    // For others it is as if it had never been.
    let nobody = json!({ "userId": "01890000-0000-7000-8000-000000000000" });
    for (who, input) in [(&studio, theirs), (&studio, nobody.clone()), (&manager, nobody)] {
        let told = act(who, "closeAccount", input).await.refusals("closeAccount");
        assert_eq!(told, ["NOT_FOUND at input.userId"]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn accounts_of_staff_are_closed_by_admins_and_the_last_admin_stays() {
    let app = TestApp::start().await;
    let (admin, manager, other) = (app.admin().await, app.manager().await, app.manager().await);
    for staff in [&admin, &other] {
        let reply = act(&manager, "closeAccount", json!({ "userId": staff.id })).await;
        assert_eq!(reply.codes(), ["FORBIDDEN"]);
        assert!(is_signed_in(staff).await);
    }
    act(&admin, "closeAccount", json!({ "userId": manager.id })).await.done("closeAccount");
    let own = json!({ "password": admin.password });
    let told = act(&admin, "closeAccount", own.clone()).await.refusals("closeAccount");
    assert_eq!(told, ["LIMIT_REACHED at input.userId"]);
    act(&admin, "setUserRole", json!({ "userId": other.id, "role": "ADMIN" })).await.done("setUserRole");
    act(&admin, "closeAccount", own).await.done("closeAccount");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_role_is_felt_at_once() {
    let app = TestApp::start().await;
    let (admin, person) = (app.admin().await, app.customer().await);
    let reply = act(&admin, "setUserRole", json!({ "userId": person.id, "role": "MANAGER" })).await;
    assert_eq!(reply.done("setUserRole")["user"]["role"], "MANAGER");
    assert!(!is_signed_in(&person).await, "the old token tells the old role");
    let reply = refresh(&app.visitor(), &person.refresh_token).await;
    let payload = reply.done("refreshSession");
    assert_eq!(payload["user"]["role"], "MANAGER");
    let token = payload["accessToken"].as_str().expect("there is a token").to_owned();
    let users = person.with_token(token).query("{ users { totalCount } }").await;
    assert_eq!(users.at("/users/totalCount"), 2);
    // The role that someone has already ends nothing.
    act(&admin, "setUserRole", json!({ "userId": admin.id, "role": "ADMIN" })).await.done("setUserRole");
    assert!(is_signed_in(&admin).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_admins_who_take_the_role_from_each_other_one_is_left() {
    let app = TestApp::start().await;
    let (mut one, mut two) = (app.admin().await, app.admin().await);
    let take = |who: &Person, from: &Person| {
        let (client, id) = (who.client.clone(), from.id.clone());
        async move { act(&client, "setUserRole", json!({ "userId": id, "role": "CUSTOMER" })).await }
    };
    for _ in 0..8 {
        let replies = tokio::join!(take(&one, &two), take(&two, &one));
        let done = [&replies.0, &replies.1].map(|reply| reply.codes().is_empty());
        assert!(done[0] != done[1], "{replies:?}");
        let (left, lost) = if done[0] { (&one, &mut two) } else { (&two, &mut one) };
        let own = json!({ "userId": left.id, "role": "MANAGER" });
        let told = act(left, "setUserRole", own).await.refusals("setUserRole");
        assert_eq!(told, ["LIMIT_REACHED at input.role"]);
        let again = json!({ "userId": lost.id, "role": "ADMIN" });
        act(left, "setUserRole", again).await.done("setUserRole");
        lost.sign_in().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_admins_give_roles_and_only_to_open_accounts() {
    let app = TestApp::start().await;
    let (admin, manager, customer) = (app.admin().await, app.manager().await, app.customer().await);
    let input = json!({ "userId": customer.id, "role": "STUDIO" });
    for who in [&manager, &customer] {
        assert_eq!(act(who, "setUserRole", input.clone()).await.codes(), ["FORBIDDEN"]);
    }
    act(&admin, "closeAccount", json!({ "userId": customer.id })).await.done("closeAccount");
    assert_eq!(act(&admin, "setUserRole", input).await.refusals("setUserRole"), ["INVALID at input.userId"]);
    let nobody = json!({ "userId": "01890000-0000-7000-8000-000000000000", "role": "STUDIO" });
    assert_eq!(
        act(&admin, "setUserRole", nobody).await.refusals("setUserRole"),
        ["NOT_FOUND at input.userId"]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_changes_an_account_needs_one() {
    let app = TestApp::start().await;
    let (visitor, person) = (app.visitor(), app.customer().await);
    let named = json!({ "userId": person.id });
    for (field, input) in [
        ("changePassword", json!({ "currentPassword": person.password, "newPassword": STRONG })),
        ("updateProfile", json!({ "bio": "x" })),
        ("closeAccount", named.clone()),
        ("setUserRole", json!({ "userId": person.id, "role": "ADMIN" })),
        ("followUser", named.clone()),
        ("unfollowUser", named),
    ] {
        let reply = act(&visitor, field, input).await;
        assert_eq!(reply.codes(), ["UNAUTHENTICATED"], "{field}");
        assert_eq!(reply.body["data"], json!({ field: null }));
    }
}
