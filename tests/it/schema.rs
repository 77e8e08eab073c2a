//! The schema that clients read.

use apollo_compiler::{
    Node, Schema,
    ast::InputValueDefinition,
    schema::{Component, ExtendedType, FieldDefinition},
};

/// What was promised: these names and shapes stay, whatever is added.
const CONTRACT: &str = include_str!("contract.graphql");

fn served() -> Schema {
    Schema::parse(souk::api::sdl(), "schema.graphql").expect("what is served is a schema")
}

#[test]
fn the_schema_file_is_what_the_program_prints() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/schema.graphql");
    let kept = std::fs::read_to_string(file).expect("there is a schema.graphql");
    assert!(kept == souk::api::sdl(), "schema.graphql is stale: `cargo run -- schema > schema.graphql`");
}

#[test]
fn everything_that_was_promised_is_served() {
    let (served, promised) = (served(), Schema::parse(CONTRACT, "contract.graphql").expect("it is a schema"));
    let mut missing = Vec::new();
    for (name, kind) in promised.types.iter().filter(|(_, kind)| !kind.is_built_in()) {
        match (kind, served.types.get(name)) {
            (ExtendedType::Object(wanted), Some(ExtendedType::Object(given))) => {
                missing.extend(fields(name, &wanted.fields, &given.fields));
                let lacking =
                    wanted.implements_interfaces.iter().filter(|i| !given.implements_interfaces.contains(*i));
                missing.extend(lacking.map(|interface| format!("{name} implements {}", interface.name)));
            }
            (ExtendedType::Interface(wanted), Some(ExtendedType::Interface(given))) => {
                missing.extend(fields(name, &wanted.fields, &given.fields));
            }
            (ExtendedType::Enum(wanted), Some(ExtendedType::Enum(given))) => {
                let lacking = wanted.values.keys().filter(|value| !given.values.contains_key(*value));
                missing.extend(lacking.map(|value| format!("{name}.{value}")));
            }
            (ExtendedType::InputObject(wanted), Some(ExtendedType::InputObject(given))) => {
                for (field, wanted) in &wanted.fields {
                    let same = given.fields.get(field).is_some_and(|given| same_input(wanted, given));
                    missing.extend((!same).then(|| format!("{name}.{field}: {}", wanted.ty)));
                }
                let further = given
                    .fields
                    .iter()
                    .filter(|(field, given)| given.is_required() && !wanted.fields.contains_key(*field));
                missing.extend(further.map(|(field, _)| format!("{name}.{field} may not be required")));
            }
            (ExtendedType::Scalar(_), Some(ExtendedType::Scalar(_))) => {}
            (_, other) => missing.push(format!("{name}: {:?}", other.map(|_| "of another kind"))),
        }
    }
    for (name, wanted) in promised.directive_definitions.iter().filter(|(_, d)| !d.is_built_in()) {
        let given = served.directive_definitions.get(name);
        let same = given.is_some_and(|given| {
            wanted.arguments.iter().all(|a| given.argument_by_name(&a.name).is_some_and(|g| same_input(a, g)))
        });
        missing.extend((!same).then(|| format!("@{name}")));
    }
    assert_eq!(missing, Vec::<String>::new());
}

type Fields = apollo_compiler::collections::IndexMap<apollo_compiler::Name, Component<FieldDefinition>>;

fn fields(owner: &str, wanted: &Fields, given: &Fields) -> Vec<String> {
    let differs = |(name, wanted): (&apollo_compiler::Name, &Component<FieldDefinition>)| {
        let same = given.get(name).is_some_and(|given| {
            let arguments = wanted.arguments.iter().all(|argument| {
                given.argument_by_name(&argument.name).is_some_and(|given| same_input(argument, given))
            });
            let further =
                given.arguments.iter().any(|a| a.is_required() && wanted.argument_by_name(&a.name).is_none());
            given.ty == wanted.ty && arguments && !further
        });
        (!same).then(|| format!("{owner}.{name}: {}", wanted.ty))
    };
    wanted.iter().filter_map(differs).collect()
}

/// A default may be added, as nothing has to be sent then that had to be sent before.
fn same_input(wanted: &Node<InputValueDefinition>, given: &Node<InputValueDefinition>) -> bool {
    given.ty == wanted.ty && (wanted.default_value.is_none() || given.default_value == wanted.default_value)
}

#[test]
fn every_item_is_described() {
    let schema = served();
    let mut bare = Vec::new();
    let mut look = |name: String, description: Option<&Node<str>>| {
        if description.is_none_or(|text| text.trim().is_empty()) {
            bare.push(name);
        }
    };
    for (name, kind) in schema.types.iter().filter(|(_, kind)| !kind.is_built_in()) {
        look(name.to_string(), kind.description());
        let fields = match kind {
            ExtendedType::Object(object) => Some(&object.fields),
            ExtendedType::Interface(interface) => Some(&interface.fields),
            _ => None,
        };
        for (field, definition) in fields.into_iter().flatten() {
            look(format!("{name}.{field}"), definition.description.as_ref());
            for argument in &definition.arguments {
                look(format!("{name}.{field}({})", argument.name), argument.description.as_ref());
            }
        }
        if let ExtendedType::InputObject(input) = kind {
            for (field, definition) in &input.fields {
                look(format!("{name}.{field}"), definition.description.as_ref());
            }
        }
        if let ExtendedType::Enum(of) = kind {
            for (value, definition) in &of.values {
                look(format!("{name}.{value}"), definition.description.as_ref());
            }
        }
    }
    for (name, directive) in schema.directive_definitions.iter().filter(|(_, d)| !d.is_built_in()) {
        look(format!("@{name}"), directive.description.as_ref());
        for argument in &directive.arguments {
            look(format!("@{name}({})", argument.name), argument.description.as_ref());
        }
    }
    assert_eq!(bare, Vec::<String>::new());
}
