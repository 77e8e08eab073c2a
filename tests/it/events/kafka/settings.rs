//! Settings that are right, and ones that are not.

use std::process::Command;

use clap::Parser as _;
use souk::config::Cli;

use crate::support::TestApp;

const BROKERS: &str = "--kafka-brokers=127.0.0.1:1";

#[tokio::test]
async fn settings_that_contradict_each_other_are_refused_at_the_start() {
    let authority = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    for (flags, complaint) in [
        (&["--kafka-tls=on"][..], "SOUK_KAFKA_TLS is of no use without SOUK_KAFKA_BROKERS"),
        (&["--kafka-password=secret"], "SOUK_KAFKA_PASSWORD is of no use without SOUK_KAFKA_BROKERS"),
        (&[BROKERS, "--kafka-ca=ca.pem"], "SOUK_KAFKA_CA is of no use without SOUK_KAFKA_TLS=on"),
        (&[BROKERS, "--kafka-tls=on", "--kafka-ca=/nowhere/ca.pem"], "SOUK_KAFKA_CA: /nowhere/ca.pem: "),
        (&[BROKERS, "--kafka-tls=on", &format!("--kafka-ca={authority}")], "the settings of Kafka: "),
        (&[BROKERS, "--kafka-sasl=PLAIN"], "are given together or not at all"),
        (&[BROKERS, "--kafka-username=souk", "--kafka-password=secret"], "are given together or not at all"),
        (
            &[BROKERS, "--kafka-sasl=SCRAM-SHA-512", "--kafka-username=souk"],
            "are given together or not at all",
        ),
    ] {
        let told = TestApp::refused(flags).await;
        assert!(told.contains(complaint) && told.lines().count() == 1, "{flags:?}: {told}");
        assert!(!told.contains("secret"), "{told}");
    }
}

#[test]
fn settings_that_can_not_be_read_are_refused() {
    for (flag, complaint) in [
        ("--kafka-brokers=kafka", "it must be a host and a port, like kafka.internal:9092"),
        ("--kafka-brokers=kafka:9092,", "it must be a host and a port"),
        ("--kafka-brokers=http://kafka:9092", "it must be a host and a port"),
        ("--kafka-brokers=kafka:99999", "it must be a host and a port"),
        ("--kafka-topic=", "it must have 1 to 249 letters"),
        ("--kafka-topic=souk/events", "it must have 1 to 249 letters"),
        ("--kafka-tls=yes", "[possible values: on, off]"),
        ("--kafka-sasl=GSSAPI", "[possible values: PLAIN, SCRAM-SHA-256, SCRAM-SHA-512]"),
    ] {
        let told = Cli::try_parse_from(["souk", flag]).expect_err(flag).to_string();
        assert!(told.contains(complaint), "{flag}: {told}");
    }
    Cli::try_parse_from(["souk", "--kafka-brokers=kafka-1.internal:9092, [::1]:9092"])
        .expect("both are right");
}

#[test]
fn the_password_is_not_told_by_the_help() {
    let help = Command::new(env!("CARGO_BIN_EXE_souk"))
        .arg("--help")
        .env("SOUK_KAFKA_USERNAME", "who-it-is")
        .env("SOUK_KAFKA_PASSWORD", "nobody-knows")
        .output()
        .expect("the program runs");
    let help = String::from_utf8_lossy(&help.stdout);
    assert!(help.contains("who-it-is") && !help.contains("nobody-knows"), "{help}");
}
