//! What stands in for the own PostgreSQL where there is no Unix.

use std::{convert::Infallible, path::Path};

use super::{Durability, LocalError};

/// A PostgreSQL of the program's own, which this platform never has.
pub struct LocalPostgres(Infallible);

impl LocalPostgres {
    /// Says that there is none.
    ///
    /// # Errors
    /// Always [`LocalError::UnsupportedPlatform`].
    pub fn start(_home: &Path, _durability: Durability) -> Result<Self, LocalError> {
        Err(LocalError::UnsupportedPlatform)
    }

    /// Where a database of the server is.
    #[must_use]
    pub fn url(&self, _database: &str) -> String {
        match self.0 {}
    }

    /// The major version.
    #[must_use]
    pub fn version(&self) -> u32 {
        match self.0 {}
    }

    /// Stops it.
    pub fn stop(self) {
        match self.0 {}
    }
}
