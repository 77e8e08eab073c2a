//! Who may read every field and call every mutation. A field that is not listed here fails.

mod fields;
mod mutations;
mod open;

use std::collections::BTreeMap;

use apollo_compiler::{
    ast::Value as Literal,
    schema::{ExtendedType, ObjectType},
};

use self::{fields::FIELDS, mutations::MUTATIONS, open::OPEN};
use crate::support::{Client, Events, TestApp, Value, json};

/// A guarded field, what its `@auth` says, who is let in, and how to ask. The people are `o` the customer
/// that things belong to, `c` another customer, `s` a studio, `t` another one, `m` a manager, `a` an admin. In the
/// queries `$owner`, `$product` (listed, new for each case), `$order`, `$game` (of `s`) and `$subscription` (of `o`
/// to that game) stand for their ids.
type Guarded = (&'static str, &'static str, &'static str, &'static str);

/// Signing out comes last, since nobody is signed in any more.
fn guarded() -> impl Iterator<Item = &'static Guarded> {
    FIELDS.iter().chain(MUTATIONS)
}

fn objects() -> BTreeMap<String, ObjectType> {
    let schema = apollo_compiler::Schema::parse(souk::api::sdl(), "schema.graphql").expect("it is a schema");
    let objects = schema.types.iter().filter_map(|(name, kind)| match kind {
        ExtendedType::Object(object) if !kind.is_built_in() => Some((name.to_string(), (**object).clone())),
        _ => None,
    });
    objects.collect()
}

#[test]
fn every_field_is_listed_with_its_rule() {
    let mut listed: BTreeMap<String, String> = BTreeMap::new();
    for (name, fields) in OPEN {
        listed.extend(fields.split_whitespace().map(|field| (format!("{name}.{field}"), String::new())));
    }
    listed.extend(guarded().map(|(field, auth, ..)| ((*field).to_owned(), (*auth).to_owned())));

    let mut served: BTreeMap<String, String> = BTreeMap::new();
    for (name, object) in objects() {
        for (field, definition) in &object.fields {
            let auth = definition
                .directives
                .get("auth")
                .and_then(|auth| auth.specified_argument_by_name("requires"));
            let requires: Vec<String> = match auth.map(|value| &**value) {
                Some(Literal::List(items)) => items.iter().map(ToString::to_string).collect(),
                _ => Vec::new(),
            };
            served.insert(format!("{name}.{field}"), requires.join(" "));
        }
    }
    for (field, auth) in &served {
        assert_eq!(listed.get(field), Some(auth), "{field} is not listed, or with another rule");
    }
    assert_eq!(listed.len(), served.len(), "something is listed that is not served");
}

/// Why a subscription is refused.
async fn refusal(client: &Client, query: &str) -> String {
    let request = client.request(reqwest::Method::POST, "/graphql").json(&json!({ "query": query }));
    let (_, result) = Events::of(request).await.next().await.expect("it is refused");
    result["errors"][0]["extensions"]["code"].as_str().expect("errors have codes").to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_guarded_field_lets_in_whom_it_says() {
    let app = TestApp::start().await;
    let (owner, other) = (app.customer().await, app.customer().await);
    let (studio, other_studio) = (app.studio().await, app.studio().await);
    let (manager, admin) = (app.manager().await, app.admin().await);
    let game = studio.publish("Something played").await;
    let subscription = owner.subscribe(&game).await;
    let sold = other.sell("Something sold", "5.00", 100, json!({})).await;
    let order = owner.order(&[(&sold, 1)], None).await;
    let order = order.text("/placeOrder/order/id");
    let people: [(char, Client); 7] = [
        ('v', app.visitor()),
        ('o', owner.client.clone()),
        ('c', other.client.clone()),
        ('s', studio.client.clone()),
        ('t', other_studio.client.clone()),
        ('m', manager.client.clone()),
        ('a', admin.client.clone()),
    ];
    for (field, _, allowed, query) in guarded() {
        for (who, client) in &people {
            let quoted = |id: &str| format!("\"{id}\"");
            let product = if query.contains("$product") {
                owner.sell("Something", "1.00", 1, json!({})).await
            } else {
                String::new()
            };
            let query = query
                .replace("$owner", &quoted(&owner.id))
                .replace("$order", &quoted(&order))
                .replace("$game", &quoted(&game))
                .replace("$subscription", &quoted(&subscription))
                .replace("$product", &quoted(&product));
            if query.starts_with("subscription") {
                let code = match *who {
                    _ if allowed.contains(*who) => "BAD_USER_INPUT",
                    'v' => "UNAUTHENTICATED",
                    _ => "FORBIDDEN",
                };
                assert_eq!(refusal(client, &query).await, code, "{field} as {who}");
                continue;
            }
            let reply = client.query(&query).await;
            let data = &reply.body["data"];
            let value = data.pointer("/user/v").or_else(|| data.pointer("/game/v")).unwrap_or(&data["v"]);
            if allowed.contains(*who) {
                assert_eq!(reply.codes(), Vec::<&str>::new(), "{field} as {who}: {:#}", reply.body);
            } else {
                let code = match *who {
                    // It does not even exist for them.
                    _ if *field == "Query.reports" => "GRAPHQL_VALIDATION_FAILED",
                    'v' => "UNAUTHENTICATED",
                    _ => "FORBIDDEN",
                };
                assert_eq!(reply.codes(), [code], "{field} as {who}: {:#}", reply.body);
                assert_eq!(*value, Value::Null, "{field} as {who}");
                if query.contains("username") {
                    assert_eq!(
                        reply.body["data"]["user"]["username"],
                        json!(owner.username),
                        "the rest stands"
                    );
                }
                if query.contains(" title }") {
                    assert_eq!(reply.body["data"]["game"]["title"], json!("Something played"));
                }
            }
        }
    }
}
