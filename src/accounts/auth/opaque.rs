//! Opaque tokens: random, told apart by their beginning and checked by their end, so that a mistyped or invented
//! one costs no look-up. Only digests of them are ever stored.

use std::fmt;

use sha2::{Digest as _, Sha256};

use crate::kernel::Fault;

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// 256 bits in base 62.
const BODY: usize = 43;
/// The 32 bits of the checksum in base 62.
const CHECK: usize = 6;

/// What an opaque token is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Opaque {
    /// Acts for an account until it is revoked.
    Api,
    /// Keeps a session going.
    Refresh,
    /// Acts in a session for a while, for clients of OAuth.
    Access,
}

impl Opaque {
    const ALL: [Self; 3] = [Self::Api, Self::Refresh, Self::Access];

    const fn prefix(self) -> &'static str {
        match self {
            Self::Api => "souk_api_",
            Self::Refresh => "souk_rt_",
            Self::Access => "souk_at_",
        }
    }
}

/// The SHA-256 of a token, which is all that is stored of it.
pub type Digest = [u8; 32];

/// An opaque token in full. It shows itself to whoever asks by name, never to a log.
#[derive(Clone)]
pub struct Secret {
    kind: Opaque,
    text: String,
}

impl Secret {
    /// A new one that nobody can guess.
    pub fn fresh(kind: Opaque) -> Result<Self, Fault> {
        let mut random = [0; 32];
        getrandom::fill(&mut random).map_err(Fault::broken)?;
        Ok(Self::of(kind, random))
    }

    /// The one that these bits make.
    pub fn of(kind: Opaque, bits: [u8; 32]) -> Self {
        let body = format!("{}{}", kind.prefix(), base62(bits, BODY));
        let check = base62(crc32fast::hash(body.as_bytes()).to_be_bytes(), CHECK);
        Self { kind, text: body + &check }
    }

    /// The token that `text` is, if it is one of ours by its form.
    pub fn read(text: &str) -> Option<Self> {
        let kind = Opaque::ALL.into_iter().find(|kind| text.starts_with(kind.prefix()))?;
        let (body, check) = text.split_at_checked(kind.prefix().len() + BODY)?;
        let right = base62(crc32fast::hash(body.as_bytes()).to_be_bytes(), CHECK);
        (check == right).then(|| Self { kind, text: text.to_owned() })
    }

    /// What it is for.
    pub fn kind(&self) -> Opaque {
        self.kind
    }

    /// What is stored of it.
    pub fn digest(&self) -> Digest {
        Sha256::digest(&self.text).into()
    }

    /// The token itself, for the one whose it is.
    pub fn expose(&self) -> &str {
        &self.text
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}…", self.kind.prefix())
    }
}

/// A big-endian number in base 62, with leading zeros.
fn base62<const N: usize>(mut number: [u8; N], length: usize) -> String {
    let mut digits = vec![b'0'; length];
    for place in digits.iter_mut().rev() {
        let mut rest = 0_u16;
        for byte in &mut number {
            let value = rest << 8 | u16::from(*byte);
            *byte = u8::try_from(value / 62).unwrap_or(u8::MAX);
            rest = value % 62;
        }
        *place = DIGITS[usize::from(rest)];
    }
    digits.into_iter().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_read_back() {
        for kind in Opaque::ALL {
            let secret = Secret::fresh(kind).expect("the system has random bits");
            let read = Secret::read(secret.expose()).expect("it is one of ours");
            assert_eq!((read.kind(), read.digest()), (kind, secret.digest()));
            assert_eq!(secret.expose().len(), kind.prefix().len() + BODY + CHECK);
        }
    }

    #[test]
    fn any_changed_letter_is_noticed() {
        let text = Secret::of(Opaque::Api, [7; 32]).text;
        for at in 0..text.len() {
            let mut other = text.clone();
            other.replace_range(at..=at, if &text[at..=at] == "x" { "y" } else { "x" });
            assert!(Secret::read(&other).is_none(), "{other}");
        }
        assert!(Secret::read(&text[..text.len() - 1]).is_none());
        assert!(Secret::read(&format!("{text}0")).is_none());
        assert!(Secret::read("souk_api_é").is_none());
    }

    #[test]
    fn the_largest_number_fits() {
        assert!(base62([255; 32], BODY).starts_with(|first| first != '0'));
        assert_eq!(base62([0, 0, 0, 62], CHECK), "000010");
    }

    #[test]
    fn logs_see_nothing_of_it() {
        assert_eq!(format!("{:?}", Secret::of(Opaque::Refresh, [1; 32])), "souk_rt_…");
    }
}
