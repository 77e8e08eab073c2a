//! The one place that knows HTTP: routes, tokens, media types, problem details.

mod access;
mod drain;
mod front;
mod graphiql;
mod graphql;
mod listen;
mod oauth;
mod operations;
mod problem;
mod rate;
mod seats;
mod socket;
mod traffic;

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{HeaderName, HeaderValue, Method, header},
    routing::get,
};
use tower_http::{
    CompressionLevel,
    catch_panic::CatchPanicLayer,
    compression::{
        CompressionLayer, Predicate as _,
        predicate::{NotForContentType, SizeAbove},
    },
    cors::CorsLayer,
};

use crate::{accounts::Auth, api::Api, db::Db, kernel::Metrics};

pub use drain::Drain;
pub use front::Front;
pub use listen::serve;
pub use rate::{Gate, Rates};
pub use seats::Seats;
pub use socket::SocketSettings;
pub use traffic::Traffic;

/// Answers of fewer bytes are sent as they are.
const WORTH_PACKING: u64 = 4 * 1024;

/// How requests are taken.
#[derive(Clone, Debug)]
pub struct HttpSettings {
    /// Bytes in a body at most.
    pub body_limit: usize,
    /// Bytes in an answer at most.
    pub answer_limit: usize,
    /// How long a client may take to send a request's headers.
    pub idle: Duration,
    /// How long it may take to send a body.
    pub body_timeout: Duration,
    /// How long a request may take.
    pub deadline: Duration,
    /// Web pages of these origins may call the API from a browser; `*` for all.
    pub allowed_origins: Vec<String>,
    /// How many proxies stand before this server and add to `X-Forwarded-For`.
    pub trusted_proxies: usize,
    /// How sockets are taken.
    pub sockets: SocketSettings,
    /// Whether answers tell in `Server-Timing` how many statements they took. For tests and benchmarks: such
    /// figures tell strangers more than answers should.
    pub server_timing: bool,
    /// Whether the demo accounts exist, so that GraphiQL can offer them.
    pub demo: bool,
}

/// What every request needs.
pub struct HttpState {
    /// The database.
    pub db: Db,
    /// Signing in and out.
    pub auth: Auth,
    /// The graph.
    pub api: Api,
    /// Who may ask for how much.
    pub gate: Gate,
    /// The sockets that are open.
    pub sockets: Seats,
    /// The subscriptions that are answered by server-sent events.
    pub streams: Seats,
    /// The end of it all.
    pub drain: Drain,
    /// What is counted.
    pub metrics: Metrics,
    /// What is counted of operations.
    pub traffic: Traffic,
    /// How requests are taken.
    pub settings: Arc<HttpSettings>,
}

/// All routes.
fn router(state: Arc<HttpState>) -> Router {
    let settings = &state.settings;
    let layers = (
        CompressionLayer::new()
            .quality(CompressionLevel::Fastest)
            .compress_when(SizeAbove::new(WORTH_PACKING).and(NotForContentType::SSE)),
        cors(&settings.allowed_origins),
        DefaultBodyLimit::max(settings.body_limit),
        CatchPanicLayer::custom(problem::panicked),
    );
    Router::new()
        .route("/graphql", get(graphql::get).post(graphql::post).fallback(graphql::wrong_method))
        .route("/schema.graphql", get(graphql::sdl))
        .merge(graphiql::routes(settings.demo))
        .merge(operations::routes())
        .merge(oauth::routes())
        .fallback(problem::not_found)
        .method_not_allowed_fallback(problem::method_not_allowed)
        // At once, since each layer by itself costs every request a box and copies of all below.
        .layer(layers)
        .with_state(state)
}

/// Tokens travel in a header that no page can send unasked, so it is safe to let any origin in; still, which
/// ones is for the store to say.
fn cors(origins: &[String]) -> CorsLayer {
    let layer = CorsLayer::new()
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([
            header::ACCEPT,
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            HeaderName::from_static(graphql::LAST_EVENT_ID),
        ])
        .expose_headers([front::REQUEST_ID, header::RETRY_AFTER])
        .max_age(Duration::from_hours(2));
    if origins.iter().any(|origin| origin == "*") {
        return layer.allow_origin(tower_http::cors::Any);
    }
    let origins: Vec<HeaderValue> = origins.iter().filter_map(|origin| origin.parse().ok()).collect();
    layer.allow_origin(origins)
}
