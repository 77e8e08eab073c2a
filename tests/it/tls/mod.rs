//! TLS between the store and its database.

pub mod authority;
mod front;

use std::process::Command;

use souk::db;

use crate::support::{Database, TestApp};
pub use authority::Authority;
use front::{Front, PASSWORD, Speaks};

/// A complaint is one line that says `what`, without the password in whatever form.
#[track_caller]
fn complains(told: Result<bool, String>, what: &str) {
    let told = told.expect_err("a connection was made");
    assert!(told.contains(what) && told.lines().count() == 1, "{told}");
    assert!(!told.contains(PASSWORD) && !told.contains("s&cret"), "{told}");
}

#[tokio::test]
async fn encrypts_as_the_address_and_the_server_want_it() {
    let database = Database::blank().await;
    let authority = Authority::new();
    let both = Front::new(&database, Speaks::Both, authority.issue()).await;
    let plain = Front::new(&database, Speaks::Plain, authority.issue()).await;
    let strict = Front::new(&database, Speaks::Tls, authority.issue()).await;
    for (options, by_both, by_plain, by_strict) in [
        ("", Some(true), Some(false), Some(true)),
        ("sslmode=prefer", Some(true), Some(false), Some(true)),
        ("sslmode=allow", Some(false), Some(false), Some(true)),
        ("sslmode=disable", Some(false), Some(false), None),
        ("sslmode=require", Some(true), None, Some(true)),
        ("ssl=true", Some(true), None, Some(true)),
    ] {
        assert_eq!(both.reach("localhost", options).await.ok(), by_both, "{options}");
        assert_eq!(plain.reach("localhost", options).await.ok(), by_plain, "{options}");
        assert_eq!(strict.reach("localhost", options).await.ok(), by_strict, "{options}");
    }
    complains(plain.reach("localhost", "sslmode=require").await, "server does not support TLS");
    complains(strict.reach("localhost", "sslmode=disable").await, "no pg_hba.conf entry");
}

#[tokio::test]
async fn verifies_certificates_as_the_address_wants_it() {
    let database = Database::blank().await;
    let (authority, other) = (Authority::new(), Authority::new());
    let front = Front::new(&database, Speaks::Both, authority.issue()).await;
    let (right, wrong) = (authority.file.display(), other.file.display());

    for mode in ["require", "verify-ca", "verify-full"] {
        let trusting = format!("sslmode={mode}&sslrootcert={right}");
        assert_eq!(front.reach("localhost", &trusting).await, Ok(true), "{mode}");
        let doubting = format!("sslmode={mode}&sslrootcert={wrong}");
        complains(front.reach("localhost", &doubting).await, "invalid peer certificate: UnknownIssuer");
    }
    let checked = |mode| format!("sslmode={mode}&sslrootcert={right}");
    let front = &front;
    let elsewhere = async |options: String| front.reach("other.example", &options).await;
    assert_eq!(elsewhere(checked("require")).await, Ok(true));
    assert_eq!(elsewhere(checked("verify-ca")).await, Ok(true));
    complains(elsewhere(checked("verify-full")).await, "not valid for name \"other.example\"");
    complains(front.reach("127.0.0.1", &checked("verify-full")).await, "not valid for name \"127.0.0.1\"");
    assert_eq!(front.reach("127.0.0.1", "sslmode=require").await, Ok(true));

    // No operating system trusts an authority of these tests.
    complains(front.reach("localhost", "sslmode=verify-full").await, "UnknownIssuer");
    complains(front.reach("localhost", "sslrootcert=system").await, "UnknownIssuer");
}

#[tokio::test]
async fn trusts_a_certificate_that_signed_itself_if_it_is_the_one_named() {
    let database = Database::blank().await;
    let (own, other) = (Authority::new(), Authority::new());
    let front = Front::new(&database, Speaks::Both, own.own()).await;
    assert_eq!(front.reach("localhost", "sslmode=require").await, Ok(true));
    let named = format!("sslmode=verify-full&sslrootcert={}", own.file.display());
    assert_eq!(front.reach("localhost", &named).await, Ok(true));
    complains(front.reach("other.example", &named).await, "not valid for name");
    let another = format!("sslmode=verify-full&sslrootcert={}", other.file.display());
    complains(front.reach("localhost", &another).await, "invalid peer certificate");
}

#[tokio::test]
async fn complains_of_options_that_make_no_sense() {
    let database = Database::blank().await;
    let authority = Authority::new();
    let front = Front::new(&database, Speaks::Both, authority.issue()).await;
    std::fs::write(&authority.file, "no certificate").expect("files can be written");
    let empty = format!("sslmode=require&sslrootcert={}", authority.file.display());
    for (options, complaint) in [
        ("sslmode=always", "sslmode is none of disable, allow, prefer"),
        ("sslmode=verify-ca", "needs sslrootcert"),
        ("sslmode=require&sslrootcert=system", "sslrootcert=system"),
        ("sslmode=verify-full&sslrootcert=/no/such.pem", "sslrootcert /no/such.pem: No such file"),
        (&*empty, "it holds no certificate in PEM"),
        ("sslkey=me.key", "unknown option `sslkey`"),
        ("s%26cret=1", "has an unknown option"),
        ("port=s%26cret", "invalid value for option `port`"),
    ] {
        complains(front.reach("localhost", options).await, complaint);
    }
}

#[test]
fn the_program_complains_in_one_line() {
    let url = format!("postgres://me:{PASSWORD}@localhost/souk?sslmode=verify-full&sslrootcert=/no/such.pem");
    let output = Command::new(env!("CARGO_BIN_EXE_souk")).args(["migrate", "--database-url", &url]).output();
    let told = String::from_utf8(output.expect("the program runs").stderr).expect("it writes text");
    assert!(told.starts_with("souk: can't connect to the database: sslrootcert /no/such.pem"), "{told}");
    complains(Err(told.trim().to_owned()), "No such file");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_store_works_over_tls() {
    let mut app = TestApp::start().await;
    let authority = Authority::new();
    let front = Front::new(&app.database, Speaks::Tls, authority.issue()).await;
    let options = format!("sslmode=verify-full&sslrootcert={}", authority.file.display());
    app.database.url = front.url("localhost", &options);
    let pending = db::pending_migrations(&app.database.url).await.expect("the schema can be read");
    assert_eq!(pending, Vec::<String>::new());
    let (client, _running) = app.second_instance(&[]).await;
    let reply = client.query("{ products { totalCount } }").await;
    assert_eq!(reply.at("/products/totalCount"), 0);
    assert!(front.encrypted() > 1, "the pool or the reader of revocations does not use TLS");
}
