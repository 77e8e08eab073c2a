//! Secrets, and how they sign: <https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::kernel::Fault;

/// What signs the requests to a webhook. It shows itself to whoever asks by name, never to a log.
#[derive(Clone)]
pub struct Secret(Vec<u8>);

impl Secret {
    /// A new one that nobody can guess.
    pub fn fresh() -> Result<Self, Fault> {
        let mut random = vec![0; 32];
        getrandom::fill(&mut random).map_err(Fault::broken)?;
        Ok(Self(random))
    }

    /// As it is stored.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// As it is shown, once.
    pub fn expose(&self) -> String {
        format!("whsec_{}", STANDARD.encode(&self.0))
    }

    fn sign(&self, id: &str, timestamp: i64, body: &str) -> Result<String, Fault> {
        let mac: Hmac<Sha256> = Hmac::new_from_slice(&self.0).map_err(Fault::broken)?;
        let mac = mac.chain_update(format!("{id}.{timestamp}.")).chain_update(body);
        Ok(format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes())))
    }
}

impl From<Vec<u8>> for Secret {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("whsec_…")
    }
}

/// The header `webhook-signature`: a signature by each of the secrets.
pub fn signatures(secrets: &[Secret], id: &str, timestamp: i64, body: &str) -> Result<String, Fault> {
    let signed: Result<Vec<_>, _> = secrets.iter().map(|secret| secret.sign(id, timestamp, body)).collect();
    Ok(signed?.join(" "))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// From the tests of the libraries that belong to the specification.
    #[test]
    fn it_signs_as_the_specification_has_it() {
        let known = Secret(STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("it is base64"));
        let signed = known.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#);
        assert_eq!(signed.expect("it signs"), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert_eq!(known.expose(), "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    }

    #[test]
    fn logs_see_nothing_of_it() {
        assert_eq!(format!("{:?}", Secret::fresh().expect("the system has random bits")), "whsec_…");
    }
}
