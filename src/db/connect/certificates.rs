//! Certificates of those who may vouch for others.

use std::path::Path;

use rustls::pki_types::{CertificateDer, pem::PemObject as _};

/// Those that the operating system trusts.
pub fn of_system() -> Result<Vec<CertificateDer<'static>>, String> {
    let found = rustls_native_certs::load_native_certs();
    if let (true, Some(error)) = (found.certs.is_empty(), found.errors.first()) {
        return Err(format!("the certificates of the operating system can't be read: {error}"));
    }
    Ok(found.certs)
}

/// Those in a file, of which there is at least one. An error begins with the name of the file.
pub fn in_file(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    let wrong = |error: String| format!("{}: {error}", path.display());
    let text = std::fs::read(path).map_err(|error| wrong(error.to_string()))?;
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
    match found.map_err(|error| wrong(error.to_string()))? {
        none if none.is_empty() => Err(wrong("it holds no certificate in PEM".to_owned())),
        found => Ok(found),
    }
}
