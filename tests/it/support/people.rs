//! People who use a store.

use std::{
    ops::Deref,
    sync::atomic::{AtomicU32, Ordering::Relaxed},
};

use serde_json::{Value, json};
use souk::kernel::{Named as _, Role};

use super::{Client, TestApp};

static COUNT: AtomicU32 = AtomicU32::new(1);

/// Someone who is signed in.
pub struct Person {
    pub client: Client,
    pub id: String,
    pub username: String,
    pub password: String,
    pub refresh_token: String,
}

impl Deref for Person {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl Person {
    pub(super) async fn register(app: &TestApp, role: Role) -> Self {
        const REGISTER: &str = "mutation($input: RegisterInput!) { register(input: $input) {
            accessToken refreshToken user { id } userErrors { code path message } } }";
        let number = COUNT.fetch_add(1, Relaxed);
        let username = format!("{}-{number}", role.name().to_lowercase());
        let password = format!("correct horse {number} battery");
        let asked = if role == Role::Studio { Role::Studio } else { Role::Customer };
        let input = json!({
            "username": username, "email": format!("{username}@example.org"), "password": password,
            "role": asked.name(),
        });
        let visitor = app.visitor();
        let reply = visitor.gql(REGISTER, json!({ "input": input })).await;
        let payload = reply.done("register").clone();
        let mut person = Self {
            client: visitor,
            id: payload["user"]["id"].as_str().expect("an account has an id").to_owned(),
            username,
            password,
            refresh_token: String::new(),
        };
        person.hold(&payload);
        if role.is_staff() {
            // Only an admin gives such a role, and somebody has to be the first one.
            let sql = format!("UPDATE accounts SET role = '{}' WHERE id = '{}'", role.name(), person.id);
            app.database.sql(&sql).await;
            person.sign_in().await;
        }
        person
    }

    /// Signs in once more.
    pub async fn sign_in(&mut self) {
        const SIGN_IN: &str = "mutation($input: SignInInput!) { signIn(input: $input) {
            accessToken refreshToken userErrors { code path message } } }";
        let input = json!({ "login": self.username, "password": self.password });
        let reply = self.client.with_token(None).gql(SIGN_IN, json!({ "input": input })).await;
        let payload = reply.done("signIn").clone();
        self.hold(&payload);
    }

    fn hold(&mut self, tokens: &Value) {
        let text = |name: &str| tokens[name].as_str().expect("there are tokens").to_owned();
        self.client.token = Some(text("accessToken"));
        self.refresh_token = text("refreshToken");
    }

    /// Offers a product; the input may say more than name, price and stock.
    pub async fn sell(&self, name: &str, price: &str, stock: i32, more: Value) -> String {
        const CREATE: &str = "mutation($input: CreateProductInput!) { createProduct(input: $input) {
            product { id } userErrors { code path message } } }";
        let mut input = json!({ "name": name, "price": price, "stock": stock });
        if let (Some(input), Value::Object(more)) = (input.as_object_mut(), more) {
            input.extend(more);
        }
        let reply = self.gql(CREATE, json!({ "input": input })).await;
        reply.done("createProduct")["product"]["id"].as_str().expect("a product has an id").to_owned()
    }

    /// Changes how many of a product there are.
    pub async fn restock(&self, product: &str, stock: i32) {
        const UPDATE: &str = "mutation($input: UpdateProductInput!) { updateProduct(input: $input) {
            userErrors { code path message } } }";
        self.gql(UPDATE, json!({ "input": { "id": product, "stock": stock } })).await.done("updateProduct");
    }

    /// Orders these quantities of products; `key` is an idempotency key.
    pub async fn order(&self, items: &[(&str, i32)], key: Option<&str>) -> super::Reply {
        const PLACE: &str = "mutation($input: PlaceOrderInput!) { placeOrder(input: $input) {
            order { id number status total { amount } version }
            userErrors { code message path ... on OutOfStock { product { id } requested available } } } }";
        let items: Vec<_> =
            items.iter().map(|(id, quantity)| json!({ "productId": id, "quantity": quantity })).collect();
        self.gql(PLACE, json!({ "input": { "items": items, "idempotencyKey": key } })).await
    }

    /// Moves an order to a status.
    pub async fn move_order(&self, id: &str, status: &str) -> super::Reply {
        const CHANGE: &str = "mutation($input: ChangeOrderStatusInput!) { changeOrderStatus(input: $input) {
            order { id status version }
            userErrors { code path message ... on IllegalTransition { from to allowed } } } }";
        self.gql(CHANGE, json!({ "input": { "id": id, "status": status } })).await
    }

    /// Publishes a game.
    pub async fn publish(&self, title: &str) -> String {
        const CREATE: &str = "mutation($input: CreateGameInput!) { createGame(input: $input) {
            game { id } userErrors { code path message } } }";
        let reply = self.gql(CREATE, json!({ "input": { "title": title } })).await;
        reply.done("createGame")["game"]["id"].as_str().expect("a game has an id").to_owned()
    }

    /// Subscribes to a game that can be subscribed to.
    pub async fn subscribe(&self, game: &str) -> String {
        let reply = self.try_to_subscribe(game).await;
        let id = &reply.done("subscribe")["subscription"]["id"];
        id.as_str().expect("a subscription has an id").to_owned()
    }

    /// Subscribes to a game, or is refused.
    pub async fn try_to_subscribe(&self, game: &str) -> super::Reply {
        const SUBSCRIBE: &str = "mutation($input: SubscribeInput!) { subscribe(input: $input) {
            subscription { id status version nextStatuses player { id } game { id } }
            userErrors { code path message } } }";
        self.gql(SUBSCRIBE, json!({ "input": { "gameId": game } })).await
    }

    /// Moves a subscription to a status.
    pub async fn move_subscription(&self, id: &str, status: &str) -> super::Reply {
        const CHANGE: &str = "mutation($input: ChangeSubscriptionStatusInput!) {
            changeSubscriptionStatus(input: $input) { subscription { id status version }
                userErrors { code path message ... on IllegalTransition { from to allowed } } } }";
        self.gql(CHANGE, json!({ "input": { "id": id, "status": status } })).await
    }

    /// How many of a product are left.
    pub async fn stock(&self, product: &str) -> i64 {
        let reply =
            self.gql("query($id: ID!) { product(id: $id) { stock } }", json!({ "id": product })).await;
        reply.at("/product/stock").as_i64().expect("stock is a number")
    }
}
