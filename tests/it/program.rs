//! The program itself: how it starts, stops and complains.

use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process, test_kill_process};

use crate::support::{Client, Database, json, served};

/// How long anything may take on a machine that is busy with other things.
const PATIENCE: Duration = Duration::from_secs(90);

fn souk(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_souk"));
    command.args(args).env_remove("DATABASE_URL").env("SOUK_LOG", "warn").stdin(Stdio::null());
    command
}

fn output(args: &[&str]) -> Output {
    souk(args).output().expect("the program runs")
}

/// What it complains about, which is one line.
#[track_caller]
fn complaint(output: &Output) -> String {
    assert!(!output.status.success(), "it ended well");
    let text = String::from_utf8_lossy(&output.stderr).trim().to_owned();
    assert_eq!(text.lines().count(), 1, "{text}");
    text
}

/// A folder that goes away.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("p{}", uuid::Uuid::now_v7().simple()));
        std::fs::create_dir_all(&path).expect("a folder can be made");
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A store with a PostgreSQL of its own, as `cargo run` gives it.
struct Served {
    program: Child,
    client: Client,
}

impl Served {
    async fn start(folder: &Folder) -> Self {
        let mut command = souk(&[&format!("--data-dir={}", folder.0.display())]);
        let (program, address) = served(&mut command).await;
        Self { program, client: Client::new(address) }
    }

    fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.program.id()).ok().and_then(Pid::from_raw).expect("it has a process id");
        kill_process(pid, signal).expect("it can be signalled");
    }

    async fn sign_in(&mut self, login: &str) {
        let sign_in =
            "mutation($input: SignInInput!) { signIn(input: $input) { accessToken userErrors { code } } }";
        let input = json!({ "login": login, "password": souk::demo::PASSWORD });
        let reply = self.client.gql(sign_in, json!({ "input": input })).await;
        self.client.token = Some(reply.text("/signIn/accessToken"));
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // Where a test has ended it already, there is nothing left to do.
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

/// The process of the PostgreSQL that lives in the folder.
fn postmaster(folder: &Folder) -> Pid {
    let mut folders = vec![folder.0.clone()];
    while let Some(path) = folders.pop() {
        for entry in std::fs::read_dir(&path).into_iter().flatten().flatten() {
            if entry.file_name() == "postmaster.pid" {
                let text = std::fs::read_to_string(entry.path()).expect("it can be read");
                let pid = text.lines().next().and_then(|line| line.parse().ok()).and_then(Pid::from_raw);
                return pid.expect("it names a process");
            }
            if entry.path().is_dir() {
                folders.push(entry.path());
            }
        }
    }
    panic!("no PostgreSQL runs in {}", folder.0.display());
}

async fn ends(pid: Pid) {
    let begun = Instant::now();
    while test_kill_process(pid).is_ok() {
        assert!(begun.elapsed() < PATIENCE, "{pid:?} does not end");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_starts_with_nothing_set_up_and_leaves_nothing_running() {
    let folder = Folder::new();
    let mut store = Served::start(&folder).await;
    let shop = "{ products(first: 1) { totalCount nodes { name tags { name } owner { username } } } }";
    let products = store.client.query(shop).await;
    assert!(products.at("/products/totalCount").as_i64() > Some(100), "a lively catalogue");
    for account in souk::demo::ACCOUNTS {
        store.sign_in(account).await;
        let viewer = store.client.query("{ viewer { role orders { totalCount } } }").await;
        assert_eq!(viewer.text("/viewer/role").to_lowercase(), account);
    }
    let postgres = postmaster(&folder);
    store.signal(Signal::TERM);
    assert!(store.program.wait().expect("it ends").success());
    ends(postgres).await;

    // The second start finds all as it was, and loads nothing again.
    let mut store = Served::start(&folder).await;
    let again = store.client.query(shop).await;
    assert_eq!(again.at("/products/totalCount"), products.at("/products/totalCount"));
    let postgres = postmaster(&folder);
    store.signal(Signal::INT);
    assert!(store.program.wait().expect("it ends").success());
    ends(postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_it_leaves_nothing_running_and_loses_nothing_acknowledged() {
    let folder = Folder::new();
    let mut store = Served::start(&folder).await;
    store.sign_in("customer").await;
    let check_out = "mutation { checkoutBag(input: {}) { order { id } userErrors { code message } } }";
    let order = store.client.query(check_out).await.text("/checkoutBag/order/id");
    let postgres = postmaster(&folder);
    store.signal(Signal::KILL);
    store.program.wait().expect("it ends");
    ends(postgres).await;

    let mut store = Served::start(&folder).await;
    store.sign_in("customer").await;
    let found =
        store.client.gql("query($id: ID!) { order(id: $id) { status } }", json!({ "id": order })).await;
    assert_eq!(found.text("/order/status"), "PLACED");
    store.signal(Signal::TERM);
    store.program.wait().expect("it ends");
}

#[test]
fn a_bad_setting_is_told_in_a_line() {
    for (args, told) in [
        (&["--listen=nowhere"][..], "--listen"),
        (&["--currency=XYZ"], "ISO 4217"),
        (&["--selling=nobody"], "marketplace"),
        (&["--pool-size=0"], "--pool-size"),
        (&["--stream-fee=much"], "like 4.50"),
    ] {
        let output = output(args);
        assert!(!output.status.success(), "{args:?}");
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(
            text.lines().next().is_some_and(|line| line.contains("error")) && text.contains(told),
            "{text}"
        );
    }
    assert!(complaint(&output(&["--log=[", "migrate"])).contains("SOUK_LOG"));
    for (args, told) in [
        (&["--stream-fee=-0.01"][..], "not negative"),
        (&["--stream-fee=4.505"], "EUR has 2 decimals"),
        (&["--stream-fee=0.5", "--currency=JPY"], "JPY has 0 decimals"),
        (&["--stream-fee=99999999999"], "too high"),
    ] {
        let told_of = complaint(&output(&[&["--listen=127.0.0.1:0"], args].concat()));
        assert!(told_of.contains("SOUK_STREAM_FEE") && told_of.contains(told), "{told_of}");
    }
}

#[test]
fn a_database_that_is_not_there_is_told_in_a_line() {
    let key = "--signing-key=0123456789012345678901234567890123456789";
    let dead = "--database-url=postgres://souk:secret@127.0.0.1:1/souk";
    let told = complaint(&output(&["--listen=127.0.0.1:0", key, dead]));
    assert!(told.contains("database") && !told.contains("secret"), "{told}");
    let wrong = complaint(&output(&["--listen=127.0.0.1:0", key, "--database-url=nonsense"]));
    assert!(wrong.contains("database"), "{wrong}");
}

#[test]
fn a_port_that_is_taken_is_told_in_a_line() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = taken.local_addr().expect("it has an address");
    let told = complaint(&output(&[&format!("--listen={address}")]));
    assert!(told.contains(&address.to_string()), "{told}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_a_database_of_others_it_needs_a_signing_key() {
    let database = Database::blank().await;
    let url = format!("--database-url={}", database.url);
    assert!(complaint(&output(&["--listen=127.0.0.1:0", &url])).contains("SOUK_SIGNING_KEY"));
    let short = complaint(&output(&["--listen=127.0.0.1:0", &url, "--signing-key=short"]));
    assert!(short.contains("32 characters"), "{short}");
    assert_eq!(database.text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").await, "0");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_operator_migrates_makes_an_admin_and_loads_demo_data() {
    let database = Database::blank().await;
    let url = format!("--database-url={}", database.url);
    let key = "--signing-key=0123456789012345678901234567890123456789";
    let unmigrated = complaint(&output(&["--listen=127.0.0.1:0", &url, key, "--migrate=false"]));
    assert!(unmigrated.contains("souk migrate"), "{unmigrated}");
    assert!(output(&["migrate", &url]).status.success());
    let demo = output(&["demo", &url, key]);
    assert_eq!(String::from_utf8_lossy(&demo.stdout).trim(), "demo data loaded");
    let again = output(&["demo", &url, key]);
    assert!(String::from_utf8_lossy(&again.stdout).contains("not empty"));

    let admin = |password: &str| {
        let args = ["create-admin", "--username=root-admin", "--email=root@example.org", &url, key];
        souk(&args).env("SOUK_ADMIN_PASSWORD", password).output().expect("the program runs")
    };
    assert!(complaint(&admin("password1234")).contains("password"));
    let made = admin("an unlikely phrase of words");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    assert_eq!(database.text("SELECT role FROM accounts WHERE username = 'root-admin'").await, "ADMIN");
    assert!(complaint(&admin("an unlikely phrase of words")).contains("taken"));
}

#[test]
fn it_prints_its_schema_and_its_status_machines() {
    assert_eq!(String::from_utf8_lossy(&output(&["schema"]).stdout), souk::api::sdl());
    let states = String::from_utf8_lossy(&output(&["states"]).stdout).into_owned();
    for line in ["title: Order", "[*] --> PLACED", "PAID --> CANCELLED: owner, staff", "DELIVERED --> [*]"] {
        assert!(states.contains(line), "{line} is not in\n{states}");
    }
    let docs = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/status-machines.md");
    let docs = std::fs::read_to_string(docs).expect("there is a page of them");
    for diagram in states.split("---\ntitle: ").filter(|part| !part.is_empty()) {
        let body = diagram.split("---\n").nth(1).unwrap_or_default().trim();
        assert!(docs.contains(body), "docs/status-machines.md lacks\n{body}");
    }
}
