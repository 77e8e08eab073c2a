//! Who may read every field and call every mutation. A field that is not listed here fails.

use std::collections::BTreeMap;

use apollo_compiler::{
    ast::Value as Literal,
    schema::{ExtendedType, ObjectType},
};

use crate::support::{Client, TestApp, Value, json};

/// Fields that everyone who has the object may read.
const OPEN: &[(&str, &str)] = &[
    ("ApiToken", "createdAt expiresAt id lastUsedAt name"),
    ("ApiTokenPayload", "apiToken secret userErrors"),
    ("AuthPayload", "accessToken expiresAt refreshToken user userErrors"),
    ("Bag", "createdAt deletedAt id items status total updatedAt version"),
    ("BagItem", "id inStock product quantity total"),
    ("BagPayload", "bag userErrors"),
    (
        "Game",
        "createdAt deletedAt description id status studio title updatedAt version viewerCanEdit \
         viewerSubscription",
    ),
    ("GameConnection", "edges nodes pageInfo totalCount"),
    ("GameEdge", "cursor node"),
    ("GamePayload", "game userErrors"),
    (
        "GamePopularity",
        "activeSubscribers cancelledSubscribers newSubscribers pausedSubscribers totalSubscribers",
    ),
    ("GameSubscription", "createdAt deletedAt game id nextStatuses player status updatedAt version"),
    ("GameSubscriptionConnection", "edges nodes pageInfo totalCount"),
    ("GameSubscriptionEdge", "cursor node"),
    ("GameSubscriptionPayload", "subscription userErrors"),
    ("IllegalTransition", "allowed code from message path to"),
    ("InputError", "code message path"),
    (
        "Invoice",
        "amount createdAt date deletedAt description id lines nextStatuses status updatedAt user version",
    ),
    ("InvoiceConnection", "edges nodes pageInfo totalCount"),
    ("InvoiceEdge", "cursor node"),
    ("InvoiceLine", "amount createdAt deletedAt description id invoice updatedAt version"),
    ("InvoiceLineConnection", "edges nodes pageInfo totalCount"),
    ("InvoiceLineEdge", "cursor node"),
    ("InvoiceLinePayload", "invoiceLine userErrors"),
    ("InvoicePayload", "invoice userErrors"),
    (
        "Membership",
        "createdAt credits creditsAvailable deletedAt id openStreams status streamFee updatedAt user validFrom \
         validUntil version",
    ),
    ("MembershipConnection", "edges nodes pageInfo totalCount"),
    ("MembershipEdge", "cursor node"),
    ("MembershipPayload", "membership userErrors"),
    ("Money", "amount currency"),
    ("Mutation", "refreshSession register signIn"),
    (
        "Order",
        "createdAt customer deletedAt history id lines nextStatuses number status total updatedAt version",
    ),
    ("OrderConnection", "edges nodes pageInfo totalCount"),
    ("OrderEdge", "cursor node"),
    ("OrderEvent", "at by from to"),
    (
        "OrderLine",
        "id order orderNumber orderStatus orderedAt product productName quantity seller total unitPrice",
    ),
    ("OrderLineConnection", "edges nodes pageInfo totalCount"),
    ("OrderLineEdge", "cursor node"),
    ("OrderPayload", "order userErrors"),
    ("OutOfStock", "available code message path product requested"),
    ("PageInfo", "endCursor hasNextPage hasPreviousPage startCursor"),
    (
        "Product",
        "createdAt deletedAt description id name nextStatuses owner price status stock tags updatedAt version \
         viewerCanEdit",
    ),
    ("ProductConnection", "edges nodes pageInfo totalCount"),
    ("ProductEdge", "cursor node"),
    ("ProductPayload", "product userErrors"),
    ("Query", "game games node nodes product products tags user verifyToken viewer"),
    ("Session", "createdAt current expiresAt id lastUsedAt userAgent"),
    ("SignOutPayload", "signedOut"),
    ("Stream", "endedAt expiresAt id membership startedAt status"),
    ("StreamPayload", "invoice invoiceLine membership stream userErrors"),
    ("Subscription", "productChanged"),
    ("Tag", "createdAt deletedAt id name productCount products updatedAt version"),
    ("TagConnection", "edges nodes pageInfo totalCount"),
    ("TagEdge", "cursor node"),
    ("TagPayload", "tag userErrors"),
    ("TokenInfo", "active expiresAt kind user"),
    (
        "User",
        "bio createdAt deletedAt displayName followers following games id products updatedAt username version \
         viewerIsFollowing",
    ),
    ("UserConnection", "edges nodes pageInfo totalCount"),
    ("UserEdge", "cursor node"),
    ("UserPayload", "user userErrors"),
    ("VersionConflict", "actual code expected message path"),
];

/// Everyone else: a field, what its `@auth` says, who is let in, and how to ask. The people are `o` the customer
/// that things belong to, `c` another customer, `s` a studio, `t` another one, `m` a manager, `a` an admin. In the
/// queries `$owner`, `$product` (listed, new for each case), `$order`, `$game` (of `s`) and `$subscription` (of `o`
/// to that game) stand for their ids.
const GUARDED: &[(&str, &str, &str, &str)] = &[
    ("User.email", "SELF STAFF", "oma", "{ user(id: $owner) { v: email username } }"),
    ("User.role", "SELF STAFF", "oma", "{ user(id: $owner) { v: role username } }"),
    ("User.status", "SELF STAFF", "oma", "{ user(id: $owner) { v: status username } }"),
    ("User.orders", "SELF STAFF", "oma", "{ user(id: $owner) { v: orders { totalCount } username } }"),
    ("User.sales", "SELF STAFF", "oma", "{ user(id: $owner) { v: sales { totalCount } username } }"),
    (
        "User.subscriptions",
        "SELF STAFF",
        "oma",
        "{ user(id: $owner) { v: subscriptions { totalCount } username } }",
    ),
    ("User.membership", "SELF STAFF", "oma", "{ user(id: $owner) { v: membership { id } username } }"),
    (
        "User.memberships",
        "SELF STAFF",
        "oma",
        "{ user(id: $owner) { v: memberships { totalCount nodes { id } } username } }",
    ),
    (
        "User.invoices",
        "SELF STAFF",
        "oma",
        "{ user(id: $owner) { v: invoices { totalCount nodes { id } } username } }",
    ),
    ("User.bag", "SELF", "o", "{ user(id: $owner) { v: bag { id } username } }"),
    ("User.sessions", "SELF", "o", "{ user(id: $owner) { v: sessions { id } username } }"),
    ("User.apiTokens", "SELF", "o", "{ user(id: $owner) { v: apiTokens { id } username } }"),
    ("Query.users", "STAFF", "ma", "{ v: users { totalCount } }"),
    ("Query.orders", "STAFF", "ma", "{ v: orders { totalCount } }"),
    ("Query.order", "SELF STAFF", "ocstma", "{ v: order(id: $order) { number } }"),
    ("Query.subscriptions", "STAFF", "ma", "{ v: subscriptions { totalCount } }"),
    (
        "Game.popularity",
        "STUDIO_OF_GAME STAFF",
        "sma",
        "{ game(id: $game) { v: popularity { totalSubscribers } title } }",
    ),
    (
        "Game.subscriptions",
        "STUDIO_OF_GAME STAFF",
        "sma",
        "{ game(id: $game) { v: subscriptions { nodes { player { id } } } title } }",
    ),
    (
        "Mutation.changePassword",
        "SIGNED_IN",
        "ocstma",
        "mutation { v: changePassword(input: {currentPassword: \"x\", newPassword: \"y\"}) { userErrors { code } } }",
    ),
    (
        "Mutation.updateProfile",
        "SIGNED_IN",
        "ocstma",
        "mutation { v: updateProfile(input: {}) { userErrors { code } } }",
    ),
    (
        "Mutation.closeAccount",
        "SIGNED_IN",
        "ocstma",
        "mutation { v: closeAccount(input: {}) { userErrors { code } } }",
    ),
    (
        "Mutation.setUserRole",
        "ADMIN",
        "a",
        "mutation { v: setUserRole(input: {userId: \"x\", role: STUDIO}) { userErrors { code } } }",
    ),
    (
        "Mutation.followUser",
        "SIGNED_IN",
        "ocstma",
        "mutation { v: followUser(input: {userId: \"x\"}) { userErrors { code } } }",
    ),
    (
        "Mutation.unfollowUser",
        "SIGNED_IN",
        "ocstma",
        "mutation { v: unfollowUser(input: {userId: \"x\"}) { userErrors { code } } }",
    ),
    (
        "Mutation.createApiToken",
        "SIGNED_IN",
        "ocstma",
        "mutation { v: createApiToken(input: {name: \"\"}) { userErrors { code } } }",
    ),
    (
        "Mutation.revokeApiToken",
        "SIGNED_IN",
        "ocstma",
        "mutation { v: revokeApiToken(input: {id: \"x\"}) { userErrors { code } } }",
    ),
    (
        "Mutation.createProduct",
        "SIGNED_IN",
        "ocstma",
        "mutation { v: createProduct(input: {name: \"\", price: \"1\", stock: 1}) { userErrors { code } } }",
    ),
    (
        "Mutation.updateProduct",
        "OWNER STAFF",
        "oma",
        "mutation { v: updateProduct(input: {id: $product, stock: 7}) { product { stock } userErrors { code } } }",
    ),
    (
        "Mutation.changeProductStatus",
        "OWNER STAFF",
        "oma",
        "mutation { v: changeProductStatus(input: {id: $product, status: ARCHIVED}) { userErrors { code } } }",
    ),
    (
        "Mutation.deleteProduct",
        "OWNER STAFF",
        "oma",
        "mutation { v: deleteProduct(input: {id: $product}) { userErrors { code } } }",
    ),
    (
        "Mutation.tagProduct",
        "OWNER STAFF",
        "oma",
        "mutation { v: tagProduct(input: {productId: $product, tags: [\"x\"]}) { userErrors { code } } }",
    ),
    (
        "Mutation.untagProduct",
        "OWNER STAFF",
        "oma",
        "mutation { v: untagProduct(input: {productId: $product, tags: [\"x\"]}) { userErrors { code } } }",
    ),
    (
        "Mutation.createTag",
        "SIGNED_IN",
        "ocstma",
        "mutation { v: createTag(input: {name: \"\"}) { userErrors { code } } }",
    ),
    (
        "Mutation.setBagItem",
        "CUSTOMER",
        "oc",
        "mutation { v: setBagItem(input: {productId: \"x\", quantity: 1}) { userErrors { code } } }",
    ),
    ("Mutation.clearBag", "CUSTOMER", "oc", "mutation { v: clearBag { userErrors { code } } }"),
    (
        "Mutation.checkoutBag",
        "CUSTOMER",
        "oc",
        "mutation { v: checkoutBag(input: {}) { userErrors { code } } }",
    ),
    (
        "Mutation.placeOrder",
        "CUSTOMER",
        "oc",
        "mutation { v: placeOrder(input: {items: []}) { userErrors { code } } }",
    ),
    (
        "Mutation.changeOrderStatus",
        "SELF STAFF",
        "ocstma",
        "mutation { v: changeOrderStatus(input: {id: $order, status: DELIVERED}) { userErrors { code } } }",
    ),
    (
        "Mutation.createGame",
        "STUDIO STAFF",
        "stma",
        "mutation { v: createGame(input: {title: \"\"}) { userErrors { code } } }",
    ),
    (
        "Mutation.updateGame",
        "STUDIO_OF_GAME STAFF",
        "sma",
        "mutation { v: updateGame(input: {id: $game, title: \"\"}) { userErrors { code } } }",
    ),
    (
        "Mutation.changeGameStatus",
        "STUDIO_OF_GAME STAFF",
        "sma",
        "mutation { v: changeGameStatus(input: {id: $game, status: ACTIVE}) { userErrors { code } } }",
    ),
    (
        "Mutation.subscribe",
        "CUSTOMER",
        "oc",
        "mutation { v: subscribe(input: {gameId: \"x\"}) { userErrors { code } } }",
    ),
    // A stranger is told that there is no such subscription.
    (
        "Mutation.changeSubscriptionStatus",
        "SELF STUDIO_OF_GAME STAFF",
        "ocstma",
        "mutation { v: changeSubscriptionStatus(input: {id: $subscription, status: ACTIVE}) { userErrors { code } } }",
    ),
    ("Query.memberships", "STAFF", "ma", "{ v: memberships { totalCount } }"),
    ("Query.invoice", "SELF STAFF", "ocstma", "{ v: invoice(id: \"x\") { id } }"),
    ("Query.invoices", "STAFF", "ma", "{ v: invoices { totalCount } }"),
    ("Query.invoiceLines", "STAFF", "ma", "{ v: invoiceLines { totalCount } }"),
    (
        "Mutation.createMembership",
        "STAFF",
        "ma",
        "mutation { v: createMembership(input: {userId: \"x\", validFrom: \"2026-01-01\", validUntil: \"2026-01-31\", credits: 1}) { userErrors { code } } }",
    ),
    (
        "Mutation.updateMembership",
        "STAFF",
        "ma",
        "mutation { v: updateMembership(input: {id: \"x\"}) { userErrors { code } } }",
    ),
    (
        "Mutation.cancelMembership",
        "SELF STAFF",
        "ocstma",
        "mutation { v: cancelMembership(input: {id: \"x\"}) { userErrors { code } } }",
    ),
    (
        "Mutation.checkIn",
        "SELF STAFF",
        "ocstma",
        "mutation { v: checkIn(input: {}) { userErrors { code } } }",
    ),
    (
        "Mutation.renewStream",
        "SELF",
        "ocstma",
        "mutation { v: renewStream(input: {streamId: \"x\"}) { userErrors { code } } }",
    ),
    (
        "Mutation.checkOut",
        "SELF STAFF",
        "ocstma",
        "mutation { v: checkOut(input: {}) { userErrors { code } } }",
    ),
    (
        "Mutation.createInvoice",
        "STAFF",
        "ma",
        "mutation { v: createInvoice(input: {userId: \"x\"}) { userErrors { code } } }",
    ),
    (
        "Mutation.updateInvoice",
        "STAFF",
        "ma",
        "mutation { v: updateInvoice(input: {id: \"x\"}) { userErrors { code } } }",
    ),
    (
        "Mutation.changeInvoiceStatus",
        "STAFF",
        "ma",
        "mutation { v: changeInvoiceStatus(input: {id: \"x\", status: PAID}) { userErrors { code } } }",
    ),
    (
        "Mutation.deleteInvoice",
        "STAFF",
        "ma",
        "mutation { v: deleteInvoice(input: {id: \"x\"}) { userErrors { code } } }",
    ),
    (
        "Mutation.createInvoiceLine",
        "STAFF",
        "ma",
        "mutation { v: createInvoiceLine(input: {invoiceId: \"x\", amount: \"1\"}) { userErrors { code } } }",
    ),
    (
        "Mutation.updateInvoiceLine",
        "STAFF",
        "ma",
        "mutation { v: updateInvoiceLine(input: {id: \"x\"}) { userErrors { code } } }",
    ),
    (
        "Mutation.deleteInvoiceLine",
        "STAFF",
        "ma",
        "mutation { v: deleteInvoiceLine(input: {id: \"x\"}) { userErrors { code } } }",
    ),
    // Last, since nobody is signed in any more.
    ("Mutation.signOut", "SIGNED_IN", "ocstma", "mutation { v: signOut { signedOut } }"),
];

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
    listed.extend(GUARDED.iter().map(|(field, auth, ..)| ((*field).to_owned(), (*auth).to_owned())));

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
    for (field, _, allowed, query) in GUARDED {
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
            let reply = client.query(&query).await;
            let data = &reply.body["data"];
            let value = data.pointer("/user/v").or_else(|| data.pointer("/game/v")).unwrap_or(&data["v"]);
            if allowed.contains(*who) {
                assert_eq!(reply.codes(), Vec::<&str>::new(), "{field} as {who}: {:#}", reply.body);
            } else {
                let code = if *who == 'v' { "UNAUTHENTICATED" } else { "FORBIDDEN" };
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_reaches_anothers_order_by_any_path() {
    let app = TestApp::start().await;
    let (buyer, seller, stranger) = (app.customer().await, app.customer().await, app.customer().await);
    let product = seller.sell("Lamp", "40.00", 5, json!({})).await;
    let placed = buyer.order(&[(&product, 1)], None).await;
    let order = placed.text("/placeOrder/order/id");
    let lines =
        buyer.gql("query($id: ID!) { order(id: $id) { lines { id } } }", json!({ "id": order })).await;
    let line = lines.text("/order/lines/0/id");

    let ask = "query($order: ID!, $line: ID!) { order(id: $order) { id } node(id: $order) { id }
        nodes(ids: [$order, $line]) { id } }";
    let ids = json!({ "order": order, "line": line });
    assert_eq!(
        *stranger.gql(ask, ids.clone()).await.data(),
        json!({ "order": null, "node": null, "nodes": [null, null] })
    );
    // Its seller sees the line, and nothing of the order behind it.
    assert_eq!(
        *seller.gql(ask, ids.clone()).await.data(),
        json!({ "order": null, "node": null, "nodes": [null, { "id": line }] })
    );
    let behind = seller
        .query("{ viewer { username sales { nodes { orderNumber order { total { amount } } } } } }")
        .await;
    assert_eq!(behind.codes(), ["FORBIDDEN"]);
    assert_eq!(behind.body["data"]["viewer"]["sales"], Value::Null);
    assert_eq!(behind.body["data"]["viewer"]["username"], json!(seller.username));
    assert_eq!(
        *buyer.gql(ask, ids).await.data(),
        json!({ "order": { "id": order }, "node": { "id": order }, "nodes": [{ "id": order }, { "id": line }] })
    );
}
