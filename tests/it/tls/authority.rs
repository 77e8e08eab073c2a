//! Certificates, made when they are needed.

use std::path::{Path, PathBuf};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// An authority, or a server that vouches for itself, and its certificate in a file.
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    pub file: PathBuf,
}

impl Authority {
    /// The certificate bears the name `localhost`, in case that a server shows it as its own.
    pub fn new() -> Self {
        let id = uuid::Uuid::now_v7().simple().to_string();
        let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{id}.pem"));
        let mut params = names();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.distinguished_name.push(DnType::CommonName, id);
        let key = KeyPair::generate().expect("keys can be made");
        let issuer = CertifiedIssuer::self_signed(params, key).expect("certificates can be made");
        std::fs::write(&file, issuer.pem()).expect("files can be written");
        Self { issuer, file }
    }

    /// The authority's own certificate.
    pub fn own(&self) -> (CertificateDer<'static>, PrivateKeyDer<'static>) {
        (self.issuer.as_ref().der().clone(), secret(self.issuer.key()))
    }

    /// A certificate for `localhost`.
    pub fn issue(&self) -> (CertificateDer<'static>, PrivateKeyDer<'static>) {
        let key = KeyPair::generate().expect("keys can be made");
        let certificate = names().signed_by(&key, &self.issuer).expect("certificates can be made");
        (certificate.der().clone(), secret(&key))
    }
}

impl Drop for Authority {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.file);
    }
}

fn names() -> CertificateParams {
    CertificateParams::new(["localhost".to_owned()]).expect("the name is right")
}

fn secret(key: &KeyPair) -> PrivateKeyDer<'static> {
    PrivateKeyDer::try_from(key.serialize_der()).expect("it is a key")
}
