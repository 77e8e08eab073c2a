//! The store that is measured: its database, its server and what they spend.

use std::{
    fs,
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use diesel::{QueryableByName, sql_types::Text};
use diesel_async::{AsyncConnection as _, AsyncPgConnection, RunQueryDsl as _, SimpleAsyncConnection as _};
use rustix::{
    param::clock_ticks_per_second,
    process::{Pid, Signal, kill_process},
};
use serde_json::json;
use souk::db::{self, Durability, LocalPostgres};

use crate::http::{self, Link};

/// Of all accounts.
pub const PASSWORD: &str = "a password that takes a while";

/// A database with the data. An own PostgreSQL keeps it for the next time.
pub struct Database {
    _postgres: Option<LocalPostgres>,
    url: String,
    pub scale: u32,
    postmaster: Option<u32>,
    program: String,
}

impl Database {
    /// The data at a scale, loaded if it is not there yet.
    pub async fn filled(server: Option<&str>, scale: u32, program: &str) -> Self {
        let postgres = match server {
            Some(_) => None,
            None => Some(
                LocalPostgres::start(
                    &PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("load"),
                    Durability::Kept,
                )
                .unwrap_or_else(|error| panic!("{error}")),
            ),
        };
        let name = format!("souk_load_{scale}");
        let (admin, url) = match (&postgres, server) {
            (Some(postgres), _) => (postgres.url("postgres"), postgres.url(&name)),
            (None, Some(url)) => {
                let (server, _) = url.rsplit_once('/').expect("the URL names a database");
                (url.to_owned(), format!("{server}/{name}"))
            }
            (None, None) => unreachable!("one of them is there"),
        };
        let mut admin = connect(&admin).await;
        let folder = text(&mut admin, "SELECT current_setting('data_directory')").await;
        let there = format!("SELECT count(*) FROM pg_database WHERE datname = '{name}'");
        let postmaster = postmaster(Path::new(&folder));
        let database = Self { _postgres: postgres, url, scale, postmaster, program: program.to_owned() };
        if text(&mut admin, &there).await == "0" {
            let building = format!("{name}_building");
            let sql = format!("DROP DATABASE IF EXISTS {building} WITH (FORCE)");
            admin.batch_execute(&sql).await.expect("it can be dropped");
            admin.batch_execute(&format!("CREATE DATABASE {building}")).await.expect("it can be made");
            eprintln!("Loading data at scale {scale} ...");
            database.building(&building).fill().await;
            let sql = format!("ALTER DATABASE {building} RENAME TO {name}");
            while admin.batch_execute(&sql).await.is_err() {
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
        database
    }

    fn building(&self, name: &str) -> Self {
        let (server, _) = self.url.split_once("souk_load_").expect("it is the name");
        let (_, rest) = self.url.rsplit_once(&format!("souk_load_{}", self.scale)).expect("it is the name");
        let url = format!("{server}{name}{rest}");
        Self { _postgres: None, url, program: self.program.clone(), ..*self }
    }

    async fn fill(&self) {
        db::migrate(&self.url).await.expect("the migrations are right");
        let data = include_str!("data.sql").replace(":scale", &self.scale.to_string());
        connect(&self.url).await.batch_execute(&data).await.expect("the data is right");
        // One password is hashed by the program, and made everyone's.
        let server = Server::start(self, &[]).await;
        let body = json!({
            "query": "mutation($input: RegisterInput!) { register(input: $input) { userErrors { code message } } }",
            "variables": { "input": { "username": "first", "email": "first@example.org", "password": PASSWORD } },
        });
        let mut link = Link::open(&server).await;
        let answer = link.ask(&http::request(None, &body.to_string())).await.body.to_owned();
        assert!(answer.contains("\"userErrors\":[]"), "{answer}");
        let sql = "UPDATE accounts SET password_hash =
            (SELECT password_hash FROM accounts WHERE username = 'first'); VACUUM FULL accounts";
        for sql in sql.split(';') {
            connect(&self.url).await.batch_execute(sql).await.expect("the SQL is right");
        }
        drop(server);
        self.tidy().await;
    }

    /// What a database does by itself after some time.
    pub async fn tidy(&self) {
        connect(&self.url).await.batch_execute("VACUUM ANALYZE").await.expect("it can be done");
    }
}

/// The program, as it is shipped.
pub struct Server {
    process: Child,
    pub address: SocketAddr,
}

impl Server {
    pub async fn start(database: &Database, further: &[&str]) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let address = free.expect("a port is free");
        let process = Command::new(&database.program)
            .args(["--database-url", &database.url, "--listen", &address.to_string(), "--migrate", "false"])
            .args(["--signing-key", "a-key-that-signs-nothing-of-worth", "--access-ttl", "86400"])
            .args(["--rate-limit", "off", "--log", "warn"])
            .args(further)
            .stdout(Stdio::null())
            .spawn()
            .expect("the program can be started");
        let server = Self { process, address };
        while tokio::net::TcpStream::connect(address).await.is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        server
    }

    /// How many statements the first of these requests takes.
    pub async fn statements(&self, requests: &[Vec<u8>]) -> u32 {
        let mut link = Link::open(self).await;
        let head = link.ask(&requests[0]).await.head;
        let told = head.split_once("db;desc=\"").and_then(|(_, rest)| rest.split_once(" statements"));
        told.and_then(|(many, _)| many.parse().ok()).unwrap_or_else(|| panic!("{head}"))
    }

    /// What was spent until now.
    pub fn spent(&self, database: &Database) -> Spent {
        Spent {
            server: time(self.process.id()).0,
            postgres: database.postmaster.map(family).unwrap_or_default(),
        }
    }

    /// In MiB, what is shared with others counted in part.
    pub fn memory(&self) -> Option<f64> {
        let rollup = fs::read_to_string(format!("/proc/{}/smaps_rollup", self.process.id())).ok()?;
        let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:"))?;
        Some(line.trim().trim_end_matches(" kB").parse::<f64>().ok()? / 1024.0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(pid) = Pid::from_raw(self.process.id().cast_signed()) {
            let _ = kill_process(pid, Signal::TERM);
        }
        let _ = self.process.wait();
    }
}

/// The time that processors spent.
pub struct Spent {
    pub server: Duration,
    pub postgres: Duration,
}

/// Of a process, and of its children that have ended.
fn time(pid: u32) -> (Duration, u32) {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let Some((_, rest)) = stat.rsplit_once(')') else { return (Duration::ZERO, 0) };
    let field = |number: usize| rest.split_whitespace().nth(number).and_then(|text| text.parse::<u64>().ok());
    let ticks: u64 = (11..=14).filter_map(field).sum();
    let parent = field(1).and_then(|pid| u32::try_from(pid).ok()).unwrap_or_default();
    (Duration::from_secs_f64(ticks as f64 / clock_ticks_per_second() as f64), parent)
}

/// Of a process and its children.
fn family(pid: u32) -> Duration {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    let pids = processes.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let children = pids.map(time).filter(|(_, parent)| *parent == pid).map(|(spent, _)| spent);
    children.sum::<Duration>() + time(pid).0
}

fn postmaster(folder: &Path) -> Option<u32> {
    fs::read_to_string(folder.join("postmaster.pid")).ok()?.lines().next()?.trim().parse().ok()
}

async fn connect(url: &str) -> AsyncPgConnection {
    AsyncPgConnection::establish(url).await.unwrap_or_else(|error| panic!("{error}"))
}

async fn text(conn: &mut AsyncPgConnection, sql: &str) -> String {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        value: String,
    }
    let sql = format!("SELECT value::text FROM ({sql}) AS asked (value)");
    let row: Row = diesel::sql_query(sql).get_result(conn).await.expect("the SQL is right");
    row.value
}
