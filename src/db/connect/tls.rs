//! TLS by rustls, with the roots that an address names.

use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore, crypto::ring, pki_types::CertificateDer};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::{
    certificates,
    options::{Checks, Roots},
    verifier::{Trust, Verifier},
};

/// What makes a link secure. Certificate files are read anew each time, so that they may change while the
/// program runs.
///
/// # Errors
/// In words, if there are no certificates to trust.
pub async fn connector(checks: Option<Checks>, direct: bool) -> Result<MakeRustlsConnect, String> {
    let trust = match checks {
        Some(Checks { roots, name }) => {
            let read = tokio::task::spawn_blocking(move || match &roots {
                Roots::System => certificates::of_system(),
                Roots::File(path) => {
                    certificates::in_file(path).map_err(|error| format!("sslrootcert {error}"))
                }
            });
            Some(trust(read.await.map_err(|error| error.to_string())??, name)?)
        }
        None => None,
    };
    // Named, so that no other part of the program has to install it first.
    let provider = Arc::new(ring::default_provider());
    let verifier = Verifier { trust, algorithms: provider.signature_verification_algorithms };
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?
        // Dangerous, since it lets certificates pass unseen where `sslmode` wants that.
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    if direct {
        // PostgreSQL demands it where no request for TLS comes first.
        config.alpn_protocols = vec![b"postgresql".to_vec()];
    }
    Ok(MakeRustlsConnect::new(config))
}

fn trust(certificates: Vec<CertificateDer<'static>>, name: bool) -> Result<Trust, String> {
    let mut roots = RootCertStore::empty();
    // Systems have certificates that are too odd to be read, but no chain needs them.
    let (usable, _) = roots.add_parsable_certificates(certificates.iter().cloned());
    if usable == 0 {
        return Err("there is no certificate to trust".to_owned());
    }
    Ok(Trust { roots, certificates, name })
}
