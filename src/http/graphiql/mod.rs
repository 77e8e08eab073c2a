//! GraphiQL, whose files are inside the binary: nothing is loaded from elsewhere.

use std::sync::Arc;

use axum::{
    Router,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
    routing::get,
};

use super::HttpState;

const PAGE: &str = include_str!("index.html");
const SCRIPT: &[u8] = include_bytes!("graphiql.js.gz");
const WORKER: &[u8] = include_bytes!("worker.js.gz");
const STYLE: &[u8] = include_bytes!("graphiql.css.gz");
const LICENCES: &str = include_str!("THIRD-PARTY.txt");

const JAVASCRIPT: &str = "text/javascript; charset=utf-8";
/// The page names its files with a digest of their content.
const FOREVER: &str = "public, max-age=31536000, immutable";
/// Everything comes from here; `connect-src` takes in sockets, too. Monaco writes style elements of its own.
const POLICY: &str = "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; \
                      style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src data:; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'";

/// The page and its files. With `demo`, the page offers the demo accounts.
pub fn routes(demo: bool) -> Router<Arc<HttpState>> {
    let page = PAGE.replace("__DEMO__", if demo { "yes" } else { "no" });
    Router::new()
        .route("/", get(async move || served("text/html; charset=utf-8", "no-cache", page)))
        .route("/graphiql/graphiql.js", get(async || compressed(JAVASCRIPT, SCRIPT)))
        .route("/graphiql/worker.js", get(async || compressed(JAVASCRIPT, WORKER)))
        .route("/graphiql/graphiql.css", get(async || compressed("text/css; charset=utf-8", STYLE)))
        .route("/graphiql/licences.txt", get(async || served("text/plain; charset=utf-8", FOREVER, LICENCES)))
}

fn served(media_type: &'static str, cached: &'static str, body: impl IntoResponse) -> Response {
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cached));
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}

/// The files are kept compressed; every browser takes them so.
fn compressed(media_type: &'static str, body: &'static [u8]) -> Response {
    let mut response = served(media_type, FOREVER, body);
    response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    response
}
