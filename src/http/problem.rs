//! Errors of endpoints that are not GraphQL, as RFC 9457 has them.

use std::any::Any;

use axum::{
    Json,
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

use crate::{
    graphql::{Problem, problem},
    kernel::{Denial, Fault},
};

const MEDIA_TYPE: HeaderValue = HeaderValue::from_static("application/problem+json");

/// An answer with a status and `application/problem+json`.
pub fn answer(status: StatusCode, kind: &str, title: &str, detail: &str) -> Response {
    let body = json!({ "type": kind, "title": title, "status": status.as_u16(), "detail": detail });
    let mut response = (status, Json(body)).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, MEDIA_TYPE);
    response
}

/// A fault as a problem.
pub fn of_fault(fault: &Fault) -> Response {
    let (kind, detail) = problem(fault);
    if let Fault::Broken(error) = fault {
        tracing::error!(%error, "a request broke");
    }
    let mut response = answer(status(kind), &kind.type_uri(), kind.title, &detail);
    match fault {
        Fault::Denied(Denial::RateLimited(wait)) => {
            response.headers_mut().insert(header::RETRY_AFTER, wait.as_secs().max(1).into());
        }
        Fault::Denied(Denial::Unauthenticated) => {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        _ => {}
    }
    response
}

/// The HTTP status of a kind of error.
pub fn status(kind: Problem) -> StatusCode {
    StatusCode::from_u16(kind.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

/// Nothing is served at this path.
pub async fn not_found() -> Response {
    answer(
        StatusCode::NOT_FOUND,
        "about:blank",
        "Not Found",
        "Nothing is served here. The API is at /graphql.",
    )
}

/// The path does not take this method.
pub async fn method_not_allowed() -> Response {
    answer(
        StatusCode::METHOD_NOT_ALLOWED,
        "about:blank",
        "Method Not Allowed",
        "This path does not take this method.",
    )
}

/// The client takes none of the media types that there are.
pub fn not_acceptable() -> Response {
    answer(
        StatusCode::NOT_ACCEPTABLE,
        "about:blank",
        "Not Acceptable",
        "Answers come as application/graphql-response+json or application/json.",
    )
}

/// A request's code panicked. The server lives, and the client learns nothing of the cause.
#[expect(clippy::needless_pass_by_value, reason = "the layer hands the payload over")]
pub fn panicked(payload: Box<dyn Any + Send>) -> axum::http::Response<Body> {
    let message = payload
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| payload.downcast_ref::<&str>().copied())
        .unwrap_or("no message");
    tracing::error!(message, "a request panicked");
    of_fault(&Fault::broken("a panic"))
}
