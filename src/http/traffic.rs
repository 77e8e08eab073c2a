//! What is counted of the operations that are run.

use std::{sync::Arc, time::Duration};

use axum::http::StatusCode;

use super::graphql::Outcome;
use crate::{
    api::OperationKind,
    kernel::{Counter, Histogram, Metrics},
};

/// Queries and mutations, whatever they came by. Clones share it.
#[derive(Clone)]
pub struct Traffic(Arc<Figures>);

struct Figures {
    done: Counter,
    errors: Counter,
    rate_limited: Counter,
    timeout: Counter,
    refused: Counter,
    queries: Histogram,
    mutations: Histogram,
}

impl Traffic {
    /// Nothing has happened yet.
    #[must_use]
    pub fn new(metrics: &Metrics) -> Self {
        let outcome = |value| {
            let help = "Queries and mutations by what became of them.";
            metrics.counter("souk_operations_total", help, ("outcome", value))
        };
        let kind = |value| {
            let help = "How long queries and mutations that were run took.";
            metrics.histogram("souk_operation_duration_seconds", help, ("kind", value))
        };
        Self(Arc::new(Figures {
            done: outcome("done"),
            errors: outcome("errors"),
            rate_limited: outcome("rate_limited"),
            timeout: outcome("timeout"),
            refused: outcome("refused"),
            queries: kind("query"),
            mutations: kind("mutation"),
        }))
    }

    /// Counts an operation that ended.
    pub fn add(&self, kind: OperationKind, outcome: &Outcome, took: Duration) {
        let figures = &self.0;
        let ended = match outcome {
            Outcome::Done(response, _) if response.errors.is_empty() => &figures.done,
            Outcome::Done(..) => &figures.errors,
            Outcome::Refused(StatusCode::TOO_MANY_REQUESTS, _) => &figures.rate_limited,
            Outcome::Refused(StatusCode::GATEWAY_TIMEOUT, _) => &figures.timeout,
            Outcome::Refused(..) | Outcome::Wrong(_) => &figures.refused,
        };
        ended.add(1);
        if let Outcome::Done(..) = outcome {
            let times = if kind == OperationKind::Mutation { &figures.mutations } else { &figures.queries };
            times.add(took);
        }
    }
}
