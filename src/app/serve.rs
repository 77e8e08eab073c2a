//! Serves until it is told to stop, then lets what is under way come to its end.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use tokio::{net::TcpListener, signal, task::JoinHandle};

use super::{
    AppError,
    database::{self, Database},
    manifest,
};
use crate::{
    accounts::Auth,
    api::Api,
    config::{Demo, Documents, Settings, Switch},
    db::{Db, Words},
    events::{self, Feeds, Live, Publisher, Publishing},
    http::{self, Drain, Front, Gate, HttpSettings, HttpState, Seats, Traffic},
    jobs,
    kernel::{Clock, Fault, Metrics},
    webhooks::{Client, Courier},
};

/// A store that is assembled but not served yet.
pub struct App {
    /// The database.
    pub db: Db,
    /// Its clock.
    pub clock: Clock,
    auth: Auth,
    events: Live,
    feeds: Feeds,
    kafka: Option<Publisher>,
    url: String,
    state: HttpState,
    jobs: Switch,
    /// Where there are jobs.
    courier: Option<Courier>,
    patience: Duration,
}

impl App {
    /// A store on the database at `url`, whose schema is up to date.
    ///
    /// # Errors
    /// [`AppError::Setting`].
    pub fn new(url: &str, settings: &Settings, demo: bool) -> Result<Self, AppError> {
        let clock = Clock::default();
        let shop = database::shop(settings, clock.clone())?;
        let db = Db::new(url, &settings.pool(), shop)
            .map_err(|fault| AppError::data("can't make a pool of connections", &fault))?;
        let auth = database::auth(settings)?;
        let events = Live::default();
        let feeds = Feeds::new(events.clone());
        let http = HttpSettings {
            body_limit: settings.body_limit,
            answer_limit: settings.answer_limit,
            idle: settings.idle,
            body_timeout: settings.body_timeout,
            deadline: settings.request_timeout,
            allowed_origins: settings.allowed_origins.clone(),
            trusted_proxies: settings.trusted_proxies,
            sockets: settings.sockets(),
            server_timing: settings.server_timing == Switch::On,
            demo,
        };
        let trusted =
            (manifest::read(&settings.trusted_documents)?, settings.documents == Documents::Trusted);
        let api = Api::new(settings.limits, trusted, feeds.clone())
            .map_err(|bad| AppError::Setting(bad.to_string()))?;
        let metrics = Metrics::default();
        let courier = match settings.jobs {
            Switch::On => Some(courier(settings, &db, &metrics)?),
            Switch::Off => None,
        };
        let state = HttpState {
            db: db.clone(),
            auth: auth.clone(),
            api,
            gate: Gate::new(settings.rates, settings.rate_limit == Switch::On),
            sockets: Seats::new(settings.sockets_per_account, settings.sockets_per_address),
            streams: Seats::new(settings.socket_operations, settings.sockets_per_address),
            drain: Drain::default(),
            traffic: Traffic::new(&metrics),
            metrics,
            settings: Arc::new(http),
        };
        let kafka = Publisher::new(&settings.kafka, &db, url, &events).map_err(AppError::Setting)?;
        Ok(Self {
            db,
            clock,
            auth,
            events,
            kafka,
            feeds,
            url: url.to_owned(),
            state,
            jobs: settings.jobs,
            courier,
            patience: settings.drain,
        })
    }

    /// Begins to serve.
    ///
    /// # Errors
    /// [`AppError::Data`] if the database does not tell which tokens have ended, or what has happened.
    pub async fn start(self, listener: TcpListener) -> Result<Running, AppError> {
        self.auth
            .catch_up(&self.db)
            .await
            .map_err(|fault| AppError::data("can't learn which tokens have ended", &fault))?;
        let newest = newest_event(&self.db)
            .await
            .map_err(|fault| AppError::data("can't learn what has happened", &fault))?;
        let drain = self.state.drain.clone();
        let idle = self.state.settings.idle;
        let jobs = (self.jobs == Switch::On).then(|| jobs::spawn(&self.db, &self.state.metrics));
        let courier = self.courier.map(|courier| {
            let mut worker = drain.worker();
            async move { courier.run(worker.told_to_end()).await }
        });
        let serving = http::serve(listener, Front::new(self.state.into()), drain.clone(), idle);
        #[expect(
            clippy::disallowed_methods,
            reason = "the handles are kept, and the tasks end with the server"
        )]
        let running = Running {
            drain,
            server: tokio::spawn(serving),
            news: tokio::spawn(self.auth.follow_revocations(self.url.clone())),
            events: tokio::spawn(self.events.follow(self.db.clone(), self.url, newest)),
            kafka: self.kafka.map(Publisher::spawn),
            feeds: tokio::spawn(self.feeds.follow(self.db.clone())),
            words: tokio::spawn(Words::follow(self.db.clone())),
            jobs,
            courier: courier.map(tokio::spawn),
            db: self.db,
            patience: self.patience,
        };
        Ok(running)
    }
}

fn courier(settings: &Settings, db: &Db, metrics: &Metrics) -> Result<Courier, AppError> {
    let client = Client::new(settings.webhook_private == Switch::On, settings.webhook_ca.as_deref())
        .map_err(|error| AppError::Setting(format!("SOUK_WEBHOOK_CA: {error}")))?;
    Ok(Courier::new(db.clone(), client, metrics))
}

/// Before anyone can listen, so that whoever does misses nothing.
async fn newest_event(db: &Db) -> Result<i64, Fault> {
    Ok(events::newest(&mut db.conn().await?).await?)
}

/// A store that is being served.
pub struct Running {
    drain: Drain,
    server: JoinHandle<()>,
    news: JoinHandle<()>,
    events: JoinHandle<()>,
    kafka: Option<Publishing>,
    feeds: JoinHandle<()>,
    words: JoinHandle<()>,
    jobs: Option<JoinHandle<()>>,
    courier: Option<JoinHandle<()>>,
    db: Db,
    patience: Duration,
}

impl Running {
    /// Takes no more requests, sends those away who only listen, lets what is under way come to its end, and ends.
    pub async fn stop(self) {
        self.drain.begin();
        if let Some(jobs) = self.jobs {
            jobs.abort();
        }
        let mut server = self.server;
        let ending = async {
            // It is over when all are gone, however the server fares.
            let _ = (&mut server).await;
            self.drain.over().await;
        };
        if tokio::time::timeout(self.patience, ending).await.is_err() {
            tracing::warn!("requests were still under way when the time to end was over");
            server.abort();
            if let Some(courier) = self.courier {
                courier.abort();
            }
        }
        self.words.abort();
        self.feeds.abort();
        if let Some(kafka) = self.kafka {
            kafka.stop().await;
        }
        self.events.abort();
        self.news.abort();
        self.db.close();
    }
}

/// Serves the store that the settings describe until a signal comes.
pub async fn serve(settings: Settings) -> Result<(), AppError> {
    // First of all, so that a taken port is told before anything is set in motion.
    let listener = TcpListener::bind(settings.listen)
        .await
        .map_err(|error| AppError::Serve(format!("can't listen at {}: {error}", settings.listen)))?;
    let address = listener.local_addr().map_err(|error| AppError::Serve(error.to_string()))?;
    // Before anything is changed in a database that can't be served from here.
    database::auth(&settings)?;
    database::shop(&settings, Clock::default())?;
    manifest::read(&settings.trusted_documents)?;
    settings.kafka.client().map_err(AppError::Setting)?;
    let mut signals = Signals::new()?;
    let database = tokio::select! {
        database = database::migrated(&settings) => database?,
        () = signals.next() => return Ok(()),
    };
    let demo = database.is_own() && settings.demo == Demo::Auto;
    if demo && database.fill(&settings).await? {
        tracing::info!("demo data loaded");
    }
    let running = App::new(database.url(), &settings, demo)?.start(listener).await?;
    banner(address, &database, demo);
    signals.next().await;
    tracing::info!("stopping");
    running.stop().await;
    database.stop().await;
    tracing::info!("stopped");
    Ok(())
}

fn banner(address: SocketAddr, database: &Database, demo: bool) {
    println!("\n  Souk is open.\n");
    println!("    GraphiQL   http://{address}/");
    println!("    GraphQL    http://{address}/graphql");
    println!("    Schema     http://{address}/schema.graphql");
    println!("    Health     http://{address}/health/ready");
    if database.is_own() {
        println!("    Database   its own PostgreSQL");
    }
    if demo {
        println!(
            "\n  Demo accounts: {}; password: {}",
            crate::demo::ACCOUNTS.join(", "),
            crate::demo::PASSWORD
        );
    }
    println!();
}

/// The signals that end the program.
struct Signals {
    #[cfg(unix)]
    terminate: signal::unix::Signal,
}

impl Signals {
    fn new() -> Result<Self, AppError> {
        #[cfg(unix)]
        let terminate = signal::unix::signal(signal::unix::SignalKind::terminate())
            .map_err(|error| AppError::Serve(format!("can't wait for signals: {error}")))?;
        Ok(Self {
            #[cfg(unix)]
            terminate,
        })
    }

    async fn next(&mut self) {
        #[cfg(unix)]
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = signal::ctrl_c() => {}
        }
        #[cfg(not(unix))]
        let _ = signal::ctrl_c().await;
    }
}
