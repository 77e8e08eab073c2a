//! Who follows whom.

use futures_util::future::join_all;

use super::{act, usernames};
use crate::support::{TestApp, json};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn following_twice_is_following_once() {
    const SEEN: &str = "query($id: ID!) { user(id: $id) { viewerIsFollowing followers { totalCount } } }";
    let app = TestApp::start().await;
    let (fan, star) = (app.customer().await, app.studio().await);
    let (input, id) = (json!({ "userId": star.id }), json!({ "id": star.id }));
    let tries = (0..8).map(|_| act(&fan, "followUser", input.clone()));
    for reply in join_all(tries).await {
        assert_eq!(reply.done("followUser")["user"], json!({ "id": star.id, "viewerIsFollowing": true }));
    }
    let seen = |follows: bool, count: i32| json!({ "viewerIsFollowing": follows, "followers": { "totalCount": count } });
    assert_eq!(fan.gql(SEEN, id.clone()).await.at("/user"), &seen(true, 1));
    assert_eq!(star.gql(SEEN, id.clone()).await.at("/user"), &seen(false, 1));
    assert_eq!(app.visitor().gql(SEEN, id.clone()).await.at("/user"), &seen(false, 1));
    for _ in 0..2 {
        act(&fan, "unfollowUser", input.clone()).await.done("unfollowUser");
        assert_eq!(fan.gql(SEEN, id.clone()).await.at("/user"), &seen(false, 0));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_follows_themselves_the_closed_or_those_who_never_were() {
    let app = TestApp::start().await;
    let (fan, gone, staff) = (app.customer().await, app.customer().await, app.manager().await);
    act(&gone, "closeAccount", json!({ "password": gone.password })).await.done("closeAccount");
    let nobody = "01890000-0000-7000-8000-000000000000";
    for (who, whom, told) in [
        (&fan, fan.id.as_str(), "INVALID"),
        (&fan, &gone.id, "NOT_FOUND"),
        (&staff, &gone.id, "INVALID"),
        (&fan, nobody, "NOT_FOUND"),
    ] {
        let reply = act(who, "followUser", json!({ "userId": whom })).await;
        assert_eq!(reply.refusals("followUser"), [format!("{told} at input.userId")]);
    }
    let reply = act(&fan, "unfollowUser", json!({ "userId": nobody })).await;
    assert_eq!(reply.refusals("unfollowUser"), ["NOT_FOUND at input.userId"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn followers_and_following_come_in_pages_the_newest_follow_first() {
    const FOLLOWERS: &str = "query($id: ID!, $after: String) { user(id: $id) {
        list: followers(first: 2, after: $after) {
            totalCount nodes { username } pageInfo { hasNextPage endCursor } } } }";
    let app = TestApp::start().await;
    let star = app.studio().await;
    let fans = [app.customer().await, app.customer().await, app.customer().await];
    // Not in the order in which they registered.
    for fan in [&fans[1], &fans[2], &fans[0]] {
        act(fan, "followUser", json!({ "userId": star.id })).await.done("followUser");
        act(&star, "followUser", json!({ "userId": fan.id })).await.done("followUser");
    }
    for query in [FOLLOWERS.to_owned(), FOLLOWERS.replace("followers", "following")] {
        let first = app.visitor().gql(&query, json!({ "id": star.id })).await;
        let list = first.at("/user/list");
        assert_eq!(usernames(list), [fans[0].username.as_str(), &fans[2].username]);
        assert_eq!((&list["totalCount"], &list["pageInfo"]["hasNextPage"]), (&json!(3), &json!(true)));
        let after = first.text("/user/list/pageInfo/endCursor");
        let second = app.visitor().gql(&query, json!({ "id": star.id, "after": after })).await;
        assert_eq!(usernames(second.at("/user/list")), [&fans[1].username]);
        assert_eq!(second.at("/user/list/pageInfo/hasNextPage"), false);
    }
    // Who closed their account is seen by staff alone.
    act(&fans[2], "closeAccount", json!({ "password": fans[2].password })).await.done("closeAccount");
    let (id, staff) = (json!({ "id": star.id }), app.manager().await);
    assert_eq!(app.visitor().gql(FOLLOWERS, id.clone()).await.at("/user/list/totalCount"), 2);
    assert_eq!(staff.gql(FOLLOWERS, id).await.at("/user/list/totalCount"), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn follows_of_many_people_take_no_more_statements_than_those_of_few() {
    const LISTS: &str = "query($n: Int!) { users(first: $n) { nodes { viewerIsFollowing
        followers(first: 2) { totalCount nodes { username } }
        following(first: 2) { totalCount nodes { username } } } } }";
    let app = TestApp::start().await;
    let people = [app.customer().await, app.customer().await, app.customer().await, app.customer().await];
    let staff = app.manager().await;
    for fan in people.iter().chain([&staff]) {
        for star in people.iter().filter(|star| star.id != fan.id) {
            act(fan, "followUser", json!({ "userId": star.id })).await.done("followUser");
        }
    }
    let reply = staff.gql(LISTS, json!({ "n": 5 })).await;
    let last = reply.at("/users/nodes/4");
    assert_eq!(last["viewerIsFollowing"], true);
    assert_eq!((&last["followers"]["totalCount"], &last["following"]["totalCount"]), (&json!(4), &json!(3)));
    assert_eq!(usernames(&last["followers"]), [staff.username.as_str(), &people[3].username]);
    let statements = async |n: i32| staff.gql(LISTS, json!({ "n": n })).await.statements();
    assert_eq!(
        (statements(2).await, statements(5).await),
        (6, 6),
        "one for each list, each count and the follows"
    );
}
