//! Running what was asked for, whatever it came by.

use async_graphql::{Request, Response, ServerError};
use axum::http::HeaderName;
use futures_util::{FutureExt as _, Stream, StreamExt as _, stream};

use super::{Outcome, answer::finished};
use crate::{
    api::{Api, Asker, Cost, OperationKind},
    graphql::Problem,
    http::HttpState,
    kernel::Fault,
};

/// An operation that is ready to be run.
pub struct Operation {
    pub request: Request,
    pub kind: OperationKind,
    pub cost: Cost,
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
    /// Runs a query or a mutation.
    pub async fn run(self, state: &HttpState, asker: Asker) -> Outcome {
        let (api, db) = (state.api.clone(), asker.db.clone());
        let work = async move { api.execute(self.request, asker).await };
        let deadline = state.settings.deadline;
        // What changes something goes on to its end even if its client goes away, and the server ends after it.
        let done = if self.kind == OperationKind::Mutation {
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

    /// Runs an operation of any kind, for a client that listens.
    pub fn events(
        self,
        state: HttpState,
        asker: Asker,
        request_id: String,
    ) -> impl Stream<Item = Event> + Send + use<> {
        let events = if self.kind == OperationKind::Subscription {
            stream::once(feed(state.api, self.request, asker)).flatten().left_stream()
        } else {
            let once = async move {
                match self.run(&state, asker).await {
                    Outcome::Refused(_, errors) | Outcome::Wrong(errors) => vec![Event::Error(errors)],
                    Outcome::Done(response, _) => vec![Event::Next(response), Event::Complete],
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

/// The events of a subscription. Where it is refused, the executor tells so by a single response.
async fn feed(api: Api, request: Request, asker: Asker) -> impl Stream<Item = Event> + Send {
    let mut responses = Box::pin(api.subscribe(request, asker));
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
