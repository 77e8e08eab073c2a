//! Taking connections. Where a client says nothing for too long, its connection is closed, so that silent ones
//! can't use up all there are.

use std::{convert::Infallible, pin::pin, time::Duration};

use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;

use super::{Drain, Front};

/// How long to wait when there are no file descriptors for another connection.
const SCARCE: Duration = Duration::from_millis(200);

/// Serves all connections until the word to end; then it takes no more, and those that are there end when the
/// requests under way have been answered, each a worker until then. `idle` is how long a client may take to say all
/// of a request's headers, from the end of the one before.
pub async fn serve(listener: TcpListener, front: Front, drain: Drain, idle: Duration) {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(idle);
    let mut worker = drain.worker();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = worker.told_to_end() => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                tracing::warn!(%error, "can't take a connection");
                tokio::time::sleep(SCARCE).await;
                continue;
            }
        };
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "can't set TCP_NODELAY");
        }
        let (http, front, mut worker) = (http.clone(), front.clone(), drain.worker());
        #[expect(clippy::disallowed_methods, reason = "whoever ends the server waits for all at work")]
        tokio::spawn(async move {
            let service = service_fn(async |request| Ok::<_, Infallible>(front.answer(peer, request).await));
            let connection = http.serve_connection(TokioIo::new(stream), service);
            let mut connection = pin!(connection.with_upgrades());
            let ended = tokio::select! {
                ended = connection.as_mut() => ended,
                () = worker.told_to_end() => {
                    connection.as_mut().graceful_shutdown();
                    connection.await
                }
            };
            if let Err(error) = ended {
                tracing::debug!(%error, "a connection broke");
            }
        });
    }
}
