//! Whose right has ended hears nothing any more.

use std::time::{Duration, Instant};

use reqwest::Method;

use super::{last_event, listen, next_of};
use crate::support::{Events, Socket, TestApp, Value, json};

/// Far longer than the second that is promised, since the machine may be busy, and far shorter than a token lasts.
const SOON: Duration = Duration::from_secs(15);
const LOG: &str = "subscription($after: ID) { events(after: $after) { id } }";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn staff_that_is_staff_no_more_hears_nothing() {
    let app = TestApp::start().await;
    let (admin, manager) = (app.admin().await, app.manager().await);
    let mug = admin.sell("Mug", "1.00", 1, json!({})).await;
    let create = "mutation { createApiToken(input: { name: \"a program\" }) { secret } }";
    let program = manager.with_token(manager.query(create).await.text("/createApiToken/secret"));
    let after = json!({ "after": last_event(&app).await });
    let (elsewhere, _running) = app.second_instance(&[]).await;
    let mut all = Vec::new();
    for token in [&manager.token, &program.token] {
        for instance in [&app.visitor(), &elsewhere] {
            all.push(listen(&instance.with_token(token.clone()), LOG, &after).await);
        }
    }
    admin.restock(&mug, 2).await;
    for (socket, events) in &mut all {
        next_of(socket, events, "STOCK_CHANGED").await;
    }
    let set = "mutation($input: SetUserRoleInput!) { setUserRole(input: $input) { userErrors { code } } }";
    let input = json!({ "userId": manager.id, "role": "CUSTOMER" });
    admin.gql(set, json!({ "input": input })).await.done("setUserRole");
    let begun = Instant::now();
    for (socket, events) in &mut all {
        assert_eq!(socket.end_with_reason().await, (4401, "The token is no longer good".to_owned()));
        assert_eq!(events.next().await, None);
        assert!(begun.elapsed() < SOON, "it took {:?}", begun.elapsed());
    }
    // Once more, they are told that it is not for them.
    let mut again = Socket::of(&program).await;
    again.subscribe("1", LOG, after).await;
    assert_eq!(again.hear().await["payload"][0]["extensions"]["code"], json!("FORBIDDEN"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_feed_of_one_thing_ends_when_it_is_there_no_more() {
    let app = TestApp::start().await;
    let seller = app.customer().await;
    let (archived, deleted) =
        (seller.sell("Mug", "1.00", 1, json!({})).await, seller.sell("Cap", "1.00", 1, json!({})).await);
    let after = last_event(&app).await;
    let query = "subscription($id: ID!, $after: ID) { productChanged(id: $id, after: $after) { stock } }";
    let archive = "mutation($input: ChangeProductStatusInput!) { v: changeProductStatus(input: $input) { userErrors { code } } }";
    let delete =
        "mutation($input: DeleteProductInput!) { v: deleteProduct(input: $input) { userErrors { code } } }";
    for (product, mutation, input) in [
        (&archived, archive, json!({ "id": archived, "status": "ARCHIVED" })),
        (&deleted, delete, json!({ "id": deleted })),
    ] {
        let (mut socket, mut events) =
            listen(&app.visitor(), query, &json!({ "id": product, "after": after })).await;
        seller.restock(product, 2).await;
        next_of(&mut socket, &mut events, "STOCK_CHANGED").await;
        seller.gql(mutation, json!({ "input": input })).await.done("v");
        let begun = Instant::now();
        assert_eq!(socket.hear().await, json!({ "type": "complete", "id": "1" }));
        assert_eq!(events.next().await, Some(("complete".to_owned(), Value::Null)));
        assert!(begun.elapsed() < SOON, "it took {:?}", begun.elapsed());
        // Whoever comes back is told nothing of it either.
        let body = json!({ "query": query, "variables": { "id": product, "after": after } });
        let mut again = Events::of(app.visitor().request(Method::POST, "/graphql").json(&body)).await;
        let (_, result) = again.next().await.expect("it is refused");
        assert_eq!(result["errors"][0]["message"], json!("There is no such product."));
    }
}
