//! Documents made ready for the executor, which no request reaches otherwise. A text is scanned for what would
//! hurt a parser, parsed once, measured, validated against the schema and then converted into what the executor
//! does right: it runs equal fields twice, lets a failing nullable field take its parent along, shortens error
//! paths in lists, takes a variable that was not sent for null, and needs exponential time for nested fragments.

mod collect;
mod convert;
mod cost;
mod input;
mod known;
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

pub use cost::{Answer, Cost};
pub use known::{BadDocument, Manifest, NotPrepared, Sought};
pub use limits::Limits;
pub use prepared::{OperationKind, Prepared, Runnable};
pub(super) use schema::{WHAT_IS_TOLD, printed, told};

use crate::kernel::Caller;
use known::Trusted;
use limits::Excess;
use schema::{ReadScalar, TypeSystem};

/// How many documents are kept at most.
const ENTRIES: u64 = 4_096;

/// How many bytes they may take.
const BYTES: u64 = 64 << 20;

type Hash = [u8; 32];

/// For whom a schema is made. What the others may not know of does not exist for them: a document that names it is
/// not valid.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Audience {
    /// Visitors, and everyone who is not staff.
    Public,
    /// Managers and admins.
    Staff,
}

impl Audience {
    /// To whom this one belongs.
    #[must_use]
    pub fn of(caller: Option<&Caller>) -> Self {
        if caller.is_some_and(Caller::is_staff) { Self::Staff } else { Self::Public }
    }
}

/// The documents of the store. Those seen before cost neither parsing nor validation.
pub struct Documents {
    public: Arc<TypeSystem>,
    staff: Arc<TypeSystem>,
    limits: Limits,
    trusted: Trusted,
    known: Cache<(Audience, Hash), Arc<Prepared>, Weight>,
}

#[derive(Clone)]
struct Weight;

impl Weighter<(Audience, Hash), Arc<Prepared>> for Weight {
    fn weight(&self, _: &(Audience, Hash), prepared: &Arc<Prepared>) -> u64 {
        prepared.bytes().max(BYTES / ENTRIES)
    }
}

impl Documents {
    /// Documents for the schema that the executor prints, and for the part of it that everyone knows. `read_scalar`
    /// reads a text as the scalar of a name.
    #[must_use]
    pub fn new(staff: &str, public: &str, limits: Limits, read_scalar: ReadScalar) -> Self {
        let known = Cache::with_weighter(usize::try_from(ENTRIES).unwrap_or(usize::MAX), BYTES, Weight);
        let [staff, public] = [staff, public].map(|sdl| Arc::new(TypeSystem::new(sdl, read_scalar)));
        Self { public, staff, limits, trusted: Trusted::default(), known }
    }

    /// The same with documents that are trusted; `alone` means that no others are run.
    ///
    /// # Errors
    /// [`BadDocument`] for one that is not valid.
    pub fn trusting(mut self, manifest: Manifest, alone: bool) -> Result<Self, BadDocument> {
        self.trusted = Trusted::new(manifest, alone);
        self.check_trusted()?;
        Ok(self)
    }

    /// Parses and checks a text of someone, or finds it among those known.
    ///
    /// # Errors
    /// What is wrong with it: at most twenty errors.
    pub fn prepare(&self, audience: Audience, text: &str) -> Result<Arc<Prepared>, Vec<ServerError>> {
        self.prepare_hashed(audience, text, Sha256::digest(text).into())
    }

    /// The same for a text whose hash is known.
    fn prepare_hashed(
        &self,
        audience: Audience,
        text: &str,
        hash: Hash,
    ) -> Result<Arc<Prepared>, Vec<ServerError>> {
        Excess::check("bytes", self.limits.query_bytes, text.len(), None)
            .map_err(|excess| refusal::excess(&excess, None))?;
        let key = (audience, hash);
        if let Some(known) = self.known.get(&key) {
            return Ok(known);
        }
        let types = match audience {
            Audience::Public => &self.public,
            Audience::Staff => &self.staff,
        };
        let prepared = Arc::new(Prepared::new(text, &self.limits, types)?);
        self.known.insert(key, Arc::clone(&prepared));
        Ok(prepared)
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::types::{Selection, SelectionSet};

    use super::*;

    const SDL: &str = "type Query { thing: Thing a(n: Int! = 1): A list: [A!] } \
        interface Thing { id: ID! peer: Thing! } interface Other { id: ID! } \
        type A implements Thing & Other { id: ID! peer: Thing! a: Int! } \
        type B implements Thing { id: ID! peer: Thing! }";

    fn written(set: &SelectionSet) -> String {
        let item = |selection: &Selection| match selection {
            Selection::Field(field) => {
                let (field, below) = (&field.node, written(&field.node.selection_set.node));
                let marks = field.directives.iter().map(|mark| mark.node.name.node.to_string());
                let arguments =
                    field.arguments.iter().map(|(name, value)| format!("({}: {})", name.node, value.node));
                let name = field.response_key().node.to_string();
                name + &arguments.collect::<String>() + &marks.collect::<String>() + &below
            }
            Selection::InlineFragment(fragment) => {
                let on = fragment.node.type_condition.as_ref().expect("all have one");
                format!("..{}{}", on.node.on.node, written(&fragment.node.selection_set.node))
            }
            Selection::FragmentSpread(_) => unreachable!("none are left"),
        };
        let items: Vec<_> = set.items.iter().map(|selection| item(&selection.node)).collect();
        if items.is_empty() { String::new() } else { format!("{{{}}}", items.join(" ")) }
    }

    fn converted(text: &str, variables: &str) -> String {
        let documents = Documents::new(SDL, SDL, Limits::default(), |_, _| Ok(()));
        let prepared = documents.prepare(Audience::Public, text).expect("it is valid");
        let variables = serde_json::from_str(variables).expect("it is JSON");
        let runnable = prepared.runnable(None, variables).expect("the variables are valid");
        written(&runnable.definition.selection_set.node)
    }

    #[test]
    fn writes_each_field_once_and_marks_what_can_fail() {
        for (text, variables, form) in [
            (
                "{ a { id } ...F } fragment F on Query { a { a } a { id } __typename }",
                "{}",
                "{a_null{id a} __typename}",
            ),
            ("query($x: Boolean!) { a { id } a @skip(if: $x) { a } }", r#"{"x": false}"#, "{a_null{id a}}"),
            (
                "query($x: Boolean!) { a { id } ... @include(if: $x) { a { a } } }",
                r#"{"x": false}"#,
                "{a_null{id}}",
            ),
            ("query($n: Int) { a(n: $n) { id } }", "{}", "{a_null{id}}"),
            ("query($n: Int) { a(n: $n) { id } }", r#"{"n": 2}"#, "{a(n: $n)_null{id}}"),
            ("{ list { id } }", "{}", "{list_null{id_pass}}"),
            ("{ thing { ... on A { a id } id } }", "{}", "{thing_null{..A{a_pass id_pass} id_pass}}"),
            (
                "{ thing { peer { id } ... on Other { ... on Thing { peer { ... on A { a } } } } } }",
                "{}",
                "{thing_null{..A{peer_pass{id ..A{a}}} ..B{peer_pass{id}}}}",
            ),
            ("{ __schema { description types { name } } }", "{}", "{__schema{description types{name}}}"),
        ] {
            assert_eq!(converted(text, variables), form, "{text} {variables}");
        }
    }
}
