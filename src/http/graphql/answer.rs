//! What goes back: status, headers and errors.

use async_graphql::{ErrorExtensionValues, ServerError, Value, value};
use axum::{
    Json,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::MediaType;
use crate::{
    graphql::{Problem, plan::written},
    http::{problem, rate::Refused},
    kernel::Fault,
};

/// How a request ended.
pub enum Outcome {
    /// Before anything was executed, with this status.
    Refused(StatusCode, Vec<ServerError>),
    /// Before anything was executed, though the request could be read: its document or its variables are wrong.
    Wrong(Vec<ServerError>),
    /// It was executed; perhaps with a header that tells how.
    Done(Box<async_graphql::Response>, Option<(HeaderName, String)>),
}

impl Outcome {
    /// The request itself can't be used.
    pub fn refused(status: StatusCode, message: String) -> Self {
        Self::Refused(status, vec![error(Problem::BAD_USER_INPUT, message)])
    }

    /// The client takes too long to say what it wants.
    pub fn slow() -> Self {
        Self::refused(StatusCode::REQUEST_TIMEOUT, "The body was not there in time.".to_owned())
    }

    /// Refused for a reason that has a kind of its own.
    pub fn of_problem(kind: Problem) -> Self {
        Self::Refused(problem::status(kind), vec![error(kind, format!("{}.", kind.title))])
    }

    /// The client has as many of these open as it may have.
    pub fn too_many(message: &str) -> Self {
        let kind = Problem::RATE_LIMITED;
        Self::Refused(problem::status(kind), vec![error(kind, message.to_owned())])
    }

    /// Refused by a fault.
    pub fn of_fault(fault: &Fault) -> Self {
        let (kind, message) = crate::graphql::problem(fault);
        if let Fault::Broken(error) = fault {
            tracing::error!(%error, "a request broke");
        }
        Self::Refused(problem::status(kind), vec![error(kind, message)])
    }

    /// The client may not ask for that now.
    pub fn not_admitted(why: &Refused, requested: u64) -> Self {
        let (kind, message, retry_after) = match why {
            Refused::Spent { wait, remaining, limit } => {
                let seconds = wait.as_secs() + 1;
                let message = format!(
                    "This costs up to {requested} points, and {remaining} of {limit} are left. Try again in {seconds} s."
                );
                (Problem::RATE_LIMITED, message, seconds)
            }
            Refused::Crowding => {
                let message = "Too many requests of yours are under way. Wait for some of them.";
                (Problem::RATE_LIMITED, message.to_owned(), 1)
            }
            Refused::Busy => (Problem::UNAVAILABLE, format!("{}.", Problem::UNAVAILABLE.title), 1),
        };
        let mut error = error(kind, message);
        let extensions = error.extensions.get_or_insert_default();
        extensions.set("retryAfter", retry_after);
        if let Refused::Spent { remaining, limit, .. } = why {
            let cost =
                value!({ "requested": requested, "actual": 0, "limit": limit, "remaining": remaining });
            extensions.set("cost", cost);
        }
        Self::Refused(problem::status(kind), vec![error])
    }

    /// What is wrong, where nothing was executed.
    pub fn into_errors(self) -> Vec<ServerError> {
        match self {
            Self::Refused(_, errors) | Self::Wrong(errors) => errors,
            Self::Done(response, _) => response.errors,
        }
    }

    /// The HTTP response.
    pub fn answer(self, media_type: MediaType, request_id: &str) -> Response {
        let mut response = match self {
            Self::Refused(status, errors) => refusal(status, errors, request_id),
            Self::Wrong(errors) => refusal(media_type.wrong(), errors, request_id),
            Self::Done(mut done, timing) => {
                done.errors = finished(done.errors, request_id);
                let mut response = written(&done).into_response();
                if let Some((name, value)) = timing
                    && let Ok(value) = HeaderValue::from_str(&value)
                {
                    response.headers_mut().insert(name, value);
                }
                response
            }
        };
        response.headers_mut().insert(header::CONTENT_TYPE, media_type.header());
        personal(response)
    }
}

/// Answers differ by who asks, and tokens are among them.
pub fn personal(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::VARY, HeaderValue::from_static("Accept, Authorization"));
    response
}

fn refusal(status: StatusCode, errors: Vec<ServerError>, request_id: &str) -> Response {
    let wait = errors.iter().find_map(|error| match error.extensions.as_ref()?.get("retryAfter")? {
        Value::Number(seconds) => seconds.as_u64(),
        _ => None,
    });
    let errors = finished(errors, request_id);
    let mut response = (status, Json(json!({ "errors": errors }))).into_response();
    match status {
        StatusCode::UNAUTHORIZED => {
            let challenge = HeaderValue::from_static("Bearer error=\"invalid_token\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        // The rest of the body would be taken for the next request.
        StatusCode::REQUEST_TIMEOUT => {
            response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        }
        StatusCode::METHOD_NOT_ALLOWED => {
            response.headers_mut().insert(header::ALLOW, HeaderValue::from_static("POST"));
        }
        _ => {}
    }
    if let Some(wait) = wait {
        response.headers_mut().insert(header::RETRY_AFTER, wait.into());
    }
    response
}

/// An answer that is not sent, though everything was executed.
pub fn too_large(bytes: usize, most: usize) -> ServerError {
    let message =
        format!("The answer is too large: {bytes} bytes, at most {most} are sent. Ask for less at a time.");
    let mut error = error(Problem::TOO_COMPLEX, message);
    let extensions = error.extensions.get_or_insert_default();
    extensions.set("limit", "bytes of the answer");
    extensions.set("maximum", most);
    extensions.set("found", bytes);
    error
}

/// An error of a kind.
pub fn error(kind: Problem, message: String) -> ServerError {
    let mut extensions = ErrorExtensionValues::default();
    kind.describe(&mut extensions);
    let mut error = ServerError::new(message, None);
    error.extensions = Some(extensions);
    error
}

fn code(error: &ServerError) -> Option<Problem> {
    match error.extensions.as_ref()?.get("code")? {
        async_graphql::Value::String(code) => Problem::of_code(code),
        _ => None,
    }
}

/// Completes errors for the client.
pub fn finished(errors: Vec<ServerError>, request_id: &str) -> Vec<ServerError> {
    errors.into_iter().map(|error| finish(error, request_id)).collect()
}

/// Completes an error: every one has its kind and the request's name. One without a kind comes from the
/// library, and its text was not written for clients.
fn finish(mut error: ServerError, request_id: &str) -> ServerError {
    let kind = code(&error).unwrap_or_else(|| {
        tracing::error!(error = %error.message, "an error without a code");
        error.message = format!("{}.", Problem::INTERNAL.title);
        Problem::INTERNAL
    });
    let mut extensions = error.extensions.take().unwrap_or_default();
    kind.describe(&mut extensions);
    extensions.set("requestId", request_id);
    error.extensions = Some(extensions);
    error
}
