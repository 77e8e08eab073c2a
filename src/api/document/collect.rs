//! Collecting fields as the specification does, for an object or for all objects of an interface at once.

use std::collections::HashMap;

use apollo_compiler::{
    ExecutableDocument, Name, Node,
    ast::{Directive, Value},
    executable::{Field, Selection, SelectionSet},
};
use async_graphql::Variables;

use super::{
    literals::{condition, holds},
    schema::{Fit, TypeSystem},
};

/// The fields of one response key, which are one field with the selections of all.
pub(super) struct Group<'a> {
    /// The type that the field belongs to: the parent's, or a narrower one that a fragment names.
    pub ty: &'a Name,
    pub fields: Vec<&'a Node<Field>>,
}

/// What is selected of a type.
pub(super) struct Collected<'a> {
    parent: &'a Name,
    /// By response key and type, in the order of the first of each.
    pub groups: Vec<Group<'a>>,
    places: HashMap<(&'a Name, &'a Name), usize>,
    /// Whether types' names can't tell these groups apart, or a field would run twice. Each object that the
    /// parent can be is then collected for by itself, where neither happens.
    pub tangled: bool,
}

/// What selections are collected from.
pub(super) struct Source<'a> {
    pub types: &'a TypeSystem,
    pub document: &'a ExecutableDocument,
    /// Decide over `@skip` and `@include`.
    pub variables: &'a Variables,
}

impl<'a> Source<'a> {
    /// Collects what these sets select of a type.
    pub fn collect(&self, parent: &'a Name, sets: &[&'a SelectionSet]) -> Collected<'a> {
        let mut collected = Collected { parent, groups: Vec::new(), places: HashMap::new(), tangled: false };
        for set in sets {
            self.fragment(parent, set, &mut collected);
        }
        collected.tangled = collected.tangled || self.is_tangled(&collected);
        collected
    }

    /// Adds the selections of a fragment that stands where objects are of the type `within`.
    fn fragment(&self, within: &'a Name, body: &'a SelectionSet, into: &mut Collected<'a>) {
        match self.types.fit(within, &body.ty) {
            Fit::Always => self.selections(within, body, into),
            Fit::Narrower => self.selections(&body.ty, body, into),
            Fit::Wider if within == into.parent => self.selections(&body.ty, body, into),
            Fit::Wider | Fit::Partly => into.tangled = true,
            Fit::Never => {}
        }
    }

    fn selections(&self, within: &'a Name, set: &'a SelectionSet, into: &mut Collected<'a>) {
        for selection in set.selections.iter().filter(|selection| self.is_included(selection.directives())) {
            match selection {
                Selection::Field(field) => into.add(within, field),
                Selection::InlineFragment(fragment) => self.fragment(within, &fragment.selection_set, into),
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = self.document.fragments.get(&spread.fragment_name) {
                        self.fragment(within, &fragment.selection_set, into);
                    }
                }
            }
        }
    }

    fn is_included(&self, directives: &[Node<Directive>]) -> bool {
        directives.iter().all(|directive| {
            let Some(condition) = condition(directive) else { return true };
            let holds = match &**condition {
                Value::Boolean(holds) => *holds,
                Value::Variable(name) => holds(self.variables, name),
                _ => false,
            };
            holds == (directive.name == "include")
        })
    }

    /// Whether an object of the parent's type would meet a key twice, or finds a field stricter than its
    /// interface has it. A field without arguments, selections and a way to be null may be met twice: it costs
    /// next to nothing, its value is the same, and its one error ends both.
    fn is_tangled(&self, collected: &Collected<'a>) -> bool {
        if self.types.is_object(collected.parent) {
            return false;
        }
        let mut met: HashMap<&Name, Vec<&Group<'_>>> = HashMap::new();
        for group in &collected.groups {
            let Some(field) = group.fields.first() else { continue };
            if self.types.varies(group.ty, &field.name) {
                return true;
            }
            let plain = field.definition.ty.is_non_null()
                && field.arguments.is_empty()
                && field.selection_set.selections.is_empty();
            let earlier = met.entry(field.response_key()).or_default();
            if !plain && earlier.iter().any(|other| self.types.overlap(other.ty, group.ty)) {
                return true;
            }
            earlier.push(group);
        }
        false
    }
}

impl<'a> Collected<'a> {
    fn add(&mut self, ty: &'a Name, field: &'a Node<Field>) {
        let place = *self.places.entry((ty, field.response_key())).or_insert_with(|| {
            self.groups.push(Group { ty, fields: Vec::new() });
            self.groups.len() - 1
        });
        self.groups[place].fields.push(field);
    }
}
