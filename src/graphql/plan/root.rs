//! Whole operations. Around the fields of an operation's root the library looks for extensions, for mistakes in the
//! document and for what federation asks: more work than a small query is. A document is checked when it is prepared, and
//! there is nothing else to look for, so the root is answered here.

use std::{
    borrow::Cow,
    sync::{Arc, Mutex, PoisonError},
};

use async_graphql::{
    ContainerType, Context, ContextDirective, CustomDirective, CustomDirectiveFactory, Data,
    IntrospectionMode, ObjectType, Positioned, QueryEnv, QueryEnvInner, Response, Schema, SchemaEnv,
    ServerResult, SubscriptionType, Value, Variables,
    extensions::{Extensions, ResolveFut},
    parser::types::{Directive, Field, OperationDefinition, OperationType, Selection as Part},
    registry::Registry,
};
use futures_util::{
    FutureExt as _,
    future::{BoxFuture, join_all},
};

use super::{Spliced, Text, object::resolved};
use crate::graphql::catch::Catch;

/// What resolvers see of the schema that they belong to.
#[derive(Clone)]
pub struct Surroundings {
    schema: SchemaEnv,
    extensions: Extensions,
}

/// A directive by which the library gives away what it lets resolvers see. It is in no schema, and a client that writes
/// it fails validation.
#[derive(Clone, Default)]
pub struct Reveal(Arc<Mutex<Option<Surroundings>>>);

impl CustomDirectiveFactory for Reveal {
    fn name(&self) -> Cow<'static, str> {
        "_reveal".into()
    }

    fn register(&self, _: &mut Registry) {}

    fn create(&self, _: &ContextDirective<'_>, _: &Directive) -> ServerResult<Box<dyn CustomDirective>> {
        Ok(Box::new(self.clone()))
    }
}

#[async_trait::async_trait]
impl CustomDirective for Reveal {
    async fn resolve_field(&self, ctx: &Context<'_>, _: ResolveFut<'_>) -> ServerResult<Option<Value>> {
        let (schema, extensions) = (ctx.schema_env.clone(), ctx.query_env.extensions.clone());
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Surroundings { schema, extensions });
        Ok(None)
    }
}

impl Reveal {
    /// What resolvers see of a schema that has this directive, and a field of this name at its root.
    ///
    /// # Panics
    /// If it has not: no document that anyone sends gets here.
    #[must_use]
    pub fn of<Q, M, S>(&self, schema: &Schema<Q, M, S>, field: &str) -> Surroundings
    where
        Q: ObjectType + 'static,
        M: ObjectType + 'static,
        S: SubscriptionType + 'static,
    {
        schema.execute(format!("{{ {field} @{} }}", self.name())).now_or_never();
        // The schema has the directive, which must not keep it.
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take().expect("the directive was met")
    }
}

/// Answers a query or a mutation of a prepared document, as the library would, from the root of its graph.
pub async fn execute<T: ContainerType>(
    root: &T,
    surroundings: &Surroundings,
    operation: &OperationDefinition,
    variables: Variables,
    data: Data,
) -> Response {
    let env = environment(surroundings, operation, variables, data);
    let ctx = env.create_context(&surroundings.schema, None, &operation.selection_set, None);
    // Preparing a document leaves nothing else at its root.
    let fields = operation.selection_set.node.items.iter().filter_map(|part| match &part.node {
        Part::Field(field) => Some(field),
        Part::InlineFragment(_) | Part::FragmentSpread(_) => None,
    });
    let asked = fields.clone().map(|field| answer(root, ctx.with_field(field)));
    let answers = if operation.ty == OperationType::Mutation {
        let mut answers = Vec::new();
        for (field, asked) in fields.clone().zip(asked) {
            answers.push(asked.await);
            // Null in the place of the whole: what is asked for behind it does not happen.
            if answers.last().is_some_and(Result::is_err) && !is_nullable(field) {
                break;
            }
        }
        answers
    } else {
        join_all(asked).await
    };
    let mut text = Text::of([(fields, answers)].into_iter(), |(fields, answers), out| {
        out.object(|out| {
            fields.zip(answers).try_for_each(|(field, answer)| {
                out.key(&field.node.response_key().node);
                out.resolved(answer, is_nullable(field))
            })
        })
    });
    let (errors, failed) = text.take_errors();
    let data = if failed.is_some() { Value::Null } else { Spliced::value(text) };
    let mut response = Response::new(data);
    response.errors.extend(failed);
    response.errors.extend(errors);
    response.errors.append(&mut env.errors.lock().unwrap_or_else(PoisonError::into_inner));
    response
}

/// What resolvers see of the request that they answer.
fn environment(
    surroundings: &Surroundings,
    operation: &OperationDefinition,
    variables: Variables,
    data: Data,
) -> QueryEnv {
    // What is selected they have each for themselves.
    let declared = OperationDefinition {
        ty: operation.ty,
        variable_definitions: operation.variable_definitions.clone(),
        directives: Vec::new(),
        selection_set: Positioned::default(),
    };
    QueryEnv::new(QueryEnvInner {
        extensions: surroundings.extensions.clone(),
        variables,
        operation_name: None,
        operation: Positioned::new(declared, operation.selection_set.pos),
        fragments: std::collections::HashMap::new(),
        uploads: Vec::new(),
        session_data: Arc::default(),
        query_data: Arc::new(data),
        http_headers: Mutex::default(),
        introspection_mode: IntrospectionMode::Enabled,
        errors: Mutex::default(),
    })
}

/// In a place of its own: what resolves a field of a whole graph is large, and is moved about with others.
fn answer<'a, T: ContainerType>(root: &'a T, ctx: Context<'a>) -> BoxFuture<'a, ServerResult<Value>> {
    async move {
        if ctx.item.node.name.node == "__typename" {
            return Ok(Value::String(T::type_name().into_owned()));
        }
        resolved(root, &ctx).await
    }
    .boxed()
}

/// Whether null may stand in the place of a field, by how the document was prepared.
fn is_nullable(field: &Positioned<Field>) -> bool {
    Catch::Null.marks(&field.node)
}
