//! Where the executor and the plan meet.

use async_graphql::{ContextSelectionSet, ServerResult, Value, resolver_utils};

use super::{Place, Planned, Selection, Text, write_object, write_objects};
use crate::graphql::catch::arisen;

/// In a request's data: everything is asked for by the executor, field by field. It answers the same, later.
#[derive(Clone, Copy, Debug)]
pub struct Executor;

/// Resolves an object, as the executor asks it to.
///
/// # Errors
/// When null has to stand further up.
pub async fn resolve_container<T: Planned>(ctx: &ContextSelectionSet<'_>, object: &T) -> ServerResult<Value> {
    match &ctx.path_node {
        Some(at) if ctx.data_opt::<Executor>().is_none() => answer(ctx, object, at).await,
        _ => resolver_utils::resolve_container(ctx, object).await,
    }
}

async fn answer<T: Planned>(
    ctx: &ContextSelectionSet<'_>,
    object: &T,
    at: &Place<'_>,
) -> ServerResult<Value> {
    let selection = Selection::of::<T>(ctx);
    let mut text = if selection.waits {
        write_objects(&[object], &selection, &[*at]).await
    } else {
        Text::of([object].iter(), |object, out| write_object(*object, &selection, at, out))
    };
    let (errors, failed) = text.take_errors();
    for error in errors {
        ctx.add_error(error);
    }
    match failed {
        Some(error) => Err(arisen(error)),
        None => Ok(Spliced::value(text)),
    }
}

/// JSON among the executor's values: it carries bytes along and asks nothing of them.
pub struct Spliced<'a> {
    /// The text.
    pub json: &'a [u8],
    /// How many objects are in it.
    pub objects: u64,
}

impl<'a> Spliced<'a> {
    /// A value that holds a text, and behind it how many objects are in it.
    pub(super) fn value(text: Text) -> Value {
        let (mut json, objects) = (text.json, text.objects);
        json.extend(objects.to_le_bytes());
        Value::Binary(json.into())
    }

    /// What such a value holds.
    #[must_use]
    pub fn read(binary: &'a [u8]) -> Self {
        let (json, objects) = binary.split_last_chunk().unwrap_or((binary, &[0; 8]));
        Self { json, objects: u64::from_le_bytes(*objects) }
    }
}
