//! Whether a server is the one that it should be.

use rustls::{
    CertificateError, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
    client::{
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
        verify_server_cert_signed_by_trust_anchor, verify_server_name,
    },
    crypto::{
        WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature,
        verify_tls13_signature_with_raw_key,
    },
    pki_types::{CertificateDer, ServerName, SubjectPublicKeyInfoDer, UnixTime},
    server::ParsedCertificate,
};
use x509_cert::{
    Certificate,
    der::{Decode as _, Encode as _},
};

/// Whom to trust.
#[derive(Debug)]
pub struct Trust {
    /// Who may sign certificates.
    pub roots: RootCertStore,
    /// The same, as they were found.
    pub certificates: Vec<CertificateDer<'static>>,
    /// Whether certificates have to bear the host's name.
    pub name: bool,
}

/// Checks certificates as `sslmode` wants it, which is for the modes below `verify-ca` not at all.
#[derive(Debug)]
pub struct Verifier {
    /// Whom to trust; nothing to trust everybody.
    pub trust: Option<Trust>,
    /// What signatures can be checked.
    pub algorithms: WebPkiSupportedAlgorithms,
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let Some(trust) = &self.trust else { return Ok(ServerCertVerified::assertion()) };
        let certificate = ParsedCertificate::try_from(end_entity)?;
        // A server's own certificate that it signed itself, as PostgreSQL's manual makes one, is no chain.
        if trust.certificates.contains(end_entity) {
            verify_in_date(end_entity, now)?;
        } else {
            let algorithms = self.algorithms.all;
            verify_server_cert_signed_by_trust_anchor(
                &certificate,
                &trust.roots,
                intermediates,
                now,
                algorithms,
            )?;
        }
        if trust.name {
            verify_server_name(&certificate, server_name)?;
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, &self.algorithms)
    }

    /// That the server has the key of its certificate is checked in every mode: channel binding rests on it.
    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        if self.trust.is_some() {
            return verify_tls13_signature(message, certificate, signed, &self.algorithms);
        }
        // Of a certificate that nobody looks at the key is enough. OpenSSL makes ones of version 1, which rustls
        // does not read.
        let key = read(certificate)?.tbs_certificate.subject_public_key_info.to_der().map_err(|_| bad())?;
        let key = SubjectPublicKeyInfoDer::from(key);
        verify_tls13_signature_with_raw_key(message, &key, signed, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

fn verify_in_date(certificate: &CertificateDer<'_>, now: UnixTime) -> Result<(), Error> {
    let validity = read(certificate)?.tbs_certificate.validity;
    if now.as_secs() > validity.not_after.to_unix_duration().as_secs() {
        return Err(CertificateError::Expired.into());
    }
    if now.as_secs() < validity.not_before.to_unix_duration().as_secs() {
        return Err(CertificateError::NotValidYet.into());
    }
    Ok(())
}

fn read(certificate: &CertificateDer<'_>) -> Result<Certificate, Error> {
    Certificate::from_der(certificate).map_err(|_| bad())
}

fn bad() -> Error {
    CertificateError::BadEncoding.into()
}
