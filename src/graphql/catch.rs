//! Nulls and error paths as the specification has them. The executor nulls the parent of a nullable field that
//! fails, and forgets in lists which field it was. Two directives mend that. They are in no schema: preparing a
//! document puts them on its fields, and a client that writes one fails validation.

use std::{borrow::Cow, sync::Arc};

use async_graphql::{
    Context, ContextDirective, CustomDirective, CustomDirectiveFactory, PathSegment, Pos, ServerError,
    ServerResult, Value,
    extensions::ResolveFut,
    parser::types::{Directive, Field, Selection, SelectionSet},
    registry::Registry,
};

/// What becomes of a field's error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Catch {
    /// The field is null, and its siblings stand.
    Null,
    /// It goes on to the parent, but keeps its path.
    Pass,
}

/// The path to where an error arose, carried along with it.
struct Arose(Vec<PathSegment>);

impl Catch {
    /// The name of the directive.
    #[must_use]
    pub const fn directive(self) -> &'static str {
        match self {
            Self::Null => "_null",
            Self::Pass => "_pass",
        }
    }

    /// Whether preparing a document has put it on a field.
    #[must_use]
    pub fn marks(self, field: &Field) -> bool {
        field.directives.iter().any(|mark| mark.node.name.node == self.directive())
    }
}

impl CustomDirectiveFactory for Catch {
    fn name(&self) -> Cow<'static, str> {
        self.directive().into()
    }

    fn register(&self, _: &mut Registry) {}

    fn create(&self, _: &ContextDirective<'_>, _: &Directive) -> ServerResult<Box<dyn CustomDirective>> {
        Ok(Box::new(*self))
    }
}

#[async_trait::async_trait]
impl CustomDirective for Catch {
    async fn resolve_field(&self, ctx: &Context<'_>, resolve: ResolveFut<'_>) -> ServerResult<Option<Value>> {
        match (resolve.await, self) {
            (Ok(value), _) => Ok(value),
            (Err(error), Self::Pass) => Err(traced(ctx, error)),
            (Err(error), Self::Null) => {
                ctx.add_error(settled(traced(ctx, error)));
                Ok(None)
            }
        }
    }
}

/// Writes down that an error arose where its path leads.
pub(super) fn arisen(mut error: ServerError) -> ServerError {
    if error.source::<Arose>().is_none() {
        error.source = Some(Arc::new(Arose(error.path.clone())));
    }
    error
}

/// Writes down where an error arose, if no field below has.
pub(super) fn traced(ctx: &Context<'_>, mut error: ServerError) -> ServerError {
    if error.source::<Arose>().is_some() {
        return error;
    }
    if error.path.is_empty() {
        error = ctx.set_error_path(error);
    }
    // A list leaves the path at its item. Most leaves carry no mark, for the sake of speed, so the one that
    // failed is known by its place in the document. Where a fragment is used at two levels, this field's
    // place can be one below it too.
    let own = std::iter::successors(ctx.path_node.as_ref(), |node| node.parent).count();
    let at_item = |path: &[PathSegment]| path.iter().all(|segment| matches!(segment, PathSegment::Index(_)));
    if let Some(position) = error.locations.first()
        && *position != ctx.item.pos
        && error.path.get(own..).is_some_and(at_item)
        && let Some(key) = leaf_at(*position, &ctx.item.node.selection_set.node)
    {
        error.path.push(PathSegment::Field(key));
    }
    arisen(error)
}

fn leaf_at(position: Pos, set: &SelectionSet) -> Option<String> {
    set.items.iter().find_map(|item| match &item.node {
        Selection::Field(field) => {
            let is_leaf = field.node.selection_set.node.items.is_empty();
            (is_leaf && field.pos == position).then(|| field.node.response_key().node.to_string())
        }
        Selection::InlineFragment(fragment) => leaf_at(position, &fragment.node.selection_set.node),
        Selection::FragmentSpread(_) => None,
    })
}

/// An error with the path to where it arose, for those that reach the response by themselves.
#[must_use]
pub fn settled(mut error: ServerError) -> ServerError {
    if let Some(path) = error.source::<Arose>().map(|Arose(path)| path.clone()) {
        error.path = path;
    }
    error
}
