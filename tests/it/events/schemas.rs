//! The schemas of payloads that `docs/events.md` tells of, as far as they go.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::{
    docs::blocks,
    support::{Value, json},
};

const PAGE: &str = include_str!("../../../docs/events.md");

/// The schemas by the names of their types.
pub struct Schemas {
    types: BTreeMap<String, Value>,
    definitions: Value,
}

impl Schemas {
    pub fn on_the_page() -> Self {
        let mut found = Self { types: BTreeMap::new(), definitions: Value::Null };
        for block in blocks(PAGE).iter().filter(|block| block.language == "json") {
            let schema: Value = serde_json::from_str(&block.text)
                .unwrap_or_else(|error| panic!("line {}: {error}", block.line));
            match schema["title"].as_str() {
                Some(title) => {
                    found.types.insert(title.to_owned(), schema);
                }
                None => found.definitions = schema,
            }
        }
        found
    }

    pub fn names(&self) -> Vec<&str> {
        self.types.keys().map(String::as_str).collect()
    }

    /// What is wrong with an event's payload.
    pub fn check(&self, event: &Value) -> Vec<String> {
        let name = event["type"].as_str().expect("an event has a type");
        let Some(schema) = self.types.get(name) else { return vec![format!("{name} is not on the page")] };
        let mut wrong = Vec::new();
        self.look(schema, &event["payload"], name, &mut wrong);
        wrong
    }

    fn look(&self, schema: &Value, value: &Value, path: &str, wrong: &mut Vec<String>) {
        for (rule, wanted) in schema.as_object().expect("a schema is an object") {
            let fits = match rule.as_str() {
                "title" => true,
                "$ref" => {
                    let place = wanted.as_str().and_then(|place| place.strip_prefix('#'));
                    let schema = place.and_then(|place| self.definitions.pointer(place));
                    self.look(schema.expect("the definition is on the page"), value, path, wrong);
                    true
                }
                "const" => value == wanted,
                "enum" => wanted.as_array().is_some_and(|all| all.contains(value)),
                "type" => match wanted {
                    Value::Array(any) => any.contains(&kind(value)),
                    one => kind(value) == *one,
                },
                "format" => value.as_str().is_none_or(|text| has_format(wanted, text)),
                "pattern" => value.as_str().is_some_and(|text| text.parse::<f64>().is_ok()),
                "required" => wanted
                    .as_array()
                    .into_iter()
                    .flatten()
                    .all(|field| value.get(field.as_str().unwrap_or_default()).is_some()),
                "properties" => {
                    for (field, value) in value.as_object().into_iter().flatten() {
                        match wanted.get(field) {
                            Some(schema) => self.look(schema, value, &format!("{path}.{field}"), wrong),
                            None => wrong.push(format!("{path}.{field} is not on the page")),
                        }
                    }
                    true
                }
                "items" => {
                    for value in value.as_array().into_iter().flatten() {
                        self.look(wanted, value, &format!("{path}[]"), wrong);
                    }
                    true
                }
                other => panic!("{path}: this test does not know {other}"),
            };
            if !fits {
                wrong.push(format!("{path} is {value}, not {rule} {wanted}"));
            }
        }
    }
}

fn kind(value: &Value) -> Value {
    json!(match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    })
}

fn has_format(format: &Value, text: &str) -> bool {
    match format.as_str().unwrap_or_default() {
        "uuid" => Uuid::parse_str(text).is_ok(),
        "date" => text.parse::<chrono::NaiveDate>().is_ok(),
        "date-time" => chrono::DateTime::parse_from_rfc3339(text).is_ok(),
        other => panic!("this test does not know the format {other}"),
    }
}
