//! All that can be set.

use std::{net::SocketAddr, path::PathBuf, thread::available_parallelism, time::Duration};

use clap::Args;
use rust_decimal::Decimal;

use super::{
    Demo, Documents, LogFormat, Switch,
    values::{amount, currency, millis, seconds, whole_seconds},
};
use crate::{
    api::Limits,
    db::{self, PoolSettings},
    events::KafkaSettings,
    http::{Rates, SocketSettings},
    kernel::{Currency, Selling},
};

/// All settings.
#[derive(Args, Clone, Debug)]
#[expect(clippy::doc_markdown, reason = "the doc comments are the help texts")]
pub struct Settings {
    /// Address and port to serve at.
    #[arg(
        long,
        env = "SOUK_LISTEN",
        default_value = "127.0.0.1:8000",
        global = true,
        value_name = "ADDRESS"
    )]
    pub listen: SocketAddr,
    /// The PostgreSQL database; without it, an own server is run.
    #[arg(long, env = "DATABASE_URL", global = true, hide_env_values = true, value_name = "URL")]
    pub database_url: Option<String>,
    /// Where the own PostgreSQL and its signing key live.
    #[arg(long, env = "SOUK_DATA_DIR", default_value = ".souk", global = true, value_name = "FOLDER")]
    pub data_dir: PathBuf,
    /// Demo data into an empty own database.
    #[arg(long, env = "SOUK_DEMO", default_value = "auto", global = true)]
    pub demo: Demo,
    /// Whether the schema is brought up to date at the start; otherwise `souk migrate` does it.
    #[arg(
        long, env = "SOUK_MIGRATE", default_value = "true", global = true, action = clap::ArgAction::Set,
        value_name = "BOOL"
    )]
    pub migrate: bool,
    /// Threads that serve requests. Without it, as many as there are processors, or half of them where the database runs
    /// on the same machine.
    #[arg(long, env = "SOUK_WORKERS", global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub workers: Option<u16>,
    /// Secrets for access tokens, at least 32 characters each, parted by commas: the first one signs, all are
    /// accepted. Made once in the data folder for an own database; required with DATABASE_URL.
    #[arg(
        long,
        env = "SOUK_SIGNING_KEY",
        global = true,
        hide_env_values = true,
        value_name = "KEYS",
        value_delimiter = ','
    )]
    pub signing_key: Vec<String>,
    /// Who may sell: every account, or staff alone.
    #[arg(long, env = "SOUK_SELLING", default_value = "marketplace", global = true)]
    pub selling: Selling,
    /// The store's currency, by its ISO 4217 code.
    #[arg(long, env = "SOUK_CURRENCY", default_value = "EUR", global = true, value_parser = currency, value_name = "CODE")]
    pub currency: Currency,
    /// Limits on what one client may ask for, and on its attempts to sign in; off for load tests.
    #[arg(long, env = "SOUK_RATE_LIMIT", default_value = "on", global = true)]
    pub rate_limit: Switch,
    /// Failed attempts to sign in from one address in a minute.
    #[arg(long, env = "SOUK_SIGN_IN_FAILURES", default_value_t = 20, global = true, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub sign_in_failures: u32,
    /// What is logged: a level, or a filter as tracing-subscriber's EnvFilter reads it.
    #[arg(long, env = "SOUK_LOG", default_value = "info", global = true, value_name = "FILTER")]
    pub log: String,
    /// For whom the log is written.
    #[arg(long, env = "SOUK_LOG_FORMAT", default_value = "text", global = true)]
    pub log_format: LogFormat,
    /// Connections to the database at most.
    #[arg(long, env = "SOUK_POOL_SIZE", default_value_t = 16, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(2..=500))]
    pub pool_size: u16,
    /// Milliseconds that a request waits for a free connection.
    #[arg(long, env = "SOUK_POOL_WAIT", default_value = "1000", global = true, value_parser = millis, value_name = "MS")]
    pub pool_wait: Duration,
    /// Milliseconds that a statement may run; below the request's time.
    #[arg(long, env = "SOUK_STATEMENT_TIMEOUT", default_value = "5000", global = true, value_parser = millis, value_name = "MS")]
    pub statement_timeout: Duration,
    /// Milliseconds that a statement waits for a lock.
    #[arg(long, env = "SOUK_LOCK_TIMEOUT", default_value = "1000", global = true, value_parser = millis, value_name = "MS")]
    pub lock_timeout: Duration,
    /// Seconds in which a client has to begin its next request on a connection, and to send all of its headers;
    /// longer than proxies in front keep theirs.
    #[arg(long, env = "SOUK_IDLE", default_value = "75", global = true, value_parser = seconds, value_name = "S")]
    pub idle: Duration,
    /// Milliseconds in which a request's body has to be there.
    #[arg(long, env = "SOUK_BODY_TIMEOUT", default_value = "10000", global = true, value_parser = millis, value_name = "MS")]
    pub body_timeout: Duration,
    /// Milliseconds that a request may take.
    #[arg(long, env = "SOUK_REQUEST_TIMEOUT", default_value = "10000", global = true, value_parser = millis, value_name = "MS")]
    pub request_timeout: Duration,
    /// Seconds that requests under way are given to end when the server stops.
    #[arg(long, env = "SOUK_DRAIN", default_value = "10", global = true, value_parser = seconds, value_name = "S")]
    pub drain: Duration,
    /// Bytes in a request's body at most.
    #[arg(long, env = "SOUK_BODY_LIMIT", default_value_t = 256 * 1024, global = true, value_name = "BYTES")]
    pub body_limit: usize,
    /// Bytes in an answer at most.
    #[arg(long, env = "SOUK_ANSWER_LIMIT", default_value_t = 4 * 1024 * 1024, global = true, value_name = "BYTES")]
    pub answer_limit: usize,
    /// What is run: any document, or trusted ones alone; API tokens of staff may send any.
    #[arg(long, env = "SOUK_DOCUMENTS", default_value = "any", global = true)]
    pub documents: Documents,
    /// Manifests of trusted documents, parted by commas: JSON objects of documents by their ids, as
    /// graphql-codegen and the Relay compiler write them.
    #[arg(long, env = "SOUK_TRUSTED_DOCUMENTS", global = true, value_delimiter = ',', value_name = "FILES")]
    pub trusted_documents: Vec<PathBuf>,
    /// How much clients may ask for.
    #[command(flatten)]
    pub rates: Rates,
    /// How much a document may ask for.
    #[command(flatten)]
    pub limits: Limits,
    /// Origins of web pages that may call the API, parted by commas; `*` for all.
    #[arg(long, env = "SOUK_ALLOWED_ORIGINS", global = true, value_delimiter = ',', value_name = "ORIGINS")]
    pub allowed_origins: Vec<String>,
    /// Bytes in a message over a WebSocket at most.
    #[arg(long, env = "SOUK_SOCKET_MESSAGE_LIMIT", default_value_t = 64 * 1024, global = true, value_name = "BYTES")]
    pub socket_message_limit: usize,
    /// Seconds in which the client of a WebSocket has to say who it is.
    #[arg(long, env = "SOUK_SOCKET_INIT_TIMEOUT", default_value = "5", global = true, value_parser = seconds, value_name = "S")]
    pub socket_init_timeout: Duration,
    /// Seconds after which a WebSocket is closed whose client does not answer; it is asked twice in that time.
    #[arg(long, env = "SOUK_SOCKET_IDLE", default_value = "60", global = true, value_parser = seconds, value_name = "S")]
    pub socket_idle: Duration,
    /// Operations at a time on a WebSocket, and subscriptions as server-sent events of an account.
    #[arg(long, env = "SOUK_SOCKET_OPERATIONS", default_value_t = 20, global = true, value_name = "N")]
    pub socket_operations: usize,
    /// WebSockets of an account.
    #[arg(long, env = "SOUK_SOCKETS_PER_ACCOUNT", default_value_t = 5, global = true, value_name = "N")]
    pub sockets_per_account: usize,
    /// WebSockets of visitors from one address, and their subscriptions as server-sent events.
    #[arg(long, env = "SOUK_SOCKETS_PER_ADDRESS", default_value_t = 50, global = true, value_name = "N")]
    pub sockets_per_address: usize,
    /// Proxies before this server that add to `X-Forwarded-For`.
    #[arg(long, env = "SOUK_TRUSTED_PROXIES", default_value_t = 0, global = true, value_name = "N")]
    pub trusted_proxies: usize,
    /// Seconds that an access token is valid.
    #[arg(long, env = "SOUK_ACCESS_TTL", default_value = "900", global = true, value_parser = seconds, value_name = "S")]
    pub access_ttl: Duration,
    /// Seconds that a session lasts without being used.
    #[arg(long, env = "SOUK_SESSION_TTL", default_value = "2592000", global = true, value_parser = seconds, value_name = "S")]
    pub session_ttl: Duration,
    /// Seconds within which a refresh token may come again because its answer was lost.
    #[arg(long, env = "SOUK_REFRESH_GRACE", default_value = "10", global = true, value_parser = whole_seconds, value_name = "S")]
    pub refresh_grace: Duration,
    /// The work that bcrypt does for a password, as a power of two.
    #[arg(long, env = "SOUK_BCRYPT_COST", default_value_t = 10, global = true, value_name = "N", value_parser = clap::value_parser!(u32).range(4..=16))]
    pub bcrypt_cost: u32,
    /// Seconds after which an untouched bag is abandoned.
    #[arg(long, env = "SOUK_BAG_IDLE", default_value = "2592000", global = true, value_parser = seconds, value_name = "S")]
    pub bag_idle: Duration,
    /// Seconds that idempotency keys are remembered.
    #[arg(long, env = "SOUK_IDEMPOTENCY_TTL", default_value = "259200", global = true, value_parser = seconds, value_name = "S")]
    pub idempotency_ttl: Duration,
    /// Seconds that it can be read what has happened.
    #[arg(long, env = "SOUK_EVENT_RETENTION", default_value = "604800", global = true, value_parser = seconds, value_name = "S")]
    pub event_retention: Duration,
    /// Where events are published.
    #[command(flatten)]
    pub kafka: KafkaSettings,
    /// What a check-in costs by a membership that is given no fee of its own, in the store's currency, like 4.50.
    #[arg(long, env = "SOUK_STREAM_FEE", default_value = "0", global = true, value_parser = amount, value_name = "AMOUNT")]
    pub stream_fee: Decimal,
    /// Seconds after which a stream that is not renewed is closed.
    #[arg(long, env = "SOUK_STREAM_LEASE", default_value = "43200", global = true, value_parser = seconds, value_name = "S")]
    pub stream_lease: Duration,
    /// Webhooks at addresses that are not public, such as 10.0.0.1 or localhost.
    #[arg(long, env = "SOUK_WEBHOOK_PRIVATE", default_value = "off", global = true)]
    pub webhook_private: Switch,
    /// Authorities, in PEM, that may vouch for webhooks beside those of the operating system.
    #[arg(long, env = "SOUK_WEBHOOK_CA", global = true, value_name = "FILE")]
    pub webhook_ca: Option<PathBuf>,
    /// Whether this instance does background jobs and sends webhooks; one of those on a database has to.
    #[arg(long, env = "SOUK_JOBS", default_value = "on", global = true)]
    pub jobs: Switch,
    /// Tells in `Server-Timing` how many statements each answer took; for tests and benchmarks.
    #[arg(long, env = "SOUK_SERVER_TIMING", default_value = "off", global = true)]
    pub server_timing: Switch,
}

impl Settings {
    /// How many threads serve requests. A database does about as much work for a request as we do, and where it has
    /// no processor to itself, threads beyond the others only take turns.
    #[must_use]
    pub fn workers(&self) -> usize {
        let processors = || available_parallelism().map_or(1, usize::from);
        match self.workers {
            Some(workers) => workers.into(),
            None if self.database_url.as_deref().is_none_or(db::is_here) => (processors() / 2).max(1),
            None => processors(),
        }
    }

    /// What the database needs to know.
    #[must_use]
    pub fn pool(&self) -> PoolSettings {
        PoolSettings {
            size: usize::from(self.pool_size),
            wait: self.pool_wait,
            statement_timeout: self.statement_timeout,
            lock_timeout: self.lock_timeout,
        }
    }

    /// How WebSockets are taken.
    #[must_use]
    pub fn sockets(&self) -> SocketSettings {
        SocketSettings {
            message_limit: self.socket_message_limit,
            init_timeout: self.socket_init_timeout,
            operations: self.socket_operations,
            idle: self.socket_idle,
        }
    }
}
