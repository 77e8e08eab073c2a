//! A name for every request, which its answer, its errors and its log lines bear.

use axum::{extract::Request, http::HeaderValue, middleware::Next, response::Response};
use tracing::Instrument as _;
use uuid::Uuid;

/// The header that carries it, in and out.
pub const HEADER: &str = "x-request-id";
const LENGTH: usize = 128;

/// A request's name.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// Takes the caller's name for the request, if it has a sane one, or makes one.
pub async fn assign(mut request: Request, next: Next) -> Response {
    let given = request.headers().get(HEADER).and_then(|value| value.to_str().ok());
    let id = match given {
        Some(id) if !id.is_empty() && id.len() <= LENGTH => id.to_owned(),
        _ => Uuid::now_v7().to_string(),
    };
    let span =
        tracing::info_span!("request", id = %id, method = %request.method(), path = request.uri().path());
    let header = HeaderValue::from_str(&id);
    request.extensions_mut().insert(RequestId(id));
    let answering = async {
        let response = next.run(request).await;
        tracing::debug!(status = response.status().as_u16(), "answered");
        response
    };
    let mut response = answering.instrument(span).await;
    if let Ok(header) = header {
        response.headers_mut().insert(HEADER, header);
    }
    response
}
