//! What operators ask: whether the server lives, whether it can work, and how it does.

use std::{fmt::Write as _, sync::Arc, time::Duration};

use axum::{
    Json, Router,
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::json;
use tokio::time::timeout;

use super::HttpState;
use crate::{
    db::Db,
    events::{self, Lag},
};

/// How long the database may take to answer before the server counts as not ready.
const PATIENCE: Duration = Duration::from_secs(1);

/// Probes and metrics.
pub fn routes() -> Router<Arc<HttpState>> {
    Router::new()
        .route("/health/live", get(live))
        .route("/health/ready", get(ready))
        .route("/metrics", get(metrics))
}

async fn live() -> Response {
    Json(json!({ "status": "ok" })).into_response()
}

/// Ready means that requests that need the database will get it. Whoever hands events on may be far behind without
/// that.
async fn ready(State(state): State<Arc<HttpState>>) -> Response {
    let answered = matches!(timeout(PATIENCE, state.db.ping()).await, Ok(Ok(())));
    let (status, text) =
        if answered { (StatusCode::OK, "ok") } else { (StatusCode::SERVICE_UNAVAILABLE, "unavailable") };
    let mut told = json!({ "status": text, "database": text });
    let lags = if answered { lags(&state.db).await } else { Vec::new() };
    if !lags.is_empty() {
        let of = |lag: Lag| (lag.reader, json!({ "eventsBehind": lag.events, "secondsBehind": lag.seconds }));
        told["readers"] = lags.into_iter().map(of).collect();
    }
    (status, Json(told)).into_response()
}

/// How far behind those are who hand events on, if the database tells.
async fn lags(db: &Db) -> Vec<Lag> {
    timeout(PATIENCE, events::lags(db)).await.ok().and_then(Result::ok).unwrap_or_default()
}

/// In the text format of Prometheus.
async fn metrics(State(state): State<Arc<HttpState>>) -> Response {
    let pool = state.db.pool_status();
    let mut text = String::new();
    let mut gauge = |name: &str, help: &str, value: usize| {
        // Writing to a string can't fail.
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} gauge\n{name} {value}");
    };
    gauge("souk_db_connections", "Open connections to the database.", pool.open);
    gauge("souk_db_connections_idle", "Open connections that no request uses.", pool.idle);
    gauge("souk_db_connections_max", "Connections at most.", pool.max);
    gauge("souk_db_requests_waiting", "Requests that wait for a connection.", pool.waiting);
    gauge("souk_operations_in_flight", "Operations under way.", state.gate.under_way());
    gauge("souk_sockets", "Open WebSockets.", state.sockets.count());
    gauge("souk_event_streams", "Subscriptions answered by server-sent events.", state.streams.count());
    let _ = write!(text, "{}", state.metrics);
    let lags = lags(&state.db).await;
    let mut of_readers = |name: &str, help: &str, value: fn(&Lag) -> String| {
        let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} gauge");
        for lag in &lags {
            let _ = writeln!(text, "{name}{{reader=\"{}\"}} {}", lag.reader, value(lag));
        }
    };
    of_readers("souk_events_behind", "Events that a reader of the log has not handed on.", |lag| {
        lag.events.to_string()
    });
    of_readers("souk_events_seconds_behind", "How long ago the first of these happened.", |lag| {
        lag.seconds.to_string()
    });
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}
