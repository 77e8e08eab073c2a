//! The HTTP client of webhooks. It knows no redirects, proxies or cookies, and speaks TLS alone.

use std::{error::Error, future::poll_fn, path::Path, pin::Pin, sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use hyper::{
    Request, Response,
    body::{Body as _, Incoming},
    header::RETRY_AFTER,
};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy,
    rt::{TokioExecutor, TokioTimer},
};
use rustls::{ClientConfig, RootCertStore, crypto::ring};
use tokio::time::timeout;

use super::connector::Connector;
use crate::{db::certificates, webhooks::deliveries::Answer};

/// How long an endpoint may take to answer.
const PATIENCE: Duration = Duration::from_secs(15);
/// How long a link is kept that nothing is sent by.
const IDLE: Duration = Duration::from_secs(30);
/// How much of an answer's body is read, and for how long, so that its link can be used again.
const BODY_LENGTH: usize = 4_096;
const BODY_PATIENCE: Duration = Duration::from_secs(1);
/// How much is told of an error.
const ERROR_LENGTH: usize = 200;

/// Sends requests to endpoints. Clones share their links.
#[derive(Clone, Debug)]
pub struct Client(legacy::Client<HttpsConnector<Connector>, String>);

impl Client {
    /// A client that connects to public addresses, and to `private` ones if that is allowed. Endpoints are vouched for
    /// by the authorities of the operating system, and by those in the file, if there is one.
    ///
    /// # Errors
    /// In words, if the file can't be read.
    pub fn new(private: bool, authorities: Option<&Path>) -> Result<Self, String> {
        let mut roots = RootCertStore::empty();
        match certificates::of_system() {
            // Systems have certificates that are too odd to be read, but no chain needs them.
            Ok(found) => _ = roots.add_parsable_certificates(found),
            Err(error) => tracing::warn!(error, "webhooks are vouched for by SOUK_WEBHOOK_CA alone"),
        }
        if let Some(file) = authorities {
            for certificate in certificates::in_file(file)? {
                roots.add(certificate).map_err(|error| error.to_string())?;
            }
        }
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| error.to_string())?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(config)
            .https_only()
            .enable_http1()
            .wrap_connector(Connector { private });
        let client = legacy::Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .build(connector);
        Ok(Self(client))
    }

    /// Sends a request and tells what came of it. Of the answer nothing but the head matters.
    pub async fn send(&self, request: Request<String>, now: DateTime<Utc>) -> Answer {
        let error = match timeout(PATIENCE, self.0.request(request)).await {
            Ok(Ok(response)) => {
                let (status, retry_after) = (response.status().as_u16(), retry_after(&response, now));
                // A link whose answer was not read to its end is closed, and that is all.
                let _ = timeout(BODY_PATIENCE, read(response.into_body())).await;
                return Answer { status: Some(status), retry_after, ..Answer::default() };
            }
            Ok(Err(error)) => innermost(&error),
            Err(_) => format!("it did not answer within {} s", PATIENCE.as_secs()),
        };
        let error = error.chars().take(ERROR_LENGTH).collect();
        Answer { error: Some(error), ..Answer::default() }
    }
}

/// Reads a body, unless it is long.
async fn read(mut body: Incoming) {
    let mut length = 0;
    while let Some(Ok(frame)) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
        if let Some(data) = frame.data_ref() {
            length += data.len();
        }
        if length > BODY_LENGTH {
            break;
        }
    }
}

/// In seconds, or as a date.
fn retry_after(response: &Response<Incoming>, now: DateTime<Utc>) -> Option<TimeDelta> {
    let told = response.headers().get(RETRY_AFTER)?.to_str().ok()?;
    match told.parse::<u32>() {
        Ok(seconds) => Some(TimeDelta::seconds(seconds.into())),
        Err(_) => Some(DateTime::parse_from_rfc2822(told).ok()?.to_utc() - now),
    }
}

/// What an error comes down to, such as `Connection refused`.
fn innermost(error: &dyn Error) -> String {
    let mut cause = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}
