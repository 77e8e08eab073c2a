//! The manifests of trusted documents.

use std::{fs, path::PathBuf};

use super::AppError;
use crate::api::Manifest;

/// Reads all manifests as one.
pub fn read(files: &[PathBuf]) -> Result<Manifest, AppError> {
    let mut all = Manifest::new();
    for file in files {
        let wrong = |what: String| AppError::Setting(format!("the manifest {}: {what}", file.display()));
        let text = fs::read_to_string(file).map_err(|error| wrong(format!("can't be read: {error}")))?;
        let manifest: Manifest = serde_json::from_str(&text)
            .map_err(|error| wrong(format!("is not a JSON object of documents by their ids: {error}")))?;
        for (id, document) in manifest {
            if all.get(&id).is_some_and(|other| *other != document) {
                return Err(wrong(format!("has another document with the id {id}")));
            }
            all.insert(id, document);
        }
    }
    Ok(all)
}
