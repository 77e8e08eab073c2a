//! Connections, with TLS as the address asks for it.

mod address;
pub mod certificates;
mod options;
mod tls;
mod verifier;

use std::{error::Error, net::IpAddr};

use diesel::{ConnectionError, ConnectionResult};
use rustls::pki_types::InvalidDnsNameError;
use tokio_postgres::{
    Client, Config, Connection, Socket,
    config::{Host, SslMode, SslNegotiation},
    error::SqlState,
    tls::MakeTlsConnect,
};
use tokio_postgres_rustls::MakeRustlsConnect;

/// Options of libpq that may well stand in an address, but that tokio-postgres lacks.
const LACKING: [&str; 8] =
    ["client_encoding", "gssencmode", "passfile", "require_auth", "service", "sslcert", "sslkey", "sslcrl"];

/// A link to PostgreSQL, which has to be driven for its client to be answered.
pub type Driven = Connection<Socket, <MakeRustlsConnect as MakeTlsConnect<Socket>>::Stream>;

/// Opens a link to the database at `url`, a URL or `key=value` words as libpq reads them, with
/// `sslmode` and `sslrootcert` as <https://www.postgresql.org/docs/current/libpq-ssl.html> has them: at least
/// `require` for a link that can't be read by others, `verify-full` for one to the right server.
///
/// # Errors
/// [`ConnectionError`], as one line that never holds the password: if the address can't be read, if the server
/// can't be reached or refuses, or if its certificate does not bear the scrutiny that was asked for.
pub async fn connect(url: &str) -> ConnectionResult<(Client, Driven)> {
    let (address, tls) = options::split(url).map_err(ConnectionError::BadConnection)?;
    let mut config: Config = address
        .parse()
        .map_err(|error: tokio_postgres::Error| ConnectionError::BadConnection(unreadable(&error)))?;
    // Over Unix sockets libpq ignores `sslmode`, too.
    let (attempts, checks) =
        if is_local(&config) { (&[SslMode::Disable][..], None) } else { (tls.attempts, tls.checks) };
    name_hosts(&mut config);
    let direct = config.get_ssl_negotiation() == SslNegotiation::Direct;
    let connector = tls::connector(checks, direct).await.map_err(ConnectionError::BadConnection)?;
    let mut told = Vec::new();
    for &mode in attempts {
        match config.ssl_mode(mode).connect(connector.clone()).await {
            Ok(link) => return Ok(link),
            Err(error) => {
                told.push(in_a_line(&error));
                if !is_about_encryption(&error) {
                    break;
                }
            }
        }
    }
    Err(ConnectionError::BadConnection(told.join("; then ")))
}

/// Whether the database at `url` runs on this machine, as far as its address tells.
#[must_use]
pub fn is_here(url: &str) -> bool {
    let config = options::split(url).ok().and_then(|(address, _)| address.parse::<Config>().ok());
    let is_elsewhere = |host: &Host| match host {
        Host::Tcp(name) => {
            name != "localhost" && !name.parse().is_ok_and(|address: IpAddr| address.is_loopback())
        }
        #[cfg(unix)]
        Host::Unix(_) => false,
    };
    config.is_some_and(|config| {
        config.get_hostaddrs().iter().all(IpAddr::is_loopback) && !config.get_hosts().iter().any(is_elsewhere)
    })
}

fn is_local(config: &Config) -> bool {
    let is_tcp = |host: &Host| matches!(host, Host::Tcp(_));
    config.get_hostaddrs().is_empty() && !config.get_hosts().iter().any(is_tcp)
}

/// TLS asks for a name. Where there are addresses alone, they are the names.
fn name_hosts(config: &mut Config) {
    if config.get_hosts().is_empty() {
        for address in config.get_hostaddrs().to_vec() {
            config.host(address.to_string());
        }
    }
}

/// Whether another attempt, with encryption or without, may fare better: `pg_hba.conf` forbids this one, or
/// both sides can't agree on TLS. It is no use for a server that can't be reached, or for a wrong password.
fn is_about_encryption(error: &tokio_postgres::Error) -> bool {
    let io = error.source().and_then(|source| source.downcast_ref::<std::io::Error>());
    error.code() == Some(&SqlState::INVALID_AUTHORIZATION_SPECIFICATION)
        || io
            .and_then(std::io::Error::get_ref)
            .is_some_and(|inner| inner.is::<rustls::Error>() || inner.is::<InvalidDnsNameError>())
}

/// Why an address could not be read. What stands in it is not repeated unless it is known to be harmless: a
/// password that should have been quoted may be taken for anything.
fn unreadable(error: &tokio_postgres::Error) -> String {
    let cause = error.source().map(ToString::to_string).unwrap_or_default();
    let lacking = LACKING.iter().any(|name| cause == format!("unknown option `{name}`"));
    if lacking || cause.starts_with("invalid value for option") {
        format!("the address of the database: {cause}")
    } else if cause.starts_with("unknown option") {
        "the address of the database has an unknown option; special characters in a password have to be escaped"
            .to_owned()
    } else {
        "the address of the database is neither a postgres:// URL nor words like host=localhost".to_owned()
    }
}

/// An error with its causes.
fn in_a_line(error: &dyn Error) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        line = format!("{line}: {error}");
        cause = error.source();
    }
    line.lines().map(str::trim).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::is_here;

    #[test]
    fn tells_own_machines_from_others() {
        for here in [
            "postgres://localhost/souk",
            "postgres://a:b@127.0.0.1:5433/souk",
            "host=/run/postgresql",
            "postgres:///souk?hostaddr=::1",
        ] {
            assert!(is_here(here), "{here}");
        }
        for elsewhere in [
            "postgres://db/souk",
            "postgres://10.0.0.7/souk",
            "host=localhost,db",
            "host=localhost hostaddr=10.0.0.7",
            "?",
        ] {
            assert!(!is_here(elsewhere), "{elsewhere}");
        }
    }
}
