//! A database for each test: a copy of one that was migrated once.

use std::{
    hash::{DefaultHasher, Hash as _, Hasher as _},
    path::Path,
    sync::OnceLock,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use diesel::{QueryableByName, sql_types::Text};
use diesel_async::{AsyncConnection as _, AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection as _};
use souk::db::{self, Durability, LocalPostgres};
use uuid::{NoContext, Timestamp, Uuid};

/// The one server of all tests, which ends with the last process that uses it.
struct Server {
    postgres: LocalPostgres,
    template: String,
}

static SERVER: OnceLock<Server> = OnceLock::new();

/// A database that ends with this.
pub struct Database {
    name: String,
    pub url: String,
}

impl Database {
    /// A new database with the schema and nothing in it.
    pub async fn migrated() -> Self {
        let server = server().await;
        Self::create(&format!("TEMPLATE {} STRATEGY FILE_COPY", server.template)).await
    }

    /// A new database with nothing at all.
    pub async fn blank() -> Self {
        Self::create("").await
    }

    async fn create(how: &str) -> Self {
        let server = server().await;
        let name = format!("t_{}", Uuid::now_v7().simple());
        connect(&server.postgres.url("postgres"))
            .await
            .batch_execute(&format!("CREATE DATABASE {name} {how}"))
            .await
            .expect("a database can be made");
        Self { url: server.postgres.url(&name), name }
    }

    /// Runs SQL as the owner of everything, to arrange what the API can't.
    pub async fn sql(&self, sql: &str) {
        connect(&self.url).await.batch_execute(sql).await.expect("the SQL is right");
    }

    /// Runs SQL that may fail; the error's text.
    pub async fn try_sql(&self, sql: &str) -> Result<(), String> {
        connect(&self.url).await.batch_execute(sql).await.map_err(|error| error.to_string())
    }

    /// A single text out of the database.
    pub async fn text(&self, sql: &str) -> String {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = Text)]
            value: String,
        }
        let sql = format!("SELECT value::text FROM ({sql}) AS asked (value)");
        let row: Row =
            diesel::sql_query(sql).get_result(&mut connect(&self.url).await).await.expect("the SQL is right");
        row.value
    }

    /// Returns once so many transactions of the store wait for locks.
    pub async fn waiters(&self, many: usize) {
        const WAITING: &str = "SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND wait_event_type = 'Lock'";
        let deadline = Instant::now() + Duration::from_secs(40);
        loop {
            let told = self.text(WAITING).await;
            if told == many.to_string() {
                return;
            }
            assert!(Instant::now() < deadline, "{told} and not {many} wait for locks");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// A connection of one's own, to hold locks with.
    pub async fn connect(&self) -> AsyncPgConnection {
        connect(&self.url).await
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let sql = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        // A runtime of its own, since the test's may be ending.
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let url = SERVER.get().map(|server| server.postgres.url("postgres")).unwrap_or_default();
                if let Ok(mut conn) = AsyncPgConnection::establish(&url).await {
                    // What can't be dropped now is dropped by a later run.
                    let _ = conn.batch_execute(&sql).await;
                }
            });
            std::io::Result::Ok(())
        });
        let _ = dropping.join();
    }
}

async fn connect(url: &str) -> AsyncPgConnection {
    AsyncPgConnection::establish(url).await.expect("the test server takes connections")
}

async fn server() -> &'static Server {
    if let Some(server) = SERVER.get() {
        return server;
    }
    tokio::task::spawn_blocking(|| SERVER.get_or_init(boot)).await.expect("the test server starts")
}

fn boot() -> Server {
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("postgres");
    let postgres =
        LocalPostgres::start(&home, Durability::Throwaway).unwrap_or_else(|error| panic!("{error}"));
    let template = format!("template_{:x}", migrations_digest());
    // A runtime with two threads: migrating blocks one.
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let building = async {
        let mut admin = connect(&postgres.url("postgres")).await;
        // One process builds; the lock ends with the connection.
        admin.batch_execute("SELECT pg_advisory_lock(1)").await.expect("locks can be taken");
        drop_old(&mut admin).await;
        if !names(&mut admin, &template).await.is_empty() {
            return;
        }
        admin
            .batch_execute("DROP DATABASE IF EXISTS building WITH (FORCE)")
            .await
            .expect("it can be dropped");
        admin.batch_execute("CREATE DATABASE building").await.expect("a database can be made");
        let url = postgres.url("building");
        db::migrate(&url).await.expect("the migrations are right");
        let rename = format!("ALTER DATABASE building RENAME TO {template}");
        let deadline = Instant::now() + Duration::from_mins(1);
        // The connection that migrated may take a moment to go.
        while let Err(error) = admin.batch_execute(&rename).await {
            assert!(error.to_string().contains("being accessed") && Instant::now() < deadline, "{error}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    runtime.expect("a runtime can be made").block_on(building);
    Server { postgres, template }
}

/// Databases of runs that were killed: ids tell their age.
async fn drop_old(admin: &mut AsyncPgConnection) {
    #[expect(clippy::disallowed_methods, reason = "the age of leftovers is real time")]
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let hour_ago =
        Uuid::new_v7(Timestamp::from_unix(NoContext, now.saturating_sub(3600), 0)).simple().to_string();
    for name in names(admin, "t\\_%").await {
        if name.strip_prefix("t_").is_some_and(|id| id < hour_ago.as_str()) {
            let _ = admin.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
        }
    }
}

async fn names(admin: &mut AsyncPgConnection, like: &str) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        name: String,
    }
    let rows: Vec<Row> =
        diesel::sql_query("SELECT datname::text AS name FROM pg_database WHERE datname LIKE $1")
            .bind::<Text, _>(like)
            .load(admin)
            .await
            .expect("databases can be listed");
    rows.into_iter().map(|row| row.name).collect()
}

fn migrations_digest() -> u64 {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("there are migrations")
        .filter_map(|entry| Some(entry.ok()?.path().join("up.sql")))
        .collect();
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        (file.file_name(), std::fs::read(&file).ok()).hash(&mut hasher);
    }
    hasher.finish()
}
