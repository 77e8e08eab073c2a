//! The schema as the validator sees it.

use std::collections::{BTreeSet, HashMap};

use apollo_compiler::{
    Name, Node, Schema,
    ast::{self, FieldDefinition},
    name,
    schema::ExtendedType,
    validation::Valid,
};
use serde_json::Value;

/// Reads a text as the scalar of this name, as the executor will, and says what is wrong with it. Scalars that
/// it does not know are fine.
pub(super) type ReadScalar = fn(&str, &str) -> Result<(), String>;

/// How the objects of a fragment's type stand to those that it is used on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Fit {
    /// It applies to all of them, and they have all its fields.
    Always,
    /// It applies to all of them, by way of their objects alone: an interface has no fields of another that only
    /// happens to have the same objects.
    Wider,
    /// It applies to some, and those are all that its type has.
    Narrower,
    /// It applies to some, and its type has others too.
    Partly,
    /// It applies to none.
    Never,
}

/// The types that documents are checked against and converted by.
pub(super) struct TypeSystem {
    pub schema: Valid<Schema>,
    pub read_scalar: ReadScalar,
    /// What objects a type can be. For an object, that is itself.
    objects: HashMap<Name, BTreeSet<Name>>,
    /// Fields of interfaces that are non-null in some of their objects, but not in all.
    varying: BTreeSet<(Name, Name)>,
}

impl TypeSystem {
    pub fn new(sdl: &str, read_scalar: ReadScalar) -> Self {
        let mut schema = Schema::parse(sdl, "schema.graphql").expect("the executor prints what is GraphQL");
        add_is_one_of(&mut schema);
        let schema = schema.validate().expect("the executor's own schema is valid");
        let mut objects: HashMap<Name, BTreeSet<Name>> = HashMap::new();
        for (name, ty) in &schema.types {
            match ty {
                ExtendedType::Object(object) => {
                    let interfaces = object.implements_interfaces.iter().map(|interface| &interface.name);
                    for ty in interfaces.chain([name]) {
                        objects.entry(ty.clone()).or_default().insert(name.clone());
                    }
                }
                ExtendedType::Union(union) => {
                    let members = union.members.iter().map(|member| member.name.clone());
                    objects.entry(name.clone()).or_default().extend(members);
                }
                _ => {}
            }
        }
        let varying = varying(&schema, &objects);
        Self { schema, read_scalar, objects, varying }
    }

    /// The definition of a field, the introspection fields included.
    pub fn field(&self, ty: &str, field: &str) -> Option<&FieldDefinition> {
        self.schema.type_field(ty, field).ok().map(|component| &***component)
    }

    /// The objects that a type can be.
    pub fn objects(&self, ty: &str) -> impl Iterator<Item = &Name> {
        self.objects.get(ty).into_iter().flatten()
    }

    /// Whether the type is that of an object, not an interface or a union.
    pub fn is_object(&self, ty: &str) -> bool {
        self.schema.get_object(ty).is_some()
    }

    /// Whether there is an object that is of both types.
    pub fn overlap(&self, one: &str, other: &str) -> bool {
        self.fit(one, other) != Fit::Never
    }

    /// Whether an object may have this field of an interface non-null where another has it nullable.
    pub fn varies(&self, ty: &Name, field: &Name) -> bool {
        !self.varying.is_empty() && self.varying.contains(&(ty.clone(), field.clone()))
    }

    /// How a fragment on `ty` fits where objects are of the type `within`.
    pub fn fit(&self, within: &str, ty: &str) -> Fit {
        if within == ty {
            return Fit::Always;
        }
        let (Some(here), Some(there)) = (self.objects.get(within), self.objects.get(ty)) else {
            return Fit::Never;
        };
        if here.is_subset(there) {
            if self.is_object(within) || self.schema.is_subtype(ty, within) {
                Fit::Always
            } else {
                Fit::Wider
            }
        } else if there.is_subset(here) {
            Fit::Narrower
        } else if here.is_disjoint(there) {
            Fit::Never
        } else {
            Fit::Partly
        }
    }
}

fn varying(schema: &Schema, objects: &HashMap<Name, BTreeSet<Name>>) -> BTreeSet<(Name, Name)> {
    let differs = |object: &Name, field: &FieldDefinition| {
        let own = schema.type_field(object, &field.name);
        own.is_ok_and(|own| own.ty.is_non_null() != field.ty.is_non_null())
    };
    let interfaces = schema.types.iter().filter_map(|(name, ty)| Some((name, ty.as_interface()?)));
    interfaces
        .flat_map(|(name, interface)| interface.fields.values().map(move |field| (name, field)))
        .filter(|(name, field)| objects.get(*name).is_some_and(|of| of.iter().any(|it| differs(it, field))))
        .map(|(name, field)| (name.clone(), field.name.clone()))
        .collect()
}

/// The one introspection field that the executor serves and the validator does not know yet.
fn add_is_one_of(schema: &mut Schema) {
    let Some(ExtendedType::Object(ty)) = schema.types.get_mut("__Type") else { return };
    let Some(mut field) = ty.fields.get("kind").cloned() else { return };
    let definition = field.make_mut();
    definition.name = name!("isOneOf");
    definition.description =
        Some(Node::new_str("Whether exactly one field of this input object must be given."));
    definition.ty = ast::Type::Named(name!("Boolean"));
    ty.make_mut().fields.entry(definition.name.clone()).or_insert(field);
}

/// The schema as people read it: in the order of the executor's own printing, with a line for each argument,
/// without the directives that every GraphQL schema has, and with the descriptions that the executor leaves to
/// an answer to [`WHAT_IS_TOLD`].
pub(crate) fn printed(sdl: &str, answer: &Value) -> String {
    let mut schema = Schema::parse(sdl, "schema.graphql").expect("the executor prints what is GraphQL");
    schema.directive_definitions.retain(|name, _| name != "skip" && name != "include");
    let answer = &answer["__schema"];
    schema.schema_definition.make_mut().description = answer["description"].as_str().map(Node::new_str);
    for (name, definition) in schema.directive_definitions.iter_mut().filter(|(_, it)| !it.is_built_in()) {
        let told = named(&answer["directives"], name);
        for argument in &mut definition.make_mut().arguments {
            let description =
                told.and_then(|told| named(&told["args"], &argument.name)?["description"].as_str());
            argument.make_mut().description = description.map(Node::new_str);
        }
    }
    schema.to_string()
}

fn named<'a>(list: &'a Value, name: &str) -> Option<&'a Value> {
    list.as_array()?.iter().find(|item| item["name"] == name)
}

/// The part of a schema that an answer to [`WHAT_IS_TOLD`] tells of.
pub(crate) fn told(sdl: &str, answer: &Value) -> String {
    let mut schema = Schema::parse(sdl, "schema.graphql").expect("the executor prints what is GraphQL");
    let name = |of: &Value| of["name"].as_str().unwrap_or_default().to_owned();
    let list = |of: &Value| of.as_array().cloned().unwrap_or_default();
    let fields = |ty: &Value| list(&ty["fields"]).iter().map(name).collect::<BTreeSet<_>>();
    let told = list(&answer["__schema"]["types"]);
    let told: HashMap<_, _> = told.iter().map(|ty| (name(ty), fields(ty))).collect();
    schema.types.retain(|name, ty| ty.is_built_in() || told.contains_key(name.as_str()));
    for (name, ty) in &mut schema.types {
        if let (ExtendedType::Object(object), Some(fields)) = (ty, told.get(name.as_str())) {
            object.make_mut().fields.retain(|field, _| fields.contains(field.as_str()));
        }
    }
    schema.to_string()
}

/// Asks the executor for the names of all that it tells someone of, and for descriptions that it does not print.
pub(crate) const WHAT_IS_TOLD: &str = "{ __schema { description directives { name args { name description } } \
    types { name fields(includeDeprecated: true) { name } } } }";
