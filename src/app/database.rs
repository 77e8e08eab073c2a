//! The database that the settings name, or one of our own.

use std::sync::Arc;

use super::{AppError, demo, keys};
use crate::{
    accounts::{Auth, AuthSettings},
    billing,
    config::{Settings, Switch},
    db::{self, Db, Durability, LocalPostgres, MigrateError},
    kernel::{Clock, Shop},
};

/// The name of the database in our own server.
const OWN: &str = "souk";

/// A database that can be reached. Ours ends when this is dropped.
pub struct Database {
    url: String,
    own: Option<LocalPostgres>,
}

impl Database {
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Whether we run it ourselves.
    pub fn is_own(&self) -> bool {
        self.own.is_some()
    }

    /// Fills it with demo data if it is empty; tells whether it was.
    pub async fn fill(&self, settings: &Settings) -> Result<bool, AppError> {
        // Demo passwords are hashed as others are, but nobody waits for a strong hash of a known password.
        let demo_settings = Settings { bcrypt_cost: 4, ..settings.clone() };
        let shop = shop(settings, Clock::default())?;
        let db = Db::new(&self.url, &settings.pool(), shop)
            .map_err(|fault| AppError::data("can't load demo data", &fault))?;
        let auth = auth(&demo_settings)?;
        demo::load(&db, &auth).await.map_err(|fault| AppError::data("can't load demo data", &fault))
    }

    /// Stops our own server and waits until it has ended.
    pub async fn stop(self) {
        if let Some(own) = self.own {
            // It fails only if it panics, and then the server ends with the program.
            let _ = tokio::task::spawn_blocking(|| own.stop()).await;
        }
    }
}

/// The rules of the store.
pub fn shop(settings: &Settings, clock: Clock) -> Result<Arc<Shop>, AppError> {
    let stream_fee = billing::read_fee(settings.currency, settings.stream_fee)
        .map_err(|wrong| AppError::Setting(format!("SOUK_STREAM_FEE: {wrong}")))?;
    Ok(Arc::new(Shop {
        clock,
        currency: settings.currency,
        selling: settings.selling,
        bag_idle: settings.bag_idle,
        idempotency_kept: settings.idempotency_ttl,
        events_kept: settings.event_retention,
        stream_fee,
        stream_lease: settings.stream_lease,
        private_webhooks: settings.webhook_private == Switch::On,
    }))
}

/// Signing in and out, by the settings.
pub fn auth(settings: &Settings) -> Result<Auth, AppError> {
    Auth::new(AuthSettings {
        signing_keys: keys::signing_keys(settings)?,
        bcrypt_cost: settings.bcrypt_cost,
        access_ttl: settings.access_ttl,
        refresh_ttl: settings.session_ttl,
        refresh_grace: settings.refresh_grace,
        throttle: settings.rate_limit == Switch::On,
        failures_per_minute: settings.sign_in_failures,
        issuer: "souk".into(),
        audience: "souk".into(),
    })
    .map_err(|error| AppError::Setting(error.to_string()))
}

/// Reaches the database, starting our own server if the settings name none.
pub async fn open(settings: &Settings) -> Result<Database, AppError> {
    if let Some(url) = &settings.database_url {
        // Told apart here, so that a wrong address reads as such and not as a failed migration.
        db::Conn::open(url).await.map_err(MigrateError::Connect)?;
        return Ok(Database { url: url.clone(), own: None });
    }
    let home = settings.data_dir.clone();
    let own = tokio::task::spawn_blocking(move || LocalPostgres::start(&home, Durability::Kept))
        .await
        .map_err(|error| AppError::Serve(error.to_string()))??;
    db::create_database(&own.url("postgres"), OWN).await?;
    Ok(Database { url: own.url(OWN), own: Some(own) })
}

/// The database with its schema up to date, or as the settings want it.
pub async fn migrated(settings: &Settings) -> Result<Database, AppError> {
    let database = open(settings).await?;
    if settings.migrate {
        for name in db::migrate(database.url()).await? {
            tracing::info!(name, "migrated");
        }
    } else if let Some(name) = db::pending_migrations(database.url()).await?.first() {
        return Err(AppError::Setting(format!(
            "the database lacks the migration {name}, and SOUK_MIGRATE is false: run `souk migrate`"
        )));
    }
    Ok(database)
}
