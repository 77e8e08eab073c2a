//! How large a document is with all fragments in place, found without putting them there: each fragment is
//! measured once, so that the time is linear where the size is exponential.

use std::collections::{HashMap, HashSet};

use apollo_compiler::{
    Node,
    ast::{Definition, DirectiveList, Document, Field, OperationType, Selection},
};

use super::limits::{Excess, Limits};

/// The lists through which introspection goes from types to types, and so round in circles.
const LISTS: [&str; 5] = ["types", "fields", "inputFields", "interfaces", "possibleTypes"];

#[derive(Clone, Copy, Default)]
struct Size {
    selections: usize,
    aliases: usize,
    depth: usize,
    /// Where the deepest field is.
    deepest: Option<usize>,
    /// Fields named as [`LISTS`] inside one another.
    lists: usize,
}

struct Sizes<'a> {
    fragments: HashMap<&'a str, &'a [Selection]>,
    /// None while a fragment is being measured. Met again then, it contains itself, which validation refuses.
    known: HashMap<&'a str, Option<Size>>,
    limits: &'a Limits,
    directives: usize,
}

fn offset<T>(node: &Node<T>) -> Option<usize> {
    node.location().map(|span| span.offset())
}

/// Checks the limits on what the document asks for, and counts the selections of all operations.
pub(super) fn measure(document: &Document, limits: &Limits) -> Result<usize, Excess> {
    let mut selections = 0;
    let mut sizes = Sizes { fragments: HashMap::new(), known: HashMap::new(), limits, directives: 0 };
    let fragments = document.definitions.iter().filter_map(Definition::as_fragment_definition);
    for (count, fragment) in fragments.enumerate() {
        Excess::check("fragments", limits.fragments, count + 1, offset(fragment))?;
        sizes.fragments.insert(&fragment.name, &fragment.selection_set);
    }
    for definition in &document.definitions {
        match definition {
            Definition::FragmentDefinition(fragment) => {
                sizes.directives(&fragment.directives)?;
                sizes.spread(&fragment.name)?;
            }
            Definition::OperationDefinition(operation) => {
                sizes.directives(&operation.directives)?;
                for variable in &operation.variables {
                    sizes.directives(&variable.directives)?;
                }
                let size = sizes.of(&operation.selection_set)?;
                let place = offset(operation);
                Excess::check("fields inside one another", limits.depth, size.depth, size.deepest)?;
                selections = size.selections.saturating_add(selections);
                Excess::check("selections", limits.selections, selections, place)?;
                Excess::check("aliases", limits.aliases, size.aliases, place)?;
                let (what, most) = match operation.operation_type {
                    OperationType::Mutation => ("mutations", limits.mutations),
                    OperationType::Query | OperationType::Subscription => ("root fields", limits.root_fields),
                };
                let mut keys = HashSet::new();
                sizes.keys(&operation.selection_set, &mut keys, &mut HashSet::new());
                Excess::check(what, most, keys.len(), place)?;
            }
            _ => {}
        }
    }
    Ok(selections)
}

impl<'a> Sizes<'a> {
    fn of(&mut self, selections: &'a [Selection]) -> Result<Size, Excess> {
        let mut all = Size::default();
        for selection in selections {
            let size = match selection {
                Selection::Field(field) => {
                    self.directives(&field.directives)?;
                    let mut size = self.of(&field.selection_set)?;
                    size.depth += 1;
                    size.deepest = size.deepest.or(offset(field));
                    size.aliases = size.aliases.saturating_add(usize::from(field.alias.is_some()));
                    match &*field.name {
                        "__schema" | "__type" => self.introspection(size.lists, field)?,
                        name => size.lists += usize::from(LISTS.contains(&name)),
                    }
                    size
                }
                Selection::InlineFragment(fragment) => {
                    self.directives(&fragment.directives)?;
                    self.of(&fragment.selection_set)?
                }
                Selection::FragmentSpread(spread) => {
                    self.directives(&spread.directives)?;
                    self.spread(&spread.fragment_name)?
                }
            };
            all.selections = all.selections.saturating_add(size.selections).saturating_add(1);
            all.aliases = all.aliases.saturating_add(size.aliases);
            all.lists = all.lists.max(size.lists);
            if size.depth > all.depth {
                (all.depth, all.deepest) = (size.depth, size.deepest);
            }
        }
        Ok(all)
    }

    fn spread(&mut self, name: &'a str) -> Result<Size, Excess> {
        if let Some(known) = self.known.get(name) {
            return Ok(known.unwrap_or_default());
        }
        let Some(selections) = self.fragments.get(name).copied() else { return Ok(Size::default()) };
        self.known.insert(name, None);
        let size = self.of(selections)?;
        self.known.insert(name, Some(size));
        Ok(size)
    }

    fn introspection(&self, lists: usize, field: &Node<Field>) -> Result<(), Excess> {
        Excess::check(
            "introspection lists inside one another",
            self.limits.introspection,
            lists,
            offset(field),
        )
    }

    fn directives(&mut self, list: &DirectiveList) -> Result<(), Excess> {
        let here = self.limits.directives_per_field;
        Excess::check("directives in one place", here, list.len(), list.0.get(here).and_then(offset))?;
        self.directives += list.len();
        Excess::check("directives", self.limits.directives, self.directives, list.0.last().and_then(offset))
    }

    /// The response keys of these selections. Each fragment is looked at once.
    fn keys(&self, selections: &'a [Selection], keys: &mut HashSet<&'a str>, seen: &mut HashSet<&'a str>) {
        for selection in selections {
            match selection {
                Selection::Field(field) => {
                    keys.insert(field.response_name());
                }
                Selection::InlineFragment(fragment) => self.keys(&fragment.selection_set, keys, seen),
                Selection::FragmentSpread(spread) => {
                    if let Some(body) = self.fragments.get(&*spread.fragment_name)
                        && seen.insert(&spread.fragment_name)
                    {
                        self.keys(body, keys, seen);
                    }
                }
            }
        }
    }
}
