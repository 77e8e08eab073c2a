//! What an input value must be. Literals of documents and variables of requests are judged by the same rules.

use std::fmt;

use apollo_compiler::{
    Name, Node,
    ast::{Type, VariableDefinition},
    schema::{ExtendedType, InputObjectType},
};

use super::{refusal::MOST, schema::TypeSystem};

/// A value by its kind.
pub(super) enum Kind<'a, V> {
    Null,
    Boolean,
    /// A whole number, where it has 64 bits at most.
    Int(Option<i64>),
    Float,
    Text(&'a str),
    /// The name of an enum value. In JSON, any text is one.
    Enum(&'a str),
    Variable(&'a Name),
    List(&'a [V]),
    Object(Vec<(&'a str, &'a V)>),
}

/// A literal or JSON.
pub(super) trait Input: Sized {
    /// Whether it is JSON, where enum values are texts.
    const JSON: bool;

    fn kind(&self) -> Kind<'_, Self>;

    /// Where in the document it stands.
    fn offset(&self) -> Option<usize>;
}

/// Where in the input a value is. It is written only when something is wrong there.
#[derive(Clone, Copy)]
pub(super) enum At<'a> {
    Argument(&'a str),
    Variable(&'a str),
    Field(&'a At<'a>, &'a str),
    Item(&'a At<'a>, usize),
}

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Names that are none of ours come from the request and may be of any length.
        match self {
            Self::Argument(name) => write!(f, "{name:.64}"),
            Self::Variable(name) => write!(f, "${name:.64}"),
            Self::Field(parent, name) => write!(f, "{parent}.{name:.64}"),
            Self::Item(parent, index) => write!(f, "{parent}.{index}"),
        }
    }
}

/// A value that is not what it must be.
pub(super) struct Mistake {
    pub message: String,
    pub offset: Option<usize>,
}

/// Gathers what is wrong with values.
pub(super) struct Check<'a> {
    pub types: &'a TypeSystem,
    /// The variables that literals may name.
    pub variables: &'a [Node<VariableDefinition>],
    pub mistakes: Vec<Mistake>,
    /// Where the document speaks of values that are not in it.
    pub place: Option<usize>,
    /// Nullable variables that stand where null may not, which a default makes possible.
    pub never_null: Vec<&'a Name>,
}

impl<'a> Check<'a> {
    pub fn new(types: &'a TypeSystem, variables: &'a [Node<VariableDefinition>]) -> Self {
        Self { types, variables, mistakes: Vec::new(), place: None, never_null: Vec::new() }
    }

    pub fn wrong(&mut self, at: &At<'_>, offset: Option<usize>, why: &str) {
        if self.mistakes.len() < MOST {
            let offset = offset.or(self.place);
            self.mistakes.push(Mistake { message: format!("{at} {why}."), offset });
        }
    }

    /// Judges a value that stands where the type is `ty`; `default` tells whether that place has a default.
    pub fn value<V: Input>(&mut self, ty: &Type, default: bool, value: &V, at: &At<'_>) {
        if self.mistakes.len() == MOST {
            return;
        }
        let offset = value.offset();
        match (value.kind(), ty) {
            (Kind::Variable(name), _) => self.variable(ty, default, name, at, offset),
            (Kind::Null, _) if ty.is_non_null() => self.wrong(at, offset, "must not be null"),
            (Kind::Null, _) => {}
            (Kind::List(items), Type::List(inner) | Type::NonNullList(inner)) => {
                for (index, item) in items.iter().enumerate() {
                    self.value(inner, false, item, &At::Item(at, index));
                }
            }
            // One value stands for a list of it alone.
            (_, Type::List(inner) | Type::NonNullList(inner)) => self.value(inner, false, value, at),
            (kind, Type::Named(name) | Type::NonNullNamed(name)) => {
                if let Err(why) = self.named(name, value, kind, at) {
                    self.wrong(at, offset, &why);
                }
            }
        }
    }

    fn named<V: Input>(
        &mut self,
        name: &Name,
        value: &V,
        kind: Kind<'_, V>,
        at: &At<'_>,
    ) -> Result<(), String> {
        match (self.types.schema.types.get(name), kind) {
            (Some(ExtendedType::InputObject(input)), Kind::Object(fields)) => {
                self.object(input, value, &fields, at);
                Ok(())
            }
            (Some(ExtendedType::InputObject(_)), _) => Err("must be an object".to_owned()),
            (Some(ExtendedType::Enum(known)), Kind::Enum(given)) if known.values.contains_key(given) => {
                Ok(())
            }
            (Some(ExtendedType::Enum(known)), Kind::Text(given))
                if V::JSON && known.values.contains_key(given) =>
            {
                Ok(())
            }
            (Some(ExtendedType::Enum(_)), _) => Err(format!("must be a value of {name}")),
            (Some(ExtendedType::Scalar(_)), kind) => self.scalar(name, &kind),
            // Validation has refused what is no input type.
            _ => Err("has no type that could be given".to_owned()),
        }
    }

    fn scalar<V>(&self, name: &str, kind: &Kind<'_, V>) -> Result<(), String> {
        let wanted = match (name, kind) {
            ("Int", Kind::Int(Some(number))) if i32::try_from(*number).is_ok() => return Ok(()),
            ("Float", Kind::Int(Some(_)) | Kind::Float)
            | ("String", Kind::Text(_))
            | ("Boolean", Kind::Boolean)
            | ("ID", Kind::Text(_) | Kind::Int(_)) => return Ok(()),
            ("Int", _) => "must be a whole number of 32 bits",
            ("Float", _) => "must be a number",
            ("Boolean", _) => "must be true or false",
            ("ID", _) => "must be a string or a whole number",
            ("String", _) => "must be a string",
            (_, Kind::Text(text)) => return (self.types.read_scalar)(name, text),
            _ => "must be a string",
        };
        Err(wanted.to_owned())
    }

    fn object<V: Input>(&mut self, input: &InputObjectType, value: &V, given: &[(&str, &V)], at: &At<'_>) {
        for (index, (name, value)) in given.iter().enumerate() {
            let at = At::Field(at, name);
            match input.fields.get(*name) {
                None => self.wrong(&at, value.offset(), "does not exist"),
                Some(_) if given[..index].iter().any(|(earlier, _)| earlier == name) => {
                    self.wrong(&at, value.offset(), "is given twice");
                }
                Some(field) => self.value(&field.ty, field.default_value.is_some(), *value, &at),
            }
        }
        for (name, field) in &input.fields {
            if field.is_required() && !given.iter().any(|(given, _)| *given == name.as_str()) {
                self.wrong(&At::Field(at, name), value.offset(), "is missing");
            }
        }
        if input.directives.has("oneOf") && !self.is_one(given) {
            self.wrong(at, value.offset(), "must have exactly one field, and that must not be null");
        }
    }

    fn is_one<V: Input>(&self, given: &[(&str, &V)]) -> bool {
        let [(_, value)] = given else { return false };
        match value.kind() {
            Kind::Null => false,
            Kind::Variable(name) => {
                self.variables.iter().all(|variable| variable.name != *name || variable.ty.is_non_null())
            }
            _ => true,
        }
    }

    /// Judges a variable's use as the specification's "All Variable Usages Are Allowed".
    fn variable(&mut self, ty: &Type, default: bool, name: &Name, at: &At<'_>, offset: Option<usize>) {
        let Some(variable) = self.variables.iter().find(|variable| variable.name == *name) else { return };
        let given = variable.default_value.as_ref().is_some_and(|default| !default.is_null());
        if ty.is_non_null() && !variable.ty.is_non_null() && (given || default) {
            if !self.never_null.contains(&&variable.name) {
                self.never_null.push(&variable.name);
            }
            if variable.ty.is_assignable_to(&ty.clone().nullable()) {
                return;
            }
        } else if variable.ty.is_assignable_to(ty) {
            return;
        }
        self.wrong(at, offset, &format!("takes {ty}, but ${name:.64} is {}", variable.ty));
    }
}
