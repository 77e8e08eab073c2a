//! The variables of a request, coerced before anything runs.

use apollo_compiler::ast::VariableDefinition;
use async_graphql::{Name, ServerError, Variables};
use async_graphql_value::{ConstValue, Number, indexmap::IndexMap};
use serde_json::{Map, Value};

use super::{
    convert::constant,
    input::{At, Check, Input, Kind},
    lines::Lines,
    prepared::Operation,
    refusal,
    schema::TypeSystem,
};
use crate::graphql::Problem;

impl Input for Value {
    const JSON: bool = true;

    fn kind(&self) -> Kind<'_, Self> {
        match self {
            Self::Null => Kind::Null,
            Self::Bool(_) => Kind::Boolean,
            Self::Number(number) if number.is_i64() || number.is_u64() => Kind::Int(number.as_i64()),
            Self::Number(number) => whole(number).map_or(Kind::Float, |whole| Kind::Int(Some(whole))),
            Self::String(text) => Kind::Text(text),
            Self::Array(items) => Kind::List(items),
            Self::Object(fields) => {
                Kind::Object(fields.iter().map(|(name, value)| (&**name, value)).collect())
            }
        }
    }

    fn offset(&self) -> Option<usize> {
        None
    }
}

/// The variables of an operation as it declares them: those sent, else their defaults, else nothing. Those that
/// it does not declare are left out.
///
/// # Errors
/// Every variable that is not what it must be.
pub(super) fn coerce(
    types: &TypeSystem,
    lines: &Lines,
    operation: &Operation,
    mut sent: Map<String, Value>,
) -> Result<Variables, Vec<ServerError>> {
    let mut check = Check::new(types, &[]);
    let mut coerced = Variables::default();
    for definition in &operation.plan.variables {
        let value = sent.remove(definition.name.as_str());
        check.place = definition.location().map(|span| span.offset());
        check_one(&mut check, operation, definition, value.as_ref());
        let default = || definition.default_value.as_deref().map(constant);
        if let Some(value) = value.map(from_json).or_else(default) {
            coerced.insert(Name::new(&definition.name), value);
        }
    }
    if check.mistakes.is_empty() {
        Ok(coerced)
    } else {
        Err(refusal::mistakes(Problem::BAD_USER_INPUT, check.mistakes, lines))
    }
}

fn check_one(
    check: &mut Check<'_>,
    operation: &Operation,
    definition: &VariableDefinition,
    value: Option<&Value>,
) {
    let at = At::Variable(&definition.name);
    let is_null = value.map_or_else(
        || definition.default_value.as_ref().is_some_and(|default| default.is_null()),
        Value::is_null,
    );
    match value {
        _ if is_null && operation.usage.never_null.contains(&definition.name) => {
            check.wrong(&at, None, "must not be null where it is used");
        }
        Some(value) => check.value(&definition.ty, false, value, &at),
        None if definition.ty.is_non_null() && definition.default_value.is_none() => {
            check.wrong(&at, None, "is missing");
        }
        None => {}
    }
}

/// JSON tells no 1.0 from 1, so a float without a fraction is a whole number.
fn whole(number: &Number) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let float = number.as_f64().filter(|float| float.fract() == 0.0 && float.abs() <= EXACT)?;
    format!("{float:.0}").parse().ok()
}

/// A checked value for the executor.
fn from_json(value: Value) -> ConstValue {
    match value {
        Value::Null => ConstValue::Null,
        Value::Bool(value) => ConstValue::Boolean(value),
        // Only an ID takes a number that large.
        Value::Number(number) if number.is_u64() && !number.is_i64() => {
            ConstValue::String(number.to_string())
        }
        Value::Number(number) if number.is_f64() => {
            ConstValue::Number(whole(&number).map_or(number, Number::from))
        }
        Value::Number(number) => ConstValue::Number(number),
        Value::String(text) => ConstValue::String(text),
        Value::Array(items) => ConstValue::List(items.into_iter().map(from_json).collect()),
        Value::Object(fields) => {
            let fields = fields.into_iter().map(|(name, value)| (Name::new(name), from_json(value)));
            ConstValue::Object(fields.collect::<IndexMap<_, _>>())
        }
    }
}
