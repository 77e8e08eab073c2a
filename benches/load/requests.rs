//! The kinds of requests. Each is sent in many forms that differ in what they ask for, which come in the same order in
//! every run.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    http::{self, Link},
    store::{Database, PASSWORD, Server},
};

/// How many forms of a request there are.
const FORMS: u32 = 2_000;
/// How many customers there are who ask for what is theirs.
const CUSTOMERS: u32 = 32;

/// A kind of request.
pub struct Kind {
    pub name: &'static str,
    pub what: &'static str,
    who: Who,
    query: &'static str,
    variables: fn(&mut Dice) -> Value,
}

enum Who {
    Visitor,
    Customer,
    Manager,
}

pub const KINDS: [Kind; 13] = [
    Kind {
        name: "W1",
        what: "product by id with its tags",
        who: Who::Visitor,
        query: "query W1($id: ID!) {
            product(id: $id) { id name description price { amount } stock tags { id name } } }",
        variables: |dice| json!({ "id": dice.product() }),
    },
    Kind {
        name: "W2",
        what: "50 newest products with their tags",
        who: Who::Visitor,
        query: "query W2($n: Int!) {
            products(first: $n) { nodes { id name description price { amount } stock tags { id name } } } }",
        variables: |_| json!({ "n": 50 }),
    },
    Kind {
        name: "W3",
        what: "20 invoices of a user with user and lines",
        who: Who::Manager,
        query: INVOICES,
        variables: |dice| json!({ "n": 20, "user": dice.billed() }),
    },
    Kind {
        name: "W3_1",
        what: "1 invoice of a user with user and lines",
        who: Who::Manager,
        query: INVOICES,
        variables: |dice| json!({ "n": 1, "user": dice.billed() }),
    },
    Kind {
        name: "W3_100",
        what: "100 invoices of a user with user and lines",
        who: Who::Manager,
        query: INVOICES,
        variables: |dice| json!({ "n": 100, "user": dice.billed() }),
    },
    Kind {
        name: "W4",
        what: "order of 2 products",
        who: Who::Customer,
        query: "mutation W4($items: [OrderItemInput!]!) {
            placeOrder(input: { items: $items }) { order { id total { amount } } userErrors { code } } }",
        variables: |dice| {
            let (first, second) = dice.two_products();
            json!({ "items": [{ "productId": first, "quantity": 2 }, { "productId": second, "quantity": 1 }] })
        },
    },
    Kind {
        name: "W5",
        what: "first 20 by a word and a highest price",
        who: Who::Visitor,
        query: SEARCH,
        variables: |dice| json!({ "words": dice.thing(), "most": dice.price() }),
    },
    Kind {
        name: "dashboard",
        what: "bag, orders with lines, membership, invoices",
        who: Who::Customer,
        query: "{ viewer { id displayName
            bag { items { quantity product { id name price { amount } } } total { amount } }
            orders(first: 10) { nodes { id number status total { amount } lines { productName quantity } } }
            membership { id status credits validUntil }
            invoices(first: 10) { nodes { id date status amount { amount } } } } }",
        variables: |_| json!({}),
    },
    Kind {
        name: "games",
        what: "50 games with popularity",
        who: Who::Manager,
        query: "{ games(first: 50) { nodes { id title status
            popularity { activeSubscribers pausedSubscribers totalSubscribers } } } }",
        variables: |_| json!({}),
    },
    Kind {
        name: "search-1",
        what: "by the beginning of a word",
        who: Who::Visitor,
        query: SEARCH,
        variables: |dice| json!({ "words": &dice.thing()[..3] }),
    },
    Kind {
        name: "search-2",
        what: "by 2 words",
        who: Who::Visitor,
        query: SEARCH,
        variables: |dice| json!({ "words": format!("{} {}", dice.kind(), dice.thing()) }),
    },
    Kind {
        name: "search-3",
        what: "by 3 words, one in every product",
        who: Who::Visitor,
        query: SEARCH,
        variables: |dice| json!({ "words": format!("daily {} {}", dice.kind(), dice.thing()) }),
    },
    Kind {
        name: "sign-in",
        what: "by name and password",
        who: Who::Visitor,
        query: SIGN_IN,
        variables: |dice| json!({ "login": format!("user-{}", 1 + dice.below(10_000)), "password": PASSWORD }),
    },
];

const INVOICES: &str = "query W3($user: ID!, $n: Int!) {
    invoices(first: $n, filter: { userId: $user }) { nodes { id date status amount { amount }
        user { id displayName email } lines { id description amount { amount currency } } } } }";
const SEARCH: &str = "query W5($words: String!, $most: Decimal) {
    products(first: 20, filter: { search: $words, maxPrice: $most }) { nodes { id name price { amount } stock } } }";
const SIGN_IN: &str = "mutation SignIn($login: String!, $password: String!) {
    signIn(input: { login: $login, password: $password }) { accessToken userErrors { code } } }";

impl Kind {
    /// Its forms, as they go over the wire.
    pub fn requests(&self, people: &People, scale: u32) -> Vec<Vec<u8>> {
        let mut dice = Dice { state: 0x5eed, scale };
        let form = |number: u32| {
            let token = match self.who {
                Who::Visitor => None,
                Who::Customer => Some(&*people.customers[(number % CUSTOMERS) as usize]),
                Who::Manager => Some(&*people.manager),
            };
            let body = json!({ "query": self.query, "variables": (self.variables)(&mut dice) });
            http::request(token, &body.to_string())
        };
        (0..FORMS).map(form).collect()
    }
}

/// The access tokens of those who ask.
pub struct People {
    customers: Vec<String>,
    manager: String,
}

impl People {
    pub async fn sign_in(server: &Server, database: &Database) -> Self {
        let mut link = Link::open(server).await;
        let mut token = async |number: u32| {
            let variables = json!({ "login": format!("user-{number}"), "password": PASSWORD });
            let body = json!({ "query": SIGN_IN, "variables": variables }).to_string();
            let answer: Value =
                serde_json::from_str(link.ask(&http::request(None, &body)).await.body).expect("it is JSON");
            let token = answer.pointer("/data/signIn/accessToken").and_then(Value::as_str);
            token.unwrap_or_else(|| panic!("{answer}")).to_owned()
        };
        let mut customers = Vec::new();
        for number in 1..=CUSTOMERS {
            customers.push(token(number).await);
        }
        Self { customers, manager: token(10_000 * database.scale + 21).await }
    }
}

/// What is drawn is the same in every run.
pub struct Dice {
    state: u64,
    scale: u32,
}

const KINDS_OF_THINGS: [&str; 8] = ["red", "large", "warm", "plain", "round", "quick", "bright", "old"];
const THINGS: [&str; 12] = [
    "anchor", "basket", "candle", "desk", "fiddle", "guitar", "kettle", "ladder", "mirror", "pencil",
    "quilt", "saddle",
];

impl Dice {
    fn below(&mut self, most: u32) -> u32 {
        // Knuth's multiplier for linear congruential generators; its upper half is good enough here.
        self.state = self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (((self.state >> 32) * u64::from(most)) >> 32) as u32
    }

    /// An id, as the function `id` of the data makes them.
    fn id(kind: u128, number: u32) -> Uuid {
        let number = u128::from(number);
        Uuid::from_u128((1_704_067_200_000 + number * 1_000) << 80 | 7 << 76 | kind << 64 | 8 << 60 | number)
    }

    fn product(&mut self) -> Uuid {
        Self::id(3, 1 + self.below(50_000 * self.scale))
    }

    fn two_products(&mut self) -> (Uuid, Uuid) {
        let (first, mut second) = (self.product(), self.product());
        while second == first {
            second = self.product();
        }
        (first, second)
    }

    /// A user with invoices.
    fn billed(&mut self) -> Uuid {
        Self::id(1, 1 + self.below(1_000 * self.scale))
    }

    fn price(&mut self) -> String {
        ["300", "500", "700", "900"][self.below(4) as usize].to_owned()
    }

    fn kind(&mut self) -> &'static str {
        KINDS_OF_THINGS[self.below(8) as usize]
    }

    fn thing(&mut self) -> &'static str {
        THINGS[self.below(12) as usize]
    }
}
