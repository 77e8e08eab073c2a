//! How Kafka is reached.

use std::{fs, path::PathBuf};

use clap::{Args, ValueEnum};
use rdkafka::ClientConfig;

use super::client;

/// Which topic of which Kafka gets the events.
#[derive(Args, Clone, Debug)]
pub struct KafkaSettings {
    /// Brokers of Kafka, as host:port and parted by commas; without them, events are not published.
    #[arg(long, env = "SOUK_KAFKA_BROKERS", global = true, value_delimiter = ',', value_name = "BROKERS", value_parser = broker)]
    pub kafka_brokers: Vec<String>,
    /// The topic that gets the events.
    #[arg(long, env = "SOUK_KAFKA_TOPIC", default_value = "souk.events", global = true, value_parser = topic)]
    pub kafka_topic: String,
    /// Whether Kafka is spoken to by TLS.
    #[arg(long, env = "SOUK_KAFKA_TLS", default_value = "off", global = true)]
    pub kafka_tls: Tls,
    /// A file in PEM with the authorities that may have signed the brokers' certificates; without it, those of the
    /// operating system.
    #[arg(long, env = "SOUK_KAFKA_CA", global = true, value_name = "FILE")]
    pub kafka_ca: Option<PathBuf>,
    /// How the program signs in to Kafka; without it, it does not.
    #[arg(long, env = "SOUK_KAFKA_SASL", global = true, value_name = "MECHANISM")]
    pub kafka_sasl: Option<Mechanism>,
    /// The name that it signs in with.
    #[arg(long, env = "SOUK_KAFKA_USERNAME", global = true, value_name = "NAME")]
    pub kafka_username: Option<String>,
    /// The password to that name.
    #[arg(long, env = "SOUK_KAFKA_PASSWORD", global = true, hide_env_values = true, value_name = "PASSWORD")]
    pub kafka_password: Option<String>,
}

/// Whether links are encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Tls {
    /// They are, and the brokers' certificates are verified.
    On,
    /// They are not.
    Off,
}

/// The ways of SASL to sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Mechanism {
    /// The password as it is: only with TLS is it safe.
    #[value(name = "PLAIN")]
    Plain,
    /// A proof of the password.
    #[value(name = "SCRAM-SHA-256")]
    ScramSha256,
    /// A proof of the password.
    #[value(name = "SCRAM-SHA-512")]
    ScramSha512,
}

impl KafkaSettings {
    /// The client's settings, or nothing if there are no brokers.
    ///
    /// # Errors
    /// In words, if settings contradict each other, or the certificates can't be read.
    pub fn client(&self) -> Result<Option<ClientConfig>, String> {
        if self.kafka_brokers.is_empty() {
            return match self.of_no_use() {
                Some(name) => Err(format!("{name} is of no use without SOUK_KAFKA_BROKERS")),
                None => Ok(None),
            };
        }
        let mut config = ClientConfig::new();
        config.set("bootstrap.servers", self.kafka_brokers.join(","));
        let secure = self.kafka_tls == Tls::On;
        config.set(
            "security.protocol",
            match (self.kafka_sasl, secure) {
                (None, false) => "plaintext",
                (None, true) => "ssl",
                (Some(_), false) => "sasl_plaintext",
                (Some(_), true) => "sasl_ssl",
            },
        );
        match (&self.kafka_ca, secure) {
            (Some(_), false) => return Err("SOUK_KAFKA_CA is of no use without SOUK_KAFKA_TLS=on".to_owned()),
            (Some(file), true) => {
                let wrong = |error| format!("SOUK_KAFKA_CA: {}: {error}", file.display());
                config.set("ssl.ca.pem", fs::read_to_string(file).map_err(wrong)?);
            }
            // The OpenSSL inside knows of none by itself.
            (None, true) => {
                config.set("ssl.ca.location", "probe");
            }
            (None, false) => {}
        }
        match (self.kafka_sasl, &self.kafka_username, &self.kafka_password) {
            (None, None, None) => {}
            (Some(mechanism), Some(username), Some(password)) => {
                config.set("sasl.mechanism", mechanism.name());
                config.set("sasl.username", username);
                config.set("sasl.password", password);
            }
            _ => {
                let all = "SOUK_KAFKA_SASL, SOUK_KAFKA_USERNAME and SOUK_KAFKA_PASSWORD";
                return Err(format!("{all} are given together or not at all"));
            }
        }
        client::complete(&mut config).map_err(|error| format!("the settings of Kafka: {error}"))?;
        Ok(Some(config))
    }

    /// What says how to reach brokers that there are not.
    fn of_no_use(&self) -> Option<&'static str> {
        [
            (self.kafka_tls == Tls::On, "SOUK_KAFKA_TLS"),
            (self.kafka_ca.is_some(), "SOUK_KAFKA_CA"),
            (self.kafka_sasl.is_some(), "SOUK_KAFKA_SASL"),
            (self.kafka_username.is_some(), "SOUK_KAFKA_USERNAME"),
            (self.kafka_password.is_some(), "SOUK_KAFKA_PASSWORD"),
        ]
        .into_iter()
        .find_map(|(given, name)| given.then_some(name))
    }
}

impl Mechanism {
    fn name(self) -> &'static str {
        match self {
            Self::Plain => "PLAIN",
            Self::ScramSha256 => "SCRAM-SHA-256",
            Self::ScramSha512 => "SCRAM-SHA-512",
        }
    }
}

fn broker(text: &str) -> Result<String, String> {
    let is_right = |(host, port): (&str, &str)| {
        !host.is_empty() && !host.contains(['/', ' ']) && port.parse().is_ok_and(|port: u16| port > 0)
    };
    match text.trim().rsplit_once(':').filter(|parts| is_right(*parts)) {
        Some(_) => Ok(text.trim().to_owned()),
        None => Err("it must be a host and a port, like kafka.internal:9092".to_owned()),
    }
}

/// As Kafka has it: <https://github.com/apache/kafka/blob/trunk/clients/src/main/java/org/apache/kafka/common/internals/Topic.java>.
fn topic(text: &str) -> Result<String, String> {
    let is_right = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
    if (1..=249).contains(&text.len()) && text.chars().all(is_right) && text != "." && text != ".." {
        Ok(text.to_owned())
    } else {
        Err("it must have 1 to 249 letters, digits, `.`, `_` and `-`".to_owned())
    }
}
