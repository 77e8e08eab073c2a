//! TLS by rustls, with the roots that an address names.

use std::{path::Path, sync::Arc};

use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, pem::PemObject as _},
};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::{
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
            let read = tokio::task::spawn_blocking(move || certificates(&roots)).await;
            Some(trust(read.map_err(|error| error.to_string())??, name)?)
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

fn certificates(roots: &Roots) -> Result<Vec<CertificateDer<'static>>, String> {
    match roots {
        Roots::System => {
            let found = rustls_native_certs::load_native_certs();
            if let (true, Some(error)) = (found.certs.is_empty(), found.errors.first()) {
                return Err(format!("the certificates of the operating system can't be read: {error}"));
            }
            Ok(found.certs)
        }
        Roots::File(path) => {
            in_file(path).map_err(|error| format!("sslrootcert {}: {error}", path.display()))
        }
    }
}

fn in_file(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let text = std::fs::read(path).map_err(|error| error.to_string())?;
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
    match found.map_err(|error| error.to_string())? {
        none if none.is_empty() => Err("it holds no certificate in PEM".to_owned()),
        found => Ok(found),
    }
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
