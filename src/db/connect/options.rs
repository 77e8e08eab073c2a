//! What libpq's `sslmode` and `sslrootcert` ask for, of which tokio-postgres knows but a part:
//! <https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNECT-SSLMODE>.

use std::path::PathBuf;

use tokio_postgres::config::SslMode;

use super::address;

/// The TLS that an address asks for.
#[derive(Debug, PartialEq)]
pub struct Tls {
    /// What is tried, one after the other.
    pub attempts: &'static [SslMode],
    /// How certificates are verified, if they are.
    pub checks: Option<Checks>,
}

/// How certificates are verified.
#[derive(Debug, PartialEq)]
pub struct Checks {
    /// Who may have signed them.
    pub roots: Roots,
    /// Whether they have to bear the host's name.
    pub name: bool,
}

/// Who is trusted.
#[derive(Debug, PartialEq)]
pub enum Roots {
    /// Whom the operating system trusts.
    System,
    /// The certificates in a file.
    File(PathBuf),
}

/// Takes the options that are about TLS out of an address. The rest stays as it is, letter by letter.
///
/// # Errors
/// In words, if the options are wrong or contradict each other.
pub fn split(address: &str) -> Result<(String, Tls), String> {
    let (rest, taken) = address::without(address, &["sslmode", "sslrootcert", "ssl"]);
    let (mut mode, mut root) = (None, None);
    for (key, value) in taken {
        // As in libpq, the last one wins, and JDBC's `ssl=true` is understood.
        match key {
            "sslmode" => mode = Some(value),
            "sslrootcert" => root = Some(value).filter(|root| !root.is_empty()),
            _ if value == "true" => mode = Some("require".to_owned()),
            _ => return Err("ssl can only be true: say sslmode=disable, prefer or require".to_owned()),
        }
    }
    Ok((rest, tls(mode.as_deref(), root)?))
}

fn tls(mode: Option<&str>, root: Option<String>) -> Result<Tls, String> {
    let system = root.as_deref() == Some("system");
    let roots = root.map(|root| if system { Roots::System } else { Roots::File(root.into()) });
    let mode = mode.unwrap_or(if system { "verify-full" } else { "prefer" });
    // Everybody can have a certificate that a public authority signed, for a name of their own.
    if system && mode != "verify-full" {
        return Err("sslrootcert=system is of use with sslmode=verify-full alone".to_owned());
    }
    let (attempts, checks): (&[SslMode], _) = match (mode, roots) {
        ("disable", _) => (&[SslMode::Disable], None),
        ("allow", _) => (&[SslMode::Disable, SslMode::Require], None),
        ("prefer", _) => (&[SslMode::Prefer, SslMode::Disable], None),
        ("require", None) => (&[SslMode::Require], None),
        ("require" | "verify-ca", Some(roots)) => (&[SslMode::Require], Some(Checks { roots, name: false })),
        ("verify-ca", None) => {
            return Err("sslmode=verify-ca needs sslrootcert=FILE; without it, say verify-full".to_owned());
        }
        ("verify-full", roots) => {
            (&[SslMode::Require], Some(Checks { roots: roots.unwrap_or(Roots::System), name: true }))
        }
        _ => {
            let modes = "disable, allow, prefer, require, verify-ca and verify-full";
            return Err(format!("sslmode is none of {modes}"));
        }
    };
    Ok(Tls { attempts, checks })
}

#[cfg(test)]
mod tests {
    use tokio_postgres::config::SslMode;

    use super::{Checks, Roots, split};

    fn checks(options: &str) -> Option<Checks> {
        split(&format!("postgres:///?{options}")).unwrap_or_else(|error| panic!("{error}")).1.checks
    }

    #[test]
    fn checks_what_the_mode_asks_for() {
        let file = |name| Some(Checks { roots: Roots::File("ca.pem".into()), name });
        let system = || Some(Checks { roots: Roots::System, name: true });
        assert_eq!(checks("sslmode=prefer&sslrootcert=ca.pem"), None);
        assert_eq!(checks("sslmode=require"), None);
        assert_eq!(checks("ssl=true&sslrootcert="), None);
        assert_eq!(checks("sslmode=require&sslrootcert=ca.pem"), file(false));
        assert_eq!(checks("sslmode=verify-ca&sslrootcert=ca.pem"), file(false));
        assert_eq!(checks("sslrootcert=ca.pem&sslmode=verify-full"), file(true));
        assert_eq!(checks("sslmode=verify-full"), system());
        assert_eq!(checks("sslrootcert=system"), system());
    }

    #[test]
    fn tries_in_the_order_of_libpq() {
        let attempts = |address: &str| split(address).unwrap_or_else(|error| panic!("{error}")).1.attempts;
        assert_eq!(attempts("host=a"), [SslMode::Prefer, SslMode::Disable]);
        assert_eq!(attempts("host=a sslmode=allow"), [SslMode::Disable, SslMode::Require]);
        assert_eq!(attempts("host=a sslmode=allow sslmode=disable"), [SslMode::Disable]);
    }

    #[test]
    fn refuses_what_makes_no_sense() {
        for wrong in [
            "sslmode=",
            "sslmode=verify",
            "sslmode=verify-ca",
            "sslmode=require&sslrootcert=system",
            "ssl=false",
        ] {
            assert!(split(&format!("postgres:///?{wrong}")).is_err(), "{wrong} is taken");
        }
    }
}
