//! Links to endpoints. Each address is looked at right before it is connected to, whether it was written so or is what
//! a name stands for just now; so it does not matter what the name stood for when it was checked before.

use std::{
    io,
    net::{IpAddr, SocketAddr},
    task::{Context, Poll},
    time::Duration,
};

use futures_util::{FutureExt as _, future::BoxFuture};
use hyper::Uri;
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpStream, lookup_host},
    time::timeout,
};
use tower_service::Service;

use super::address::is_public;

/// How long an address may take to answer before the next one is tried.
const PATIENCE: Duration = Duration::from_secs(5);
/// How many addresses of a name are tried.
const MOST: usize = 4;

/// Connects to public addresses alone, unless `private` ones are allowed as well.
#[derive(Clone, Debug)]
pub struct Connector {
    pub private: bool,
}

impl Connector {
    async fn connect(self, uri: Uri) -> io::Result<TokioIo<TcpStream>> {
        let host = uri.host().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
        let port = uri.port_u16().unwrap_or(443);
        let mut failed = io::Error::other("its name stands for no address");
        let mut found: Vec<SocketAddr> = match host.parse::<IpAddr>() {
            Ok(address) => vec![(address, port).into()],
            Err(_) => lookup_host((host, port)).await?.collect(),
        };
        if !self.private && !found.is_empty() {
            failed = io::Error::other("its address is not public");
            found.retain(|address| is_public(address.ip()));
        }
        for address in found.into_iter().take(MOST) {
            match timeout(PATIENCE, TcpStream::connect(address)).await {
                Ok(Ok(link)) => {
                    // It may fail where a link is broken already, which shows soon enough.
                    let _ = link.set_nodelay(true);
                    return Ok(TokioIo::new(link));
                }
                Ok(Err(error)) => failed = error,
                Err(_) => failed = io::ErrorKind::TimedOut.into(),
            }
        }
        Err(failed)
    }
}

impl Service<Uri> for Connector {
    type Response = TokioIo<TcpStream>;
    type Error = io::Error;
    type Future = BoxFuture<'static, io::Result<Self::Response>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        self.clone().connect(uri).boxed()
    }
}
