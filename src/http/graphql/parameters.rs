//! A GraphQL request, as its parameters came.

use axum::{
    body::Bytes,
    extract::{
        Query,
        rejection::{BytesRejection, QueryRejection},
    },
    http::{HeaderMap, StatusCode, header},
};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Operation, Outcome};
use crate::api::{Api, Audience};

/// The parameters in a body.
#[derive(Deserialize, Debug)]
#[serde(rename_all = "camelCase")]
pub struct Parameters {
    pub query: Option<String>,
    pub operation_name: Option<String>,
    pub variables: Option<Value>,
    pub extensions: Option<Value>,
}

/// The same in the address of a GET.
#[derive(Deserialize, Debug)]
#[serde(rename_all = "camelCase")]
pub struct AddressParameters {
    query: Option<String>,
    operation_name: Option<String>,
    variables: Option<String>,
    extensions: Option<String>,
}

impl Parameters {
    /// Those in a body. Only JSON is taken: a page of another origin can't send that without asking first.
    pub fn of_body(headers: &HeaderMap, body: Result<Bytes, BytesRejection>) -> Result<Self, Outcome> {
        let content_type =
            headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
        let mut parts = content_type.split(';').map(str::trim);
        let is_json = parts.next().is_some_and(|essence| essence.eq_ignore_ascii_case("application/json"));
        let is_utf8 = parts
            .filter_map(|part| part.split_once('='))
            .filter(|(name, _)| name.eq_ignore_ascii_case("charset"))
            .all(|(_, charset)| charset.trim_matches('"').eq_ignore_ascii_case("utf-8"));
        if !is_json || !is_utf8 {
            let message = "Send the request as `Content-Type: application/json`, in UTF-8.";
            return Err(Outcome::refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, message.into()));
        }
        let body = body.map_err(|rejection| {
            let status = rejection.status();
            let message = match status {
                StatusCode::PAYLOAD_TOO_LARGE => "The body is too large.",
                _ => "The body could not be read.",
            };
            Outcome::refused(status, message.into())
        })?;
        let value: Value =
            serde_json::from_slice(&body).map_err(|error| bad(format!("The body is not JSON: {error}.")))?;
        match value {
            Value::Object(_) => serde_json::from_value(value)
                .map_err(|error| bad(format!("The body is not a GraphQL request: {error}."))),
            Value::Array(_) => Err(bad("Send one request at a time: batches are not taken.")),
            _ => Err(bad("The body is not a GraphQL request: it must be a JSON object.")),
        }
    }

    /// Those in an address.
    pub fn of_address(sent: Result<Query<AddressParameters>, QueryRejection>) -> Result<Self, Outcome> {
        let Query(sent) = sent.map_err(|_| bad("The address can't be read."))?;
        let json = |name: &str, text: Option<String>| {
            let read = text.map(|text| serde_json::from_str(&text)).transpose();
            read.map_err(|error| bad(format!("`{name}` is not JSON: {error}.")))
        };
        Ok(Self {
            query: sent.query,
            operation_name: sent.operation_name,
            variables: json("variables", sent.variables)?,
            extensions: json("extensions", sent.extensions)?,
        })
    }

    /// What they ask for, prepared and with its variables coerced.
    pub fn operation(self, api: &Api, audience: Audience) -> Result<Operation, Outcome> {
        if !matches!(self.extensions, None | Some(Value::Null | Value::Object(_))) {
            return Err(bad("`extensions` must be an object."));
        }
        let variables = match self.variables {
            None | Some(Value::Null) => Map::new(),
            Some(Value::Object(variables)) => variables,
            Some(_) => return Err(bad("`variables` must be an object.")),
        };
        let query = self.query.ok_or_else(|| bad("The request has no `query`."))?;
        let prepared = api.prepare(audience, &query).map_err(Outcome::Wrong)?;
        let ready = prepared.request(self.operation_name.as_deref(), variables).map_err(Outcome::Wrong)?;
        Ok(Operation { request: ready.request, kind: ready.kind, cost: ready.cost })
    }
}

fn bad(message: impl Into<String>) -> Outcome {
    Outcome::refused(StatusCode::BAD_REQUEST, message.into())
}
