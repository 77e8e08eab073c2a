//! Access tokens that say by themselves whose they are, so that no request has to look them up.

use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, decode_header, encode};
use quick_cache::sync::Cache;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::{AuthError, AuthSettings, provider};
use crate::kernel::{AccountId, Fault, Named as _, Role, SessionId};

/// How far the clocks of two instances may be apart.
const LEEWAY: TimeDelta = TimeDelta::seconds(10);
/// Shorter keys can be guessed (RFC 7518, section 3.2).
const SHORTEST_KEY: usize = 32;
/// How many tokens are remembered, at less than a kilobyte each.
const REMEMBERED: usize = 4096;

#[derive(Serialize, Deserialize, Debug, Clone)]
struct Claims {
    sub: Uuid,
    sid: Uuid,
    role: String,
    epoch: i32,
    iat: i64,
    nbf: i64,
    exp: i64,
    iss: String,
    aud: String,
    jti: Uuid,
}

/// What an access token says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grant {
    /// Whose it is.
    pub account: AccountId,
    /// In which session it was made.
    pub session: SessionId,
    /// The account's role when it was made.
    pub role: Role,
    /// The account's epoch when it was made.
    pub epoch: i32,
}

/// An access token that was found to be ours and in time.
#[derive(Debug, Clone, Copy)]
pub struct Signed {
    pub grant: Grant,
    pub issued_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

/// A token that one of our keys signed, whenever it is in time.
#[derive(Clone, Copy)]
struct Verified {
    signed: Signed,
    not_before: DateTime<Utc>,
}

struct Key {
    id: String,
    secret: Vec<u8>,
    signing: EncodingKey,
    verifying: DecodingKey,
}

/// The keys of the store: the first signs, all verify, so that a key can be replaced without signing anyone out.
pub struct Keys {
    first: Key,
    older: Vec<Key>,
    validation: Validation,
    issuer: String,
    audience: String,
    ttl: TimeDelta,
    /// Tokens that were found to be ours: whoever has one sends it with every request.
    verified: Cache<Box<str>, Verified>,
}

impl Keys {
    pub fn new(settings: &AuthSettings) -> Result<Self, AuthError> {
        provider::install();
        let mut keys = settings.signing_keys.iter().map(key);
        let first = keys.next().ok_or(AuthError::NoKey)??;
        let older = keys.collect::<Result<_, _>>()?;
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
        validation.set_issuer(&[&settings.issuer]);
        validation.set_audience(&[&settings.audience]);
        // The crate knows the system's clock alone; ours is asked in `read`.
        validation.validate_exp = false;
        Ok(Self {
            first,
            older,
            validation,
            issuer: settings.issuer.clone(),
            audience: settings.audience.clone(),
            ttl: TimeDelta::from_std(settings.access_ttl).map_err(|_| AuthError::Lifetime)?,
            verified: Cache::new(REMEMBERED),
        })
    }

    /// A new access token, and when it ends.
    pub fn sign(&self, grant: Grant, now: DateTime<Utc>) -> Result<(String, DateTime<Utc>), Fault> {
        let iat = now.timestamp();
        let exp = (now + self.ttl).timestamp();
        let claims = Claims {
            sub: grant.account.uuid(),
            sid: grant.session.uuid(),
            role: grant.role.name().to_owned(),
            epoch: grant.epoch,
            iat,
            nbf: iat,
            exp,
            iss: self.issuer.clone(),
            aud: self.audience.clone(),
            jti: Uuid::now_v7(),
        };
        let header = Header { kid: Some(self.first.id.clone()), ..Header::new(Algorithm::HS256) };
        let token = encode(&header, &claims, &self.first.signing).map_err(Fault::broken)?;
        Ok((token, moment(exp).ok_or_else(|| Fault::broken("an access token ends beyond all time"))?))
    }

    /// What a token says, if one of our keys signed it and it is in time.
    pub fn read(&self, token: &str, now: DateTime<Utc>) -> Option<Signed> {
        let Verified { signed, not_before } = self.verified.get(token).or_else(|| {
            let verified = self.verify(token)?;
            self.verified.insert(token.into(), verified);
            Some(verified)
        })?;
        (now < signed.expires_at && now + LEEWAY >= not_before).then_some(signed)
    }

    fn verify(&self, token: &str) -> Option<Verified> {
        let header = decode_header(token).ok()?;
        if header.typ.as_deref() != Some("JWT") || header.alg != Algorithm::HS256 || header.crit.is_some() {
            return None;
        }
        let id = header.kid?;
        let key = self.all().find(|key| key.id == id)?;
        let claims = decode::<Claims>(token, &key.verifying, &self.validation).ok()?.claims;
        let grant = Grant {
            account: claims.sub.into(),
            session: claims.sid.into(),
            role: Role::named(&claims.role)?,
            epoch: claims.epoch,
        };
        let signed = Signed { grant, issued_at: moment(claims.iat)?, expires_at: moment(claims.exp)? };
        Some(Verified { signed, not_before: moment(claims.nbf)? })
    }

    /// Secrets that follow from `from` and a key that nobody else has: one for each key, the signing one's first.
    pub fn derive(&self, purpose: &str, from: &str) -> impl Iterator<Item = [u8; 32]> {
        let message = [purpose.as_bytes(), &[0], from.as_bytes()].concat();
        self.all().filter_map(move |key| {
            let mac = Hmac::<Sha256>::new_from_slice(&key.secret).ok()?;
            Some(mac.chain_update(&message).finalize().into_bytes().into())
        })
    }

    fn all(&self) -> impl Iterator<Item = &Key> {
        std::iter::once(&self.first).chain(&self.older)
    }
}

fn key(secret: &String) -> Result<Key, AuthError> {
    let secret = secret.as_bytes();
    if secret.len() < SHORTEST_KEY {
        return Err(AuthError::ShortKey(SHORTEST_KEY));
    }
    let id = super::hex(&Sha256::digest(secret)[..4]);
    let (signing, verifying) = (EncodingKey::from_secret(secret), DecodingKey::from_secret(secret));
    Ok(Key { id, secret: secret.to_vec(), signing, verifying })
}

fn moment(seconds: i64) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(seconds, 0)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

    use super::*;
    use crate::kernel::Clock;

    fn keys(secrets: &[&str]) -> Keys {
        let signing_keys = secrets.iter().map(|letter| letter.repeat(SHORTEST_KEY)).collect();
        let span = Duration::from_mins(15);
        Keys::new(&AuthSettings {
            signing_keys,
            bcrypt_cost: 4,
            access_ttl: span,
            refresh_ttl: span,
            refresh_grace: span,
            throttle: false,
            failures_per_minute: 1,
            issuer: "souk".into(),
            audience: "souk".into(),
        })
        .expect("the settings are good")
    }

    fn grant() -> Grant {
        Grant { account: AccountId::fresh(), session: SessionId::fresh(), role: Role::Studio, epoch: 3 }
    }

    #[test]
    fn a_token_is_good_from_its_beginning_to_its_end() {
        let (keys, grant, now) = (keys(&["a"]), grant(), Clock::default().now());
        let (token, end) = keys.sign(grant, now).expect("it can be signed");
        assert_eq!(keys.read(&token, now).map(|signed| signed.grant), Some(grant));
        assert!(keys.read(&token, end - TimeDelta::milliseconds(1)).is_some());
        assert!(keys.read(&token, end).is_none());
        assert!(keys.read(&token, now - TimeDelta::minutes(1)).is_none());
    }

    #[test]
    fn a_replaced_key_still_verifies_and_an_unknown_one_does_not() {
        let now = Clock::default().now();
        let (token, _) = keys(&["a"]).sign(grant(), now).expect("it can be signed");
        assert!(keys(&["b", "a"]).read(&token, now).is_some());
        assert!(keys(&["b"]).read(&token, now).is_none());
    }

    #[test]
    fn a_token_chooses_neither_algorithm_nor_key() {
        let (keys, now) = (keys(&["a"]), Clock::default().now());
        let (token, _) = keys.sign(grant(), now).expect("it can be signed");
        let (_, rest) = token.split_once('.').expect("a token has three parts");
        let id = &keys.first.id;
        for header in [
            format!(r#"{{"typ":"JWT","alg":"none","kid":"{id}"}}"#),
            format!(r#"{{"typ":"JWT","alg":"HS512","kid":"{id}"}}"#),
            format!(r#"{{"typ":"JWT","alg":"RS256","kid":"{id}"}}"#),
            format!(r#"{{"alg":"HS256","kid":"{id}"}}"#),
            r#"{"typ":"JWT","alg":"HS256"}"#.to_owned(),
        ] {
            assert!(
                keys.read(&format!("{}.{rest}", URL_SAFE_NO_PAD.encode(&header)), now).is_none(),
                "{header}"
            );
        }
        assert!(keys.read(token.trim_end_matches(|letter| letter != '.'), now).is_none(), "no signature");
    }
}
