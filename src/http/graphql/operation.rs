//! Running what was asked for, whatever it came by.

use std::{sync::Arc, time::Instant};

use async_graphql::{Response, ServerError, value};
use axum::http::HeaderName;
use futures_util::{FutureExt as _, Stream, StreamExt as _, stream};

use super::{
    Outcome,
    answer::{finished, too_large},
};
use crate::{
    api::{Answer, Api, Asker, Cost, OperationKind, Runnable},
    graphql::Problem,
    http::{HttpState, rate::Admission, seats::Holder},
    kernel::Fault,
};

/// An operation that is ready to be run.
pub struct Operation {
    pub runnable: Runnable,
    /// Whether its result tells what it has cost.
    pub tells_cost: bool,
}

/// What a client hears that listens. The last one is not [`Event::Next`].
pub enum Event {
    /// A result.
    Next(Box<Response>),
    /// It was refused, and there is no result.
    Error(Vec<ServerError>),
    /// There are no more results.
    Complete,
}

impl Operation {
    /// Runs a query or a mutation, and counts it.
    pub async fn run(self, state: &HttpState, asker: Asker) -> Outcome {
        let (begun, kind) = (Instant::now(), self.runnable.kind);
        let outcome = self.outcome(state, asker).await;
        state.traffic.add(kind, &outcome, begun.elapsed());
        outcome
    }

    async fn outcome(self, state: &HttpState, asker: Asker) -> Outcome {
        let admission = match self.admit(state, &asker) {
            Ok(admission) => admission,
            Err(refused) => return refused,
        };
        let (api, db) = (state.api.clone(), asker.db.clone());
        let (kind, bill) = (self.runnable.kind, Bill::of(&self, state.settings.answer_limit));
        let work = async move { bill.settled(api.execute(self.runnable, asker).await, admission) };
        let deadline = state.settings.deadline;
        // What changes something goes on to its end even if its client goes away, and the server ends after it.
        let done = if kind == OperationKind::Mutation {
            let worker = state.drain.worker();
            let work = tracing::Instrument::in_current_span(async move {
                let _worker = worker;
                work.await
            });
            #[expect(clippy::disallowed_methods, reason = "a mutation that has begun is not left half done")]
            let task = tokio::spawn(work);
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

    fn admit(&self, state: &HttpState, asker: &Asker) -> Result<Admission, Outcome> {
        let who = Holder::of(asker.caller.as_ref(), &asker.client);
        let points = self.runnable.cost.points();
        state.gate.enter(&who, points, asker.db.now()).map_err(|why| Outcome::not_admitted(&why, points))
    }

    /// Runs an operation of any kind, for a client that listens.
    pub fn events(
        self,
        state: Arc<HttpState>,
        asker: Asker,
        request_id: String,
    ) -> impl Stream<Item = Event> + Send + use<> {
        let events = if self.runnable.kind == OperationKind::Subscription {
            // To begin is charged; what it holds is counted elsewhere, as it lasts.
            match self.admit(&state, &asker) {
                Ok(_) => stream::once(feed(state.api.clone(), self.runnable, asker)).flatten().left_stream(),
                Err(refused) => stream::iter([Event::Error(refused.into_errors())]).right_stream(),
            }
            .left_stream()
        } else {
            let once = async move {
                match self.run(&state, asker).await {
                    Outcome::Done(response, _) => vec![Event::Next(response), Event::Complete],
                    refused => vec![Event::Error(refused.into_errors())],
                }
            };
            stream::once(once).flat_map(stream::iter).right_stream()
        };
        events.map(move |event| match event {
            Event::Next(mut response) => {
                response.errors = finished(response.errors, &request_id);
                Event::Next(response)
            }
            Event::Error(errors) => Event::Error(finished(errors, &request_id)),
            Event::Complete => Event::Complete,
        })
    }
}

/// What becomes of an answer before it is sent.
struct Bill {
    cost: Cost,
    is_told: bool,
    answer_limit: usize,
}

impl Bill {
    fn of(operation: &Operation, answer_limit: usize) -> Self {
        Self { cost: operation.runnable.cost, is_told: operation.tells_cost, answer_limit }
    }

    /// Charges what was really asked for, and leaves an answer that is too large out.
    fn settled(self, mut response: Response, mut admission: Admission) -> Response {
        let answer = Answer::of(&response.data);
        let actual = self.cost.of_answer(&answer);
        let left = admission.settle(actual);
        if answer.bytes > self.answer_limit {
            response = Response::from_errors(vec![too_large(answer.bytes, self.answer_limit)]);
        }
        if self.is_told {
            let (remaining, limit) = left.unzip();
            let cost = value!({
                "requested": self.cost.points(), "actual": actual, "limit": limit, "remaining": remaining,
            });
            response.extensions.insert("cost".to_owned(), cost);
        }
        response
    }
}

/// The events of a subscription. Where it is refused, the executor tells so by a single response.
async fn feed(api: Api, runnable: Runnable, asker: Asker) -> impl Stream<Item = Event> + Send {
    let mut responses = Box::pin(api.subscribe(runnable, asker).fuse());
    let first = responses.next().await;
    let second = match &first {
        Some(first) if first.is_err() => responses.next().now_or_never(),
        _ => None,
    };
    match (first, second) {
        (Some(first), Some(None)) => stream::iter([Event::Error(first.errors)]).left_stream(),
        (first, second) => stream::iter(first)
            .chain(stream::iter(second.flatten()))
            .chain(responses)
            .map(|response| Event::Next(Box::new(response)))
            .chain(stream::iter([Event::Complete]))
            .right_stream(),
    }
}

fn server_timing(statements: u32) -> (HeaderName, String) {
    (HeaderName::from_static("server-timing"), format!("db;desc=\"{statements} statements\""))
}
