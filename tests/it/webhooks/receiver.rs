//! An endpoint that hears webhooks, over real TLS, and answers what it is told to.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, StatusCode, Uri},
    response::IntoResponse,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use hyper_util::{rt::TokioIo, service::TowerToHyperService};
use rustls::{ServerConfig, crypto::ring};
use serde_json::Value;
use sha2::Sha256;
use tokio::{net::TcpListener, task::JoinSet};
use tokio_rustls::TlsAcceptor;

use crate::tls::Authority;

/// What an endpoint was sent.
#[derive(Clone, Debug)]
pub struct Heard {
    pub path: String,
    pub headers: HeaderMap,
    pub body: String,
}

impl Heard {
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).unwrap_or_else(|| panic!("no {name} in {self:?}"));
        value.to_str().expect("it is text")
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("the body is JSON")
    }

    /// How many of the signatures this secret has made, by the words of the specification.
    pub fn signed_by(&self, secret: &str) -> usize {
        let key = secret.strip_prefix("whsec_").expect("a secret begins so");
        let key = STANDARD.decode(key).expect("the rest is base64");
        assert!((24..=64).contains(&key.len()));
        let (id, timestamp) = (self.header("webhook-id"), self.header("webhook-timestamp"));
        assert!(!id.contains('.') && timestamp.parse::<u64>().is_ok());
        let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("a key has any length");
        mac.update(format!("{id}.{timestamp}.{}", self.body).as_bytes());
        let right = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
        self.header("webhook-signature").split(' ').filter(|signature| *signature == right).count()
    }
}

/// What an endpoint answers.
#[derive(Clone, Copy)]
pub enum Says {
    Status(u16),
    With(u16, &'static str, &'static str),
    /// Nothing at all.
    Nothing,
}

struct Ear {
    heard: Mutex<Vec<Heard>>,
    says: Mutex<Says>,
}

/// An endpoint at a port of its own.
pub struct Receiver {
    pub port: u16,
    ear: Arc<Ear>,
    links: Arc<AtomicUsize>,
    #[expect(dead_code, reason = "it serves as long as this is held")]
    served: JoinSet<()>,
}

impl Receiver {
    /// Answers well until it is told otherwise.
    pub async fn start(authority: &Authority) -> Self {
        let (certificate, key) = authority.issue();
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("ring knows TLS")
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key)
            .expect("key and certificate fit");
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let port = listener.local_addr().expect("it has an address").port();
        let ear = Arc::new(Ear { heard: Mutex::default(), says: Mutex::new(Says::Status(204)) });
        let router = Router::new().fallback(hear).with_state(Arc::clone(&ear));
        let links = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&links);
        let mut served = JoinSet::new();
        served.spawn(async move {
            let mut open = JoinSet::new();
            while let Ok((link, _)) = listener.accept().await {
                count.fetch_add(1, Relaxed);
                let (acceptor, service) = (acceptor.clone(), TowerToHyperService::new(router.clone()));
                open.spawn(async move {
                    // Whoever does not trust the certificate ends the link.
                    let Ok(link) = acceptor.accept(link).await else { return };
                    let served = hyper::server::conn::http1::Builder::new();
                    let _ = served.serve_connection(TokioIo::new(link), service).await;
                });
            }
        });
        Self { port, ear, links, served }
    }

    pub fn url(&self) -> String {
        format!("https://localhost:{}/hooks", self.port)
    }

    pub fn says(&self, says: Says) {
        *self.ear.says.lock().expect("nobody panicked") = says;
    }

    pub fn heard(&self) -> Vec<Heard> {
        self.ear.heard.lock().expect("nobody panicked").clone()
    }

    /// How many links were made to it.
    pub fn links(&self) -> usize {
        self.links.load(Relaxed)
    }

    /// All that it has heard, once that is so much.
    pub async fn hears(&self, many: usize) -> Vec<Heard> {
        let deadline = Instant::now() + Duration::from_secs(30);
        loop {
            let heard = self.heard();
            if heard.len() >= many {
                assert_eq!(heard.len(), many, "it has heard more: {heard:#?}");
                return heard;
            }
            assert!(Instant::now() < deadline, "it has heard {} and not {many}", heard.len());
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

async fn hear(State(ear): State<Arc<Ear>>, uri: Uri, headers: HeaderMap, body: String) -> impl IntoResponse {
    ear.heard.lock().expect("nobody panicked").push(Heard { path: uri.to_string(), headers, body });
    let says = *ear.says.lock().expect("nobody panicked");
    let (status, headers) = match says {
        Says::Status(status) => (status, HeaderMap::new()),
        Says::With(status, name, value) => {
            let header = (name.parse().expect("it is a name"), value.parse().expect("it is a value"));
            (status, HeaderMap::from_iter([header]))
        }
        Says::Nothing => std::future::pending().await,
    };
    (StatusCode::from_u16(status).expect("it is a status"), headers, "ignored")
}
