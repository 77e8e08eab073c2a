//! A client as a front end has it.

use std::net::SocketAddr;

use reqwest::{Method, RequestBuilder, StatusCode, header::HeaderMap};
use serde_json::{Value, json};

/// Talks to a store, signed in or not.
#[derive(Clone)]
pub struct Client {
    pub http: reqwest::Client,
    base: String,
    pub token: Option<String>,
}

impl Client {
    pub fn new(address: SocketAddr) -> Self {
        Self { http: reqwest::Client::new(), base: format!("http://{address}"), token: None }
    }

    /// The same client with another token, or none.
    pub fn with_token(&self, token: impl Into<Option<String>>) -> Self {
        Self { token: token.into(), ..self.clone() }
    }

    /// Where the store is.
    pub fn address(&self) -> &str {
        self.base.trim_start_matches("http://")
    }

    /// A plain request with the client's token.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.base));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Sends an operation with its variables.
    pub async fn gql(&self, query: &str, variables: Value) -> Reply {
        let request = self
            .request(Method::POST, "/graphql")
            .header("accept", "application/graphql-response+json")
            .json(&json!({ "query": query, "variables": variables }));
        Reply::of(request).await
    }

    /// Sends a query without variables.
    pub async fn query(&self, query: &str) -> Reply {
        self.gql(query, json!({})).await
    }
}

/// What came back.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Reply {
    pub async fn of(request: RequestBuilder) -> Self {
        let response = request.send().await.expect("the store answers");
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await.expect("the answer is text");
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Self { status, headers, body }
    }

    /// The data of an answer without errors.
    #[track_caller]
    pub fn data(&self) -> &Value {
        assert!(self.body.get("errors").is_none(), "unexpected errors: {:#}", self.body);
        &self.body["data"]
    }

    /// The value at a path such as `/viewer/username`, of an answer without errors.
    #[track_caller]
    pub fn at(&self, pointer: &str) -> &Value {
        self.data().pointer(pointer).unwrap_or_else(|| panic!("nothing at {pointer} in {:#}", self.body))
    }

    /// The text at a path.
    #[track_caller]
    pub fn text(&self, pointer: &str) -> String {
        let value = self.at(pointer);
        value.as_str().unwrap_or_else(|| panic!("no text at {pointer} but {value}")).to_owned()
    }

    /// The payload of a mutation without errors and userErrors.
    #[track_caller]
    pub fn done(&self, field: &str) -> &Value {
        let payload = &self.data()[field];
        assert_eq!(payload["userErrors"], json!([]), "unexpected userErrors: {payload:#}");
        payload
    }

    /// The userErrors of a mutation as `CODE at path`, sorted.
    #[track_caller]
    pub fn refusals(&self, field: &str) -> Vec<String> {
        let errors = self.data()[field]["userErrors"].as_array().expect("the mutation asks for userErrors");
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let mut told: Vec<String> = errors
            .iter()
            .map(|error| {
                let path: Vec<_> = error["path"].as_array().into_iter().flatten().map(text).collect();
                format!("{} at {}", text(&error["code"]), path.join("."))
            })
            .collect();
        told.sort();
        told
    }

    /// The codes of the errors.
    #[track_caller]
    pub fn codes(&self) -> Vec<&str> {
        let errors = self.body["errors"].as_array().map(Vec::as_slice).unwrap_or_default();
        errors.iter().map(|error| error["extensions"]["code"].as_str().unwrap_or("no code")).collect()
    }

    /// How many statements the answer took.
    #[track_caller]
    pub fn statements(&self) -> u32 {
        let timing = self.headers.get("server-timing").and_then(|value| value.to_str().ok());
        let count = timing.and_then(|text| text.split('"').nth(1)?.split(' ').next()?.parse().ok());
        count.unwrap_or_else(|| panic!("no count of statements in {timing:?}"))
    }
}
