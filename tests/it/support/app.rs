//! A store that is really served, on a port of its own.

use std::net::SocketAddr;

use clap::Parser as _;
use souk::{
    app::{App, Running},
    config::{Cli, Settings},
    db::Db,
    kernel::{Clock, Role},
};
use tokio::net::TcpListener;

use super::{Client, Database, Person};

/// A store with a database of its own.
pub struct TestApp {
    pub database: Database,
    pub db: Db,
    pub clock: Clock,
    pub address: SocketAddr,
    #[expect(dead_code, reason = "the store serves as long as this is held")]
    running: Running,
}

impl TestApp {
    /// A store with the settings that most tests want.
    pub async fn start() -> Self {
        Self::with(&[]).await
    }

    /// A store with further settings, as on the command line.
    pub async fn with(flags: &[&str]) -> Self {
        let database = Database::migrated().await;
        Self::on(database, flags).await
    }

    /// Why a store with such settings does not start.
    pub async fn refused(flags: &[&str]) -> String {
        let database = Database::migrated().await;
        match App::new(&database.url, &settings(flags), false) {
            Ok(_) => panic!("it starts with {flags:?}"),
            Err(error) => error.to_string(),
        }
    }

    async fn on(database: Database, flags: &[&str]) -> Self {
        let (running, db, clock, address) = serve(&database.url, flags).await;
        Self { database, db, clock, address, running }
    }

    /// Another instance of the same store, on the same database.
    pub async fn second_instance(&self, flags: &[&str]) -> (Client, Running) {
        let (client, running, _) = self.instance(flags).await;
        (client, running)
    }

    /// The same, with its clock.
    pub async fn instance(&self, flags: &[&str]) -> (Client, Running, Clock) {
        let (running, _, clock, address) = serve(&self.database.url, flags).await;
        (Client::new(address), running, clock)
    }

    /// Someone who is not signed in.
    pub fn visitor(&self) -> Client {
        Client::new(self.address)
    }

    /// A new customer, signed in.
    pub async fn customer(&self) -> Person {
        Person::register(self, Role::Customer).await
    }

    /// A new studio, signed in.
    pub async fn studio(&self) -> Person {
        Person::register(self, Role::Studio).await
    }

    /// A new manager, signed in.
    pub async fn manager(&self) -> Person {
        Person::register(self, Role::Manager).await
    }

    /// A new admin, signed in.
    pub async fn admin(&self) -> Person {
        Person::register(self, Role::Admin).await
    }
}

async fn serve(url: &str, flags: &[&str]) -> (Running, Db, Clock, SocketAddr) {
    let app = App::new(url, &settings(flags), false).expect("the settings are right");
    let (db, clock) = (app.db.clone(), app.clock.clone());
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let address = listener.local_addr().expect("it has an address");
    let running = app.start(listener).await.unwrap_or_else(|error| panic!("{error}"));
    (running, db, clock, address)
}

fn settings(flags: &[&str]) -> Settings {
    const USUAL: [&str; 12] = [
        "souk",
        "--signing-key=a-key-of-the-tests-that-is-long-enough",
        "--bcrypt-cost=4",
        "--rate-limit=off",
        // Where attempts to sign in are counted, points are not what is looked at.
        "--address-burst=1000000",
        "--account-burst=1000000",
        "--server-timing=on",
        // Tests run them when they want to.
        "--jobs=off",
        // Patient, since the tests share two cores with builds, and hold locks. Each lies below the next one.
        "--pool-wait=20000",
        "--lock-timeout=40000",
        "--statement-timeout=45000",
        "--request-timeout=50000",
    ];
    let mut all: Vec<&str> = USUAL.to_vec();
    // A flag may be given once: what a test wants takes the place of the usual.
    all.retain(|usual| {
        let name = usual.split('=').next().unwrap_or(usual);
        !flags.iter().any(|flag| flag.split('=').next() == Some(name))
    });
    all.extend(flags);
    Cli::try_parse_from(all).unwrap_or_else(|error| panic!("{error}")).settings
}
