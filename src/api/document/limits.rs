//! How much a document may ask for.

/// What a document may be at most. Fragments count where they are used, as often as they are used.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes of text.
    pub query_bytes: usize,
    /// Tokens of the text.
    pub tokens: usize,
    /// Brackets of any kind inside one another.
    pub nesting: usize,
    /// Fields inside one another. The standard introspection query has 15.
    pub depth: usize,
    /// Lists of introspection inside one another, each of which multiplies the answer by the schema's size. The
    /// standard query has 2, the fields of the types.
    pub introspection: usize,
    /// Fields of an operation that have an alias.
    pub aliases: usize,
    /// Response keys at the root of a query or subscription.
    pub root_fields: usize,
    /// Response keys at the root of a mutation.
    pub mutations: usize,
    /// Directives of one selection.
    pub directives_per_field: usize,
    /// Directives of the document.
    pub directives: usize,
    /// Named fragments of the document.
    pub fragments: usize,
    /// Fields and fragments of the document.
    pub selections: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            query_bytes: 12 * 1024,
            tokens: 1_000,
            nesting: 40,
            depth: 16,
            introspection: 2,
            aliases: 15,
            root_fields: 10,
            mutations: 5,
            directives_per_field: 3,
            directives: 20,
            fragments: 30,
            selections: 2_000,
        }
    }
}

/// A limit that a document goes beyond.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("The document is too complex: {found} {what}, at most {most} are allowed.")]
pub(super) struct Excess {
    /// The limit, as the sentence says it.
    pub what: &'static str,
    /// Its value.
    pub most: usize,
    /// What the document has.
    pub found: usize,
    /// Where in the text it goes beyond.
    pub offset: Option<usize>,
}

impl Excess {
    /// Refuses where more was found than may be.
    pub fn check(what: &'static str, most: usize, found: usize, offset: Option<usize>) -> Result<(), Self> {
        if found > most { Err(Self { what, most, found, offset }) } else { Ok(()) }
    }
}
