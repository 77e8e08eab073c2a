//! Documents that are asked for by a name instead of their text.
//!
//! Trusted ones stand in a manifest that is read at the start, as graphql-codegen and the Relay compiler write it.
//! Automatic ones, as Apollo's clients have them, are any that were sent before, by the SHA-256 of their text.

use std::{collections::HashMap, sync::Arc};

use async_graphql::ServerError;
use sha2::{Digest as _, Sha256};
use thiserror::Error;

use super::{Audience, Documents, Hash, Prepared};

/// Documents by their ids.
pub type Manifest = HashMap<String, String>;

/// How a request says what it wants to run.
#[derive(Clone, Copy, Debug)]
pub enum Sought<'a> {
    /// By its text.
    Text(&'a str),
    /// By its id in the manifest.
    Id(&'a str),
    /// By its hash as an automatic persisted query, with the text if the hash alone was not known.
    Automatic {
        /// The SHA-256 of the text in hexadecimal, or an id in the manifest.
        hash: &'a str,
        /// The text.
        text: Option<&'a str>,
    },
}

/// Why there is no document to run.
#[derive(Debug)]
pub enum NotPrepared {
    /// No document has that name, or none has it any more.
    Unknown,
    /// The text is another one than its hash says.
    Mismatch,
    /// Only trusted documents are run for this asker.
    NotTrusted,
    /// It can be parsed, or does not fit the schema.
    Wrong(Vec<ServerError>),
}

/// A document of the manifest can't be run.
#[derive(Debug, Error)]
#[error("the trusted document {id} is not valid: {message}")]
pub struct BadDocument {
    id: String,
    message: String,
}

/// The documents that the operator vouches for.
#[derive(Default)]
pub(super) struct Trusted {
    texts: HashMap<String, Arc<str>>,
    hashes: std::collections::HashSet<Hash>,
    /// Whether nothing else is run but for those who may send any document.
    pub alone: bool,
}

impl Trusted {
    pub fn new(manifest: Manifest, alone: bool) -> Self {
        let hashes = manifest.values().map(|text| Sha256::digest(text).into()).collect();
        let texts = manifest.into_iter().map(|(id, text)| (id, text.into())).collect();
        Self { texts, hashes, alone }
    }
}

impl Documents {
    /// Checks every trusted document. Staff's schema has all that there is.
    ///
    /// # Errors
    /// The first one that is not valid.
    pub(super) fn check_trusted(&self) -> Result<(), BadDocument> {
        for (id, text) in &self.trusted.texts {
            self.prepare(Audience::Staff, text).map_err(|errors| BadDocument {
                id: id.clone(),
                message: errors.first().map_or_else(String::new, |error| error.message.clone()),
            })?;
        }
        Ok(())
    }

    /// What a request wants to run. `free` askers may send any document, whatever is trusted.
    ///
    /// # Errors
    /// [`NotPrepared`]; nothing has been executed.
    pub fn find(
        &self,
        audience: Audience,
        sought: Sought<'_>,
        free: bool,
    ) -> Result<Arc<Prepared>, NotPrepared> {
        let free = free || !self.trusted.alone;
        let prepare = |text: &str| self.prepare(audience, text).map_err(NotPrepared::Wrong);
        let (id, text) = match sought {
            Sought::Text(text) => (None, Some(text)),
            Sought::Id(id) => (Some(id), None),
            Sought::Automatic { hash, text } => (Some(hash), text),
        };
        if let Some(trusted) = id.and_then(|id| self.trusted.texts.get(id)) {
            return match text {
                Some(text) if *text != **trusted => Err(NotPrepared::Mismatch),
                _ => prepare(trusted),
            };
        }
        let Some(text) = text else {
            let hash = id.filter(|_| free && matches!(sought, Sought::Automatic { .. })).and_then(digest);
            return hash.and_then(|hash| self.known.get(&(audience, hash))).ok_or(NotPrepared::Unknown);
        };
        let hash: Hash = Sha256::digest(text).into();
        if !free && !self.trusted.hashes.contains(&hash) {
            return Err(NotPrepared::NotTrusted);
        }
        if id.is_some_and(|id| digest(id) != Some(hash)) {
            return Err(NotPrepared::Mismatch);
        }
        self.prepare_hashed(audience, text, hash).map_err(NotPrepared::Wrong)
    }
}

/// The hash that 64 hexadecimal digits write.
fn digest(text: &str) -> Option<Hash> {
    let mut hash = Hash::default();
    if text.len() != 2 * hash.len() || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    for (byte, place) in hash.iter_mut().zip((0..).step_by(2)) {
        *byte = u8::from_str_radix(&text[place..place + 2], 16).ok()?;
    }
    Some(hash)
}
