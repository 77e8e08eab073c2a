//! The literals and variables of a document, where validation leaves something open: the texts of our scalars,
//! `@oneOf`, doubled fields of input objects, variables inside of lists and objects, and defaults that are null.

use std::collections::HashSet;

use apollo_compiler::{
    ExecutableDocument, Name, Node,
    ast::{Argument, Directive, InputValueDefinition, Value},
    executable::{Operation, Selection, SelectionSet},
};
use async_graphql::Variables;
use async_graphql_value::ConstValue;

use super::{
    input::{At, Check, Input, Kind, Mistake},
    schema::TypeSystem,
};

impl Input for Node<Value> {
    const JSON: bool = false;

    fn kind(&self) -> Kind<'_, Self> {
        match &**self {
            Value::Null => Kind::Null,
            Value::Boolean(_) => Kind::Boolean,
            Value::Int(number) => Kind::Int(number.as_str().parse().ok()),
            Value::Float(_) => Kind::Float,
            Value::String(text) => Kind::Text(text),
            Value::Enum(name) => Kind::Enum(name),
            Value::Variable(name) => Kind::Variable(name),
            Value::List(items) => Kind::List(items),
            Value::Object(fields) => {
                Kind::Object(fields.iter().map(|(name, value)| (&**name, value)).collect())
            }
        }
    }

    fn offset(&self) -> Option<usize> {
        self.location().map(|span| span.offset())
    }
}

/// How an operation uses its variables, so far as its execution depends on it.
#[derive(Default)]
pub(super) struct Usage {
    /// The variables that decide which selections there are.
    pub conditions: Vec<Name>,
    /// The variables that, when not sent, leave an argument to its default.
    pub optional: Vec<Name>,
    /// Nullable variables that must not be null all the same.
    pub never_null: Vec<Name>,
}

impl Usage {
    /// Whether every request selects the same.
    pub fn is_fixed(&self) -> bool {
        self.conditions.is_empty() && self.optional.is_empty()
    }

    /// What the variables of a request decide: two requests that agree in this select the same.
    pub fn decisions(&self, variables: &Variables) -> Vec<bool> {
        let conditions = self.conditions.iter().map(|name| holds(variables, name));
        let optional = self.optional.iter().map(|name| variables.get(name.as_str()));
        let given = optional.flat_map(|value| [value.is_some(), value == Some(&ConstValue::Null)]);
        conditions.chain(given).collect()
    }
}

/// Whether a variable is true.
pub(super) fn holds(variables: &Variables, name: &Name) -> bool {
    variables.get(name.as_str()) == Some(&ConstValue::Boolean(true))
}

/// Checks an operation with all that it uses.
pub(super) fn check<'a>(
    types: &'a TypeSystem,
    document: &'a ExecutableDocument,
    operation: &'a Operation,
) -> Result<Usage, Vec<Mistake>> {
    let mut walk = Walk {
        check: Check::new(types, &operation.variables),
        document,
        seen: HashSet::new(),
        usage: Usage::default(),
    };
    for variable in &operation.variables {
        if let Some(default) = &variable.default_value {
            walk.check.value(&variable.ty, false, default, &At::Variable(&variable.name));
        }
    }
    walk.directives(&operation.directives);
    walk.selections(&operation.selection_set);
    if !walk.check.mistakes.is_empty() {
        return Err(walk.check.mistakes);
    }
    walk.usage.never_null.extend(walk.check.never_null.into_iter().cloned());
    Ok(walk.usage)
}

struct Walk<'a> {
    check: Check<'a>,
    document: &'a ExecutableDocument,
    seen: HashSet<&'a Name>,
    usage: Usage,
}

impl<'a> Walk<'a> {
    fn selections(&mut self, set: &'a SelectionSet) {
        for selection in &set.selections {
            self.directives(selection.directives());
            match selection {
                Selection::Field(field) => {
                    self.arguments(&field.arguments, |name| field.definition.argument_by_name(name));
                    self.selections(&field.selection_set);
                }
                Selection::InlineFragment(fragment) => self.selections(&fragment.selection_set),
                Selection::FragmentSpread(spread) => {
                    if let Some(fragment) = self.document.fragments.get(&spread.fragment_name)
                        && self.seen.insert(&fragment.name)
                    {
                        self.selections(&fragment.selection_set);
                    }
                }
            }
        }
    }

    fn directives(&mut self, directives: &'a [Node<Directive>]) {
        for directive in directives {
            if let Some(definition) = self.check.types.schema.directive_definitions.get(&directive.name) {
                self.arguments(&directive.arguments, |name| definition.argument_by_name(name));
            }
            if let Some(condition) = condition(directive)
                && let Value::Variable(name) = &**condition
            {
                add(&mut self.usage.conditions, name);
            }
        }
    }

    fn arguments<'d>(
        &mut self,
        arguments: &[Node<Argument>],
        definition: impl Fn(&str) -> Option<&'d Node<InputValueDefinition>>,
    ) {
        for argument in arguments {
            let Some(definition) = definition(&argument.name) else { continue };
            let default = definition.default_value.is_some();
            self.check.value(&definition.ty, default, &argument.value, &At::Argument(&argument.name));
            if let Value::Variable(name) = &*argument.value
                && default
            {
                add(&mut self.usage.optional, name);
            }
        }
    }
}

/// What decides over a selection, if the directive is `@skip` or `@include`.
pub(super) fn condition(directive: &Directive) -> Option<&Node<Value>> {
    if matches!(directive.name.as_str(), "skip" | "include") {
        directive.specified_argument_by_name("if")
    } else {
        None
    }
}

fn add(names: &mut Vec<Name>, name: &Name) {
    if !names.contains(name) {
        names.push(name.clone());
    }
}
