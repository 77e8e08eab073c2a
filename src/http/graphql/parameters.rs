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

use super::{Operation, Outcome, error};
use crate::{
    api::{Api, Audience, NotPrepared, Sought},
    graphql::Problem,
    kernel::Caller,
};

/// The parameters in a body.
#[derive(Deserialize, Debug)]
#[serde(rename_all = "camelCase")]
pub struct Parameters {
    pub query: Option<String>,
    pub operation_name: Option<String>,
    pub variables: Option<Value>,
    pub extensions: Option<Value>,
    /// The name of a known document; Relay's examples call it `id` or `doc_id`.
    #[serde(alias = "id", alias = "doc_id")]
    pub document_id: Option<String>,
}

/// The same in the address of a GET.
#[derive(Deserialize, Debug)]
#[serde(rename_all = "camelCase")]
pub struct AddressParameters {
    query: Option<String>,
    operation_name: Option<String>,
    variables: Option<String>,
    extensions: Option<String>,
    #[serde(alias = "id", alias = "doc_id")]
    document_id: Option<String>,
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
        // What is as it should be is read at once. All else is looked at more closely, to say what is wrong: also a
        // list, which could be read as the parameters in their order.
        let read = body.trim_ascii_start().starts_with(b"{").then(|| serde_json::from_slice(&body).ok());
        read.flatten().map_or_else(|| Self::of_odd_body(&body), Ok)
    }

    fn of_odd_body(body: &[u8]) -> Result<Self, Outcome> {
        let value: Value =
            serde_json::from_slice(body).map_err(|error| bad(format!("The body is not JSON: {error}.")))?;
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
            document_id: sent.document_id,
        })
    }

    /// What they ask for, prepared and with its variables coerced.
    pub fn operation(self, api: &Api, caller: Option<&Caller>) -> Result<Operation, Outcome> {
        let extensions = match self.extensions {
            None | Some(Value::Null) => Map::new(),
            Some(Value::Object(extensions)) => extensions,
            Some(_) => return Err(bad("`extensions` must be an object.")),
        };
        let variables = match self.variables {
            None | Some(Value::Null) => Map::new(),
            Some(Value::Object(variables)) => variables,
            Some(_) => return Err(bad("`variables` must be an object.")),
        };
        let automatic = match extensions.get("persistedQuery") {
            None | Some(Value::Null) => None,
            Some(named) => Some(automatic(named)?),
        };
        let sought = match (self.query.as_deref(), self.document_id.as_deref(), automatic) {
            (text, None, Some(hash)) => Sought::Automatic { hash, text },
            (None, Some(id), None) => Sought::Id(id),
            (Some(text), None, None) => Sought::Text(text),
            (None, None, None) => return Err(bad("The request has no `query`.")),
            _ => return Err(bad("Send the document or its id, not both.")),
        };
        // Programs of staff may look into anything, whatever documents browsers are kept to.
        let free = caller.is_some_and(|caller| caller.is_staff() && caller.credential.is_api_token());
        let prepared = api.prepare(Audience::of(caller), sought, free).map_err(not_prepared)?;
        let runnable =
            prepared.runnable(self.operation_name.as_deref(), variables).map_err(Outcome::Wrong)?;
        let tells_cost = extensions.get("cost") == Some(&Value::Bool(true));
        Ok(Operation { runnable, tells_cost })
    }
}

/// The hash of an automatic persisted query, of which there is one version.
fn automatic(named: &Value) -> Result<&str, Outcome> {
    match (named.get("version").and_then(Value::as_u64), named.get("sha256Hash").and_then(Value::as_str)) {
        (Some(1), Some(hash)) => Ok(hash),
        _ => Err(bad("`extensions.persistedQuery` must have `version: 1` and a `sha256Hash`.")),
    }
}

fn not_prepared(why: NotPrepared) -> Outcome {
    match why {
        NotPrepared::Wrong(errors) => Outcome::Wrong(errors),
        // By this very message clients know that they have to send the text.
        NotPrepared::Unknown => {
            let kind = Problem::DOCUMENT_NOT_FOUND;
            Outcome::Wrong(vec![error(kind, kind.title.to_owned())])
        }
        NotPrepared::Mismatch => bad("The document is another one than its hash or id says."),
        NotPrepared::NotTrusted => {
            let message = "Only known documents are run here: send the `documentId` of one.";
            Outcome::Refused(StatusCode::FORBIDDEN, vec![error(Problem::FORBIDDEN, message.to_owned())])
        }
    }
}

fn bad(message: impl Into<String>) -> Outcome {
    Outcome::refused(StatusCode::BAD_REQUEST, message.into())
}
