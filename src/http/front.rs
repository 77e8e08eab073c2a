//! What every request meets first, and its answer last: a name for it, where it comes from, and what a browser may do
//! with the answer.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    Router,
    http::{HeaderMap, HeaderName, HeaderValue, Request, header},
    response::Response,
};
use hyper::body::Incoming;
use tower_service::Service as _;
use tracing::Instrument as _;
use uuid::Uuid;

use super::{HttpState, access};

/// The header that carries a request's name, in and out.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The longest name that is taken.
const LENGTH: usize = 128;

/// The name of a request, which its answer, its errors and its log lines bear.
#[derive(Clone, Debug)]
pub struct RequestId(pub String);

/// The way in to all routes.
#[derive(Clone)]
pub struct Front {
    routes: Router,
    proxies: usize,
}

impl Front {
    /// The way in to what is served by such a state.
    #[must_use]
    pub fn new(state: Arc<HttpState>) -> Self {
        let proxies = state.settings.trusted_proxies;
        Self { routes: super::router(state), proxies }
    }

    /// Answers a request of whoever is connected.
    pub async fn answer(&self, peer: SocketAddr, mut request: Request<Incoming>) -> Response {
        let id = request_id(request.headers());
        let header = HeaderValue::from_str(&id);
        let span =
            tracing::info_span!("request", id = %id, method = %request.method(), path = request.uri().path());
        let client = access::client(request.headers(), peer.ip(), self.proxies);
        request.extensions_mut().insert(client);
        request.extensions_mut().insert(RequestId(id));
        let answering = async {
            let Ok(response) = self.routes.clone().call(request).await;
            tracing::debug!(status = response.status().as_u16(), "answered");
            response
        };
        let mut response = answering.instrument(span).await;
        let headers = response.headers_mut();
        if let Ok(header) = header {
            headers.insert(REQUEST_ID, header);
        }
        secure(headers);
        response
    }
}

/// The caller's name for the request, if it has a sane one, or a new one.
fn request_id(headers: &HeaderMap) -> String {
    let given = headers.get(REQUEST_ID).and_then(|value| value.to_str().ok());
    match given {
        Some(id) if !id.is_empty() && id.len() <= LENGTH => id.to_owned(),
        _ => Uuid::now_v7().to_string(),
    }
}

/// What a browser may do with an answer that is opened as a page: nothing, where it has no rules of its own.
fn secure(headers: &mut HeaderMap) {
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers
        .entry(header::CONTENT_SECURITY_POLICY)
        .or_insert(HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'"));
}
