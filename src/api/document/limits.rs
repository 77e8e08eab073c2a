//! How much a document may ask for.

use clap::Args;

/// What a document may be at most. Fragments count where they are used, as often as they are used.
#[derive(Args, Clone, Copy, Debug)]
pub struct Limits {
    /// Bytes in a GraphQL document.
    #[arg(long = "query-limit", env = "SOUK_QUERY_LIMIT", default_value_t = Self::DEFAULT.query_bytes, global = true, value_name = "BYTES")]
    pub query_bytes: usize,
    /// Tokens in a document.
    #[arg(long = "token-limit", env = "SOUK_TOKEN_LIMIT", default_value_t = Self::DEFAULT.tokens, global = true, value_name = "N")]
    pub tokens: usize,
    /// Brackets of any kind inside one another.
    #[arg(long = "nesting-limit", env = "SOUK_NESTING_LIMIT", default_value_t = Self::DEFAULT.nesting, global = true, value_name = "N")]
    pub nesting: usize,
    /// Levels of nested fields in a document, fragments expanded. The standard introspection query has 15.
    #[arg(long = "depth-limit", env = "SOUK_DEPTH_LIMIT", default_value_t = Self::DEFAULT.depth, global = true, value_name = "N")]
    pub depth: usize,
    /// Lists of an introspection inside one another; the standard query has 2. Each multiplies its answer by the
    /// schema's size.
    #[arg(long = "introspection-limit", env = "SOUK_INTROSPECTION_LIMIT", default_value_t = Self::DEFAULT.introspection, global = true, value_name = "N")]
    pub introspection: usize,
    /// Fields of an operation that have an alias, fragments expanded.
    #[arg(long = "alias-limit", env = "SOUK_ALIAS_LIMIT", default_value_t = Self::DEFAULT.aliases, global = true, value_name = "N")]
    pub aliases: usize,
    /// Fields at the root of a query or subscription.
    #[arg(long = "root-field-limit", env = "SOUK_ROOT_FIELD_LIMIT", default_value_t = Self::DEFAULT.root_fields, global = true, value_name = "N")]
    pub root_fields: usize,
    /// Fields at the root of a mutation.
    #[arg(long = "mutation-limit", env = "SOUK_MUTATION_LIMIT", default_value_t = Self::DEFAULT.mutations, global = true, value_name = "N")]
    pub mutations: usize,
    /// Directives in one place.
    #[arg(long = "field-directive-limit", env = "SOUK_FIELD_DIRECTIVE_LIMIT", default_value_t = Self::DEFAULT.directives_per_field, global = true, value_name = "N")]
    pub directives_per_field: usize,
    /// Directives in a document.
    #[arg(long = "directive-limit", env = "SOUK_DIRECTIVE_LIMIT", default_value_t = Self::DEFAULT.directives, global = true, value_name = "N")]
    pub directives: usize,
    /// Named fragments in a document.
    #[arg(long = "fragment-limit", env = "SOUK_FRAGMENT_LIMIT", default_value_t = Self::DEFAULT.fragments, global = true, value_name = "N")]
    pub fragments: usize,
    /// Fields and fragments in a document, fragments expanded.
    #[arg(long = "selection-limit", env = "SOUK_SELECTION_LIMIT", default_value_t = Self::DEFAULT.selections, global = true, value_name = "N")]
    pub selections: usize,
    /// Points that a request may cost at worst; see `@cost` in the schema.
    #[arg(long = "cost-limit", env = "SOUK_COST_LIMIT", default_value_t = Self::DEFAULT.cost, global = true, value_name = "N")]
    pub cost: usize,
}

impl Limits {
    const DEFAULT: Self = Self {
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
        cost: 1_000,
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
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
