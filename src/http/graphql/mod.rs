//! GraphQL over HTTP, by its specification's draft of 2025: <https://graphql.github.io/graphql-over-http/draft/>.

use axum::{
    Extension,
    body::Bytes,
    extract::{
        Query, State,
        rejection::{BytesRejection, QueryRejection},
    },
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{HttpState, access, problem, request_id::RequestId};
use crate::{
    accounts::ClientInfo,
    api::{Asker, Audience, OperationKind, Runnable},
    graphql::Problem,
    kernel::Fault,
};

mod answer;

use answer::{MediaType, Outcome};

/// A GraphQL request, as its parameters came.
#[derive(Deserialize, Debug)]
#[serde(rename_all = "camelCase")]
struct Parameters {
    query: Option<String>,
    operation_name: Option<String>,
    variables: Option<Value>,
    extensions: Option<Value>,
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

/// Takes a request with a JSON body.
pub async fn post(
    State(state): State<HttpState>,
    Extension(client): Extension<ClientInfo>,
    Extension(id): Extension<RequestId>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let Some(media_type) = MediaType::accepted(&headers) else { return problem::not_acceptable() };
    let parameters = read_body(&headers, body);
    let outcome = match parameters {
        Ok(parameters) => run(&state, client, &headers, parameters, true).await,
        Err(outcome) => outcome,
    };
    outcome.answer(media_type, &id.0)
}

/// Takes a query in the address. What changes anything must come as POST.
pub async fn get(
    State(state): State<HttpState>,
    Extension(client): Extension<ClientInfo>,
    Extension(id): Extension<RequestId>,
    headers: HeaderMap,
    parameters: Result<Query<AddressParameters>, QueryRejection>,
) -> Response {
    let Some(media_type) = MediaType::accepted(&headers) else { return problem::not_acceptable() };
    let json = |name: &str, text: Option<String>| {
        text.map(|text| serde_json::from_str(&text)).transpose().map_err(|error| {
            Outcome::refused(StatusCode::BAD_REQUEST, format!("`{name}` is not JSON: {error}."))
        })
    };
    let read = || {
        let Query(sent) = parameters
            .map_err(|_| Outcome::refused(StatusCode::BAD_REQUEST, "The address can't be read.".into()))?;
        Ok(Parameters {
            query: sent.query,
            operation_name: sent.operation_name,
            variables: json("variables", sent.variables)?,
            extensions: json("extensions", sent.extensions)?,
        })
    };
    let outcome = match read() {
        Ok(parameters) => run(&state, client, &headers, parameters, false).await,
        Err(outcome) => outcome,
    };
    outcome.answer(media_type, &id.0)
}

/// GET and POST are all there is.
pub async fn wrong_method() -> Response {
    let mut response = problem::method_not_allowed().await;
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, POST"));
    response
}

/// The schema in the schema definition language, as far as the asker may know it.
pub async fn sdl(State(state): State<HttpState>, headers: HeaderMap) -> Response {
    match access::caller(&state.db.for_request(), &state.auth, &headers).await {
        Ok(caller) => {
            let sdl = state.api.sdl(Audience::of(caller.as_ref())).to_owned();
            ([(header::CONTENT_TYPE, "application/graphql; charset=utf-8")], sdl).into_response()
        }
        Err(fault) => problem::of_fault(&fault),
    }
}

/// Only JSON is taken: a page of another origin can't send that without asking first.
fn read_body(headers: &HeaderMap, body: Result<Bytes, BytesRejection>) -> Result<Parameters, Outcome> {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
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
    let bad = |message: String| Outcome::refused(StatusCode::BAD_REQUEST, message);
    let value: Value =
        serde_json::from_slice(&body).map_err(|error| bad(format!("The body is not JSON: {error}.")))?;
    match value {
        Value::Object(_) => serde_json::from_value(value)
            .map_err(|error| bad(format!("The body is not a GraphQL request: {error}."))),
        Value::Array(_) => Err(bad("Send one request at a time: batches are not taken.".into())),
        _ => Err(bad("The body is not a GraphQL request: it must be a JSON object.".into())),
    }
}

async fn run(
    state: &HttpState,
    client: ClientInfo,
    headers: &HeaderMap,
    sent: Parameters,
    may_change: bool,
) -> Outcome {
    let bad = |message: &str| Outcome::refused(StatusCode::BAD_REQUEST, message.into());
    if !matches!(sent.extensions, None | Some(Value::Null | Value::Object(_))) {
        return bad("`extensions` must be an object.");
    }
    let variables = match sent.variables {
        None | Some(Value::Null) => Map::new(),
        Some(Value::Object(variables)) => variables,
        Some(_) => return bad("`variables` must be an object."),
    };
    let Some(query) = sent.query else { return bad("The request has no `query`.") };
    let db = state.db.for_request();
    let caller = match access::caller(&db, &state.auth, headers).await {
        Ok(caller) => caller,
        Err(fault) => return Outcome::of_fault(&fault),
    };
    let prepared = match state.api.prepare(Audience::of(caller.as_ref()), &query) {
        Ok(prepared) => prepared,
        Err(errors) => return Outcome::Wrong(errors),
    };
    let Runnable { request, kind, .. } = match prepared.request(sent.operation_name.as_deref(), variables) {
        Ok(request) => request,
        Err(errors) => return Outcome::Wrong(errors),
    };
    if kind == OperationKind::Mutation && !may_change {
        return Outcome::refused(StatusCode::METHOD_NOT_ALLOWED, "Send mutations as POST.".into());
    }
    let asker = Asker { db: db.clone(), auth: state.auth.clone(), caller, client };
    let api = state.api.clone();
    let work = async move { api.execute(request, asker).await };
    let deadline = state.settings.deadline;
    // What changes something goes on to its end even if its client goes away.
    let done = if kind == OperationKind::Mutation {
        #[expect(clippy::disallowed_methods, reason = "a mutation that has begun is not left half done")]
        let task = tokio::spawn(tracing::Instrument::in_current_span(work));
        tokio::time::timeout(deadline, task).await.map(|joined| joined.map_err(|error| error.is_panic()))
    } else {
        tokio::time::timeout(deadline, work).await.map(Ok)
    };
    match done {
        Err(_) => Outcome::of_problem(Problem::TIMEOUT),
        Ok(Err(_)) => Outcome::of_fault(&Fault::broken("a mutation panicked")),
        Ok(Ok(response)) => {
            let timing = state.settings.server_timing.then(|| db.statements());
            Outcome::Done(Box::new(response), timing.map(server_timing))
        }
    }
}

fn server_timing(statements: u32) -> (HeaderName, String) {
    (HeaderName::from_static("server-timing"), format!("db;desc=\"{statements} statements\""))
}
