//! GraphQL over WebSockets, by the protocol `graphql-transport-ws`:
//! <https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md>.

mod messages;
mod session;

use std::{sync::Arc, time::Duration};

use axum::{
    extract::ws::{Message, WebSocket, WebSocketUpgrade},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use futures_util::{SinkExt as _, StreamExt as _};
use tokio::sync::mpsc;
use tracing::Instrument as _;

use super::{HttpState, access, problem, seats::Holder};
use crate::accounts::ClientInfo;

use messages::End;
use session::{Opening, Session};

const PROTOCOL: &str = "graphql-transport-ws";
/// How many messages wait for a client that reads slowly.
const QUEUE: usize = 256;
/// How long a client is given to hear why its socket ends.
const FAREWELL: Duration = Duration::from_secs(2);
/// The library's own buffers are sized for few sockets that carry much.
const BUFFER: usize = 4 * 1024;

/// How sockets are taken.
#[derive(Clone, Debug)]
pub struct SocketSettings {
    /// Bytes in a message at most.
    pub message_limit: usize,
    /// How long a client may take to say who it is.
    pub init_timeout: Duration,
    /// Operations at a time.
    pub operations: usize,
    /// How long nothing may be heard of a client.
    pub idle: Duration,
}

/// Whether the request is for a socket.
pub fn is_asked_for(headers: &HeaderMap) -> bool {
    headers.get_all(header::UPGRADE).iter().any(|value| value.as_bytes().eq_ignore_ascii_case(b"websocket"))
}

/// Opens a socket.
pub fn open(
    state: Arc<HttpState>,
    client: ClientInfo,
    request_id: String,
    headers: &HeaderMap,
    upgrade: WebSocketUpgrade,
) -> Response {
    if !is_origin_allowed(headers, &state.settings.allowed_origins) {
        let detail = "Pages of this origin may not open sockets here.";
        return problem::answer(StatusCode::FORBIDDEN, "about:blank", "Forbidden", detail);
    }
    // Until it says who it is, it is a visitor.
    let Some(seat) = state.sockets.take(Holder::of(None, &client)) else {
        let detail = "Too many sockets are open from this address.";
        return problem::answer(StatusCode::TOO_MANY_REQUESTS, "about:blank", "Too Many Requests", detail);
    };
    let limit = state.settings.sockets.message_limit;
    let mut upgrade = upgrade
        .protocols([PROTOCOL])
        .max_message_size(limit)
        .max_frame_size(limit)
        .read_buffer_size(BUFFER)
        .write_buffer_size(BUFFER);
    let is_ours = upgrade.selected_protocol().is_some();
    // A browser hears of the reason only if it gets a protocol that it has offered.
    let offered = upgrade.requested_protocols().next().cloned();
    if !is_ours && let Some(offered) = offered {
        upgrade.set_selected_protocol(offered);
    }
    let token = access::presented(headers).map(|token| token.map(str::to_owned));
    let span = tracing::info_span!("socket", id = %request_id);
    upgrade.on_upgrade(move |socket| {
        let opening = Opening { state, client, request_id, token, seat };
        serve(socket, opening, is_ours).instrument(span)
    })
}

/// Programs that are no browsers send no origin. A page of ours has the host that it asks.
fn is_origin_allowed(headers: &HeaderMap, allowed: &[String]) -> bool {
    let text = |value: &HeaderValue| value.to_str().unwrap_or_default().to_ascii_lowercase();
    let Some(origin) = headers.get(header::ORIGIN).map(text) else { return true };
    let host = headers.get(header::HOST).map(text);
    let is_own = origin.split_once("://").is_some_and(|(_, own)| host.is_some_and(|host| host == own));
    is_own || allowed.iter().any(|allowed| allowed == "*" || allowed.eq_ignore_ascii_case(&origin))
}

/// Serves a socket to its end. Writing goes on beside the session, so that it never waits for the client.
async fn serve(socket: WebSocket, opening: Opening, is_ours: bool) {
    let _worker = opening.state.drain.worker();
    let (mut sink, mut source) = socket.split();
    let (outgoing, mut queue) = mpsc::channel(QUEUE);
    let end = if is_ours {
        let session = Session::new(opening, outgoing);
        let writing = async {
            while let Some(message) = queue.recv().await {
                if sink.send(message).await.is_err() {
                    break;
                }
            }
        };
        tokio::select! {
            biased;
            end = session.run(&mut source) => end,
            () = writing => End::Gone,
        }
    } else {
        drop(outgoing);
        End::SUBPROTOCOL
    };
    tracing::debug!(?end, "a socket ends");
    let farewell = async {
        // Whoever has not read so much does not read the rest of it either.
        while end != End::TOO_SLOW
            && let Some(message) = queue.recv().await
        {
            sink.send(message).await?;
        }
        if let Some(frame) = end.frame() {
            sink.send(Message::Close(Some(frame))).await?;
        }
        sink.flush().await?;
        // The link is not cut before the client has heard.
        while let Some(Ok(_)) = source.next().await {}
        Ok::<_, axum::Error>(())
    };
    if !matches!(tokio::time::timeout(FAREWELL, farewell).await, Ok(Ok(()))) {
        tracing::debug!("a client did not wait for the end of its socket");
    }
}
