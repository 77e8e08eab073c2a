//! An operation as the executor runs it: fragments in place, each response key once, and every field marked
//! that can fail. The executor alone would run a field once for each time that it is written.

use apollo_compiler::{
    Name, Node,
    ast::{self, FieldDefinition},
    executable::{Operation, SelectionSet},
};
use async_graphql::{
    Name as OutName, Pos, Positioned,
    parser::types::{
        BaseType, Directive, Field, InlineFragment, OperationDefinition, OperationType, Selection,
        SelectionSet as OutSet, Type, TypeCondition, VariableDefinition,
    },
};
use async_graphql_value::{ConstValue, Number, Value};

use super::{
    collect::{Group, Source},
    limits::Excess,
    lines::Lines,
};
use crate::graphql::catch::Catch;

/// Converts one operation for one request.
pub(super) struct Converter<'a> {
    pub source: Source<'a>,
    pub lines: &'a Lines,
    /// How many fields may be written. Where an interface's objects select differently, each has its own, and no
    /// other limit bounds that.
    pub most: usize,
    /// How many have been.
    pub written: &'a mut usize,
}

type Converted<T> = Result<T, Excess>;

impl<'a> Converter<'a> {
    pub fn operation(&mut self, operation: &'a Node<Operation>) -> Converted<OperationDefinition> {
        let position = self.position(operation);
        let set = &operation.selection_set;
        Ok(OperationDefinition {
            ty: kind(operation),
            variable_definitions: operation
                .variables
                .iter()
                .map(|variable| self.variable(variable))
                .collect(),
            directives: Vec::new(),
            selection_set: Positioned::new(self.selections(&set.ty, &[set], false)?, position),
        })
    }

    fn position<T: ?Sized>(&self, node: &Node<T>) -> Pos {
        node.location().map_or_else(Pos::default, |span| self.lines.position(span.offset()))
    }

    /// Without the default, which has been applied by then.
    fn variable(&self, variable: &Node<ast::VariableDefinition>) -> Positioned<VariableDefinition> {
        let position = self.position(variable);
        let definition = VariableDefinition {
            name: Positioned::new(OutName::new(&variable.name), position),
            var_type: Positioned::new(type_of(&variable.ty), position),
            directives: Vec::new(),
            default_value: None,
        };
        Positioned::new(definition, position)
    }

    /// All that these sets select of a type, with a mark on every field that can fail if `every` says so.
    fn selections(&mut self, parent: &'a Name, sets: &[&'a SelectionSet], every: bool) -> Converted<OutSet> {
        let collected = self.source.collect(parent, sets);
        let mut items: Vec<Positioned<Selection>> = Vec::with_capacity(collected.groups.len());
        if collected.tangled {
            let types = self.source.types;
            for object in types.objects(parent) {
                let set = self.selections(object, sets, every)?;
                if !set.items.is_empty() {
                    items.push(narrowed(object, set.items));
                }
            }
            return Ok(OutSet { items });
        }
        for group in &collected.groups {
            let field = self.field(group, every)?;
            if group.ty == parent {
                items.push(field);
                continue;
            }
            match items.last_mut() {
                Some(Positioned { node: Selection::InlineFragment(last), .. })
                    if is_on(&last.node, group.ty) =>
                {
                    last.node.selection_set.node.items.push(field);
                }
                _ => items.push(narrowed(group.ty, vec![field])),
            }
        }
        Ok(OutSet { items })
    }

    fn field(&mut self, group: &Group<'a>, every: bool) -> Converted<Positioned<Selection>> {
        let first = group.fields[0];
        *self.written += 1;
        let place = first.location().map(|span| span.offset());
        Excess::check("selections", self.most, *self.written, place)?;
        let position = self.position(first);
        let types = self.source.types;
        let definition = types.field(group.ty, &first.name).unwrap_or(&first.definition);
        let sets: Vec<_> = group.fields.iter().map(|field| &field.selection_set).collect();
        let every_below = self.swallows(&definition.ty);
        let is_leaf = first.selection_set.selections.is_empty();
        let selected = if is_leaf {
            OutSet::default()
        } else {
            self.selections(definition.ty.inner_named_type(), &sets, every_below)?
        };
        let plain = is_leaf && first.arguments.is_empty() && !every;
        let field = Field {
            alias: first.alias.as_ref().map(|alias| Positioned::new(OutName::new(alias), position)),
            name: Positioned::new(OutName::new(&first.name), position),
            arguments: self.arguments(group.ty, definition, &first.arguments),
            directives: mark(group.ty, definition, plain)
                .map(|mark| directive(mark, position))
                .into_iter()
                .collect(),
            selection_set: Positioned::new(selected, position),
        };
        Ok(Positioned::new(Selection::Field(Positioned::new(field, position)), position))
    }

    /// Whether the executor takes an error from below before the field's own mark sees it, and not with its path:
    /// where null may stand in a list's place, or in that of an interface's object.
    fn swallows(&self, ty: &ast::Type) -> bool {
        matches!(ty, ast::Type::List(_))
            || has_nullable(ty) && !self.source.types.is_object(ty.inner_named_type())
    }

    /// Without those that have a default and whose variable was not sent: the executor would take them for null.
    /// Its introspection, where null is allowed, takes none at all.
    fn arguments(
        &self,
        parent: &Name,
        definition: &FieldDefinition,
        arguments: &[Node<ast::Argument>],
    ) -> Vec<(Positioned<OutName>, Positioned<Value>)> {
        let has_default = |argument: &ast::Argument| {
            definition.argument_by_name(&argument.name).is_some_and(|it| it.default_value.is_some())
        };
        let null = !parent.starts_with("__");
        let sent = |argument: &&Node<ast::Argument>| match &*argument.value {
            ast::Value::Variable(name) if has_default(argument) => self
                .source
                .variables
                .get(name.as_str())
                .is_some_and(|value| null || *value != ConstValue::Null),
            ast::Value::Null => null,
            _ => true,
        };
        let converted = |argument: &Node<ast::Argument>| {
            let position = self.position(&argument.value);
            let name = Positioned::new(OutName::new(&argument.name), position);
            (name, Positioned::new(value(&argument.value), position))
        };
        arguments.iter().filter(sent).map(converted).collect()
    }
}

fn has_nullable(ty: &ast::Type) -> bool {
    !ty.is_non_null() || ty.is_list() && has_nullable(ty.item_type())
}

/// What the operation does.
pub(super) fn kind(operation: &Operation) -> OperationType {
    match operation.operation_type {
        ast::OperationType::Query => OperationType::Query,
        ast::OperationType::Mutation => OperationType::Mutation,
        ast::OperationType::Subscription => OperationType::Subscription,
    }
}

/// How to catch the errors of a field. Introspection has none, and what can't fail is not worth the time.
fn mark(parent: &Name, definition: &FieldDefinition, plain: bool) -> Option<Catch> {
    if parent.starts_with("__") || definition.name.starts_with("__") {
        None
    } else if !definition.ty.is_non_null() {
        Some(Catch::Null)
    } else {
        (!plain).then_some(Catch::Pass)
    }
}

fn directive(mark: Catch, position: Pos) -> Positioned<Directive> {
    let name = Positioned::new(OutName::new(mark.directive()), position);
    Positioned::new(Directive { name, arguments: Vec::new() }, position)
}

fn narrowed(ty: &Name, items: Vec<Positioned<Selection>>) -> Positioned<Selection> {
    let position = Pos::default();
    let on = Positioned::new(OutName::new(ty), position);
    let fragment = InlineFragment {
        type_condition: Some(Positioned::new(TypeCondition { on }, position)),
        directives: Vec::new(),
        selection_set: Positioned::new(OutSet { items }, position),
    };
    Positioned::new(Selection::InlineFragment(Positioned::new(fragment, position)), position)
}

fn is_on(fragment: &InlineFragment, ty: &Name) -> bool {
    fragment.type_condition.as_ref().is_some_and(|condition| condition.node.on.node.as_str() == ty.as_str())
}

fn type_of(ty: &ast::Type) -> Type {
    let base = match ty {
        ast::Type::Named(name) | ast::Type::NonNullNamed(name) => BaseType::Named(OutName::new(name)),
        ast::Type::List(inner) | ast::Type::NonNullList(inner) => BaseType::List(Box::new(type_of(inner))),
    };
    Type { base, nullable: !ty.is_non_null() }
}

fn value(literal: &ast::Value) -> Value {
    match literal {
        ast::Value::Null => Value::Null,
        ast::Value::Boolean(value) => Value::Boolean(*value),
        ast::Value::String(text) => Value::String(text.clone()),
        ast::Value::Enum(name) => Value::Enum(OutName::new(name)),
        ast::Value::Variable(name) => Value::Variable(OutName::new(name)),
        // Only an ID takes a number of more than 64 bits.
        ast::Value::Int(number) => number.as_str().parse::<i64>().map_or_else(
            |_| Value::String(number.as_str().to_owned()),
            |number| Value::Number(number.into()),
        ),
        ast::Value::Float(number) => {
            number.as_str().parse().ok().and_then(Number::from_f64).map_or(Value::Null, Value::Number)
        }
        ast::Value::List(items) => Value::List(items.iter().map(|item| value(item)).collect()),
        ast::Value::Object(fields) => {
            Value::Object(fields.iter().map(|(name, field)| (OutName::new(name), value(field))).collect())
        }
    }
}

/// A literal without variables, for the executor.
pub(super) fn constant(literal: &ast::Value) -> ConstValue {
    value(literal).into_const().unwrap_or_default()
}
