//! Results as server-sent events, in the distinct connections mode of
//! <https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md>.

use std::{convert::Infallible, time::Duration};

use async_graphql::ServerError;
use axum::{
    http::{HeaderName, HeaderValue},
    response::{
        IntoResponse as _, Response, Sse,
        sse::{self, KeepAlive},
    },
};
use futures_util::{Stream, StreamExt as _, stream};
use serde::Serialize;
use serde_json::json;

use super::{
    Event, Operation, Outcome,
    answer::{finished, personal},
};
use crate::{
    accounts::LiveToken,
    api::{Asker, OperationKind},
    http::{HttpState, seats::Holder},
};

/// Proxies and clients give up on links where nothing is heard.
const KEEP_ALIVE: Duration = Duration::from_secs(12);

/// Answers an operation by its events. A subscription ends with its token, and when the server does; then there is
/// no `complete`, so that the client comes again.
pub fn answer(
    state: HttpState,
    operation: Operation,
    asker: Asker,
    token: Option<LiveToken>,
    request_id: String,
) -> Result<Response, Outcome> {
    let kind = operation.kind;
    if kind != OperationKind::Subscription {
        return Ok(respond(operation.events(state, asker, request_id)));
    }
    let holder = Holder::of(asker.caller.as_ref(), &asker.client);
    let seat = state
        .streams
        .take(holder)
        .ok_or_else(|| Outcome::too_many("Too many subscriptions are open already. Close one first."))?;
    let (auth, db) = (state.auth.clone(), state.db.clone());
    let mut worker = state.drain.worker();
    let end = async move {
        let token_ends = async {
            match &token {
                Some(token) => auth.outlive(&db, token).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = token_ends => {}
            () = worker.told_to_end() => {}
        }
    };
    let events = operation.events(state, asker, request_id).map(move |event| {
        let _held = &seat;
        event
    });
    Ok(respond(events.take_until(Box::pin(end))))
}

/// Answers that an operation can't be run. What reads events can't read a status.
pub fn refuse(errors: Vec<ServerError>, request_id: &str) -> Response {
    respond(stream::iter([Event::Error(finished(errors, request_id))]))
}

fn respond(events: impl Stream<Item = Event> + Send + 'static) -> Response {
    let written = events.flat_map(|event| {
        stream::iter(match event {
            Event::Next(response) => [Some(next(&*response)), None],
            Event::Error(errors) => [Some(next(&json!({ "errors": errors }))), Some(complete())],
            Event::Complete => [Some(complete()), None],
        })
    });
    let sent = written.filter_map(std::future::ready).map(Ok::<_, Infallible>);
    let mut response = Sse::new(sent).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)).into_response();
    // Else nginx holds events back until it has a page of them.
    response
        .headers_mut()
        .insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    personal(response)
}

fn next(result: &impl Serialize) -> sse::Event {
    // Data of ours has no keys but strings, and JSON no line breaks but escaped ones.
    sse::Event::default().event("next").data(serde_json::to_string(result).unwrap_or_default())
}

/// With empty data: browsers hand on no event that has none at all.
fn complete() -> sse::Event {
    sse::Event::default().event("complete").data("")
}
