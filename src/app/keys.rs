//! The secret that signs access tokens.

use std::{
    fs::OpenOptions,
    io::{ErrorKind, Read as _, Write as _},
    path::Path,
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use super::AppError;
use crate::config::Settings;

const FILE: &str = "signing-key";
/// As many characters as the digest of HS256 has bytes (RFC 7518, section 3.2).
const LENGTH: usize = 32;

/// The keys of the settings, or the one in the data folder, which is made when it is first needed. No secret
/// is ever a default.
pub fn signing_keys(settings: &Settings) -> Result<Vec<String>, AppError> {
    let keys: Vec<String> =
        settings.signing_key.iter().map(|key| key.trim().to_owned()).filter(|key| !key.is_empty()).collect();
    if keys.iter().any(|key| key.len() < LENGTH) {
        return Err(AppError::Setting(format!("SOUK_SIGNING_KEY: a key has at least {LENGTH} characters")));
    }
    if !keys.is_empty() {
        return Ok(keys);
    }
    if settings.database_url.is_some() {
        return Err(AppError::Setting(
            "SOUK_SIGNING_KEY is not set: with DATABASE_URL the access tokens need a secret of at least 32 \
             characters, for example from `openssl rand -base64 32`"
                .into(),
        ));
    }
    let path = settings.data_dir.join(FILE);
    own_key(&path).map(|key| vec![key]).map_err(|error| {
        AppError::Setting(format!("can't keep a signing key in {}: {error}", path.display()))
    })
}

fn own_key(path: &Path) -> std::io::Result<String> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    match options.open(path) {
        Ok(mut file) => {
            let mut secret = [0; LENGTH];
            getrandom::fill(&mut secret).map_err(std::io::Error::other)?;
            let key = URL_SAFE_NO_PAD.encode(secret);
            file.write_all(key.as_bytes())?;
            file.sync_all()?;
            Ok(key)
        }
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            let mut key = String::new();
            std::fs::File::open(path)?.read_to_string(&mut key)?;
            if key.trim().len() < LENGTH {
                Err(std::io::Error::other("the file is damaged"))
            } else {
                Ok(key.trim().to_owned())
            }
        }
        Err(error) => Err(error),
    }
}
