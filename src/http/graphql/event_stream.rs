//! Results as server-sent events, in the distinct connections mode of
//! <https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md>.

use std::{convert::Infallible, sync::Arc, time::Duration};

use async_graphql::{Response as GqlResponse, ServerError, Value};
use axum::{
    body::Body,
    http::{HeaderName, header},
    response::{IntoResponse as _, Response},
};
use futures_util::{Stream, StreamExt as _, stream};
use serde_json::json;

use super::{
    Event, Operation, Outcome,
    answer::{finished, personal},
};
use crate::{
    accounts::LiveToken,
    api::{Asker, OperationKind},
    graphql::plan::written,
    http::{HttpState, seats::Holder},
};

/// Proxies and clients give up on links where nothing is heard.
const KEEP_ALIVE: Duration = Duration::from_secs(12);
const COMMENT: &str = ":\n\n";
/// With empty data: browsers hand on no event that has none at all.
const COMPLETE: &str = "event: complete\ndata:\n\n";

/// Answers an operation by its events. A subscription ends with its token, and when the server does; then there is
/// no `complete`, so that the client comes again.
pub fn answer(
    state: Arc<HttpState>,
    operation: Operation,
    asker: Asker,
    token: Option<LiveToken>,
    request_id: String,
) -> Result<Response, Outcome> {
    let kind = operation.runnable.kind;
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

/// Writes events as <https://html.spec.whatwg.org/multipage/server-sent-events.html> has them.
fn respond(events: impl Stream<Item = Event> + Send + 'static) -> Response {
    let text = stream::unfold(Box::pin(events), |mut events| async move {
        let text = match tokio::time::timeout(KEEP_ALIVE, events.next()).await {
            Ok(Some(Event::Next(response))) => id(&response) + &next(&written(&response)),
            Ok(Some(Event::Error(errors))) => {
                next(json!({ "errors": errors }).to_string().as_bytes()) + COMPLETE
            }
            Ok(Some(Event::Complete)) => COMPLETE.to_owned(),
            Ok(None) => return None,
            Err(_) => COMMENT.to_owned(),
        };
        Some((Ok::<_, Infallible>(text), events))
    });
    let headers = [
        (header::CONTENT_TYPE, "text/event-stream; charset=utf-8"),
        // Else nginx holds events back until it has a page of them.
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    personal((headers, Body::from_stream(text)).into_response())
}

/// By this a client that is cut off says where to go on.
fn id(response: &GqlResponse) -> String {
    let id = match response.extensions.get("event") {
        Some(Value::Object(event)) => event.get("id"),
        _ => None,
    };
    if let Some(Value::String(id)) = id { format!("id: {id}\n") } else { String::new() }
}

fn next(result: &[u8]) -> String {
    // JSON has line breaks escaped, and is UTF-8.
    format!("event: next\ndata: {}\n\n", String::from_utf8_lossy(result))
}
