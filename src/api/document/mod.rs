//! Documents made ready for the executor, which no request reaches otherwise. A text is scanned for what would
//! hurt a parser, parsed once, measured, validated against the schema and then converted into what the executor
//! does right: it runs equal fields twice, lets a failing nullable field take its parent along, shortens error
//! paths in lists, takes a variable that was not sent for null, and needs exponential time for nested fragments.

mod collect;
mod convert;
mod input;
mod limits;
mod lines;
mod literals;
mod prepared;
mod refusal;
mod scan;
mod schema;
mod size;
mod variables;

use std::sync::Arc;

use async_graphql::ServerError;
use quick_cache::{Weighter, sync::Cache};
use sha2::{Digest as _, Sha256};

pub use limits::Limits;
pub use prepared::{OperationKind, Prepared};
pub(super) use schema::printed;

use limits::Excess;
use schema::{ReadScalar, TypeSystem};

/// How many documents are kept at most.
const ENTRIES: u64 = 4_096;

/// How many bytes they may take.
const BYTES: u64 = 64 << 20;

type Hash = [u8; 32];

/// The documents of one schema. Those seen before cost neither parsing nor validation.
pub struct Documents {
    types: Arc<TypeSystem>,
    limits: Limits,
    known: Cache<Hash, Arc<Prepared>, Weight>,
}

#[derive(Clone)]
struct Weight;

impl Weighter<Hash, Arc<Prepared>> for Weight {
    fn weight(&self, _: &Hash, prepared: &Arc<Prepared>) -> u64 {
        prepared.bytes().max(BYTES / ENTRIES)
    }
}

impl Documents {
    /// Documents for the schema that the executor prints. `read_scalar` reads a text as the scalar of a name.
    #[must_use]
    pub fn new(sdl: &str, limits: Limits, read_scalar: ReadScalar) -> Self {
        let known = Cache::with_weighter(usize::try_from(ENTRIES).unwrap_or(usize::MAX), BYTES, Weight);
        Self { types: Arc::new(TypeSystem::new(sdl, read_scalar)), limits, known }
    }

    /// Parses and checks a text, or finds it among those known.
    ///
    /// # Errors
    /// What is wrong with it: at most twenty errors.
    pub fn prepare(&self, text: &str) -> Result<Arc<Prepared>, Vec<ServerError>> {
        Excess::check("bytes", self.limits.query_bytes, text.len(), None)
            .map_err(|excess| refusal::excess(&excess, None))?;
        let hash = Sha256::digest(text).into();
        if let Some(known) = self.known.get(&hash) {
            return Ok(known);
        }
        let prepared = Arc::new(Prepared::new(text, &self.limits, &self.types)?);
        self.known.insert(hash, Arc::clone(&prepared));
        Ok(prepared)
    }
}
