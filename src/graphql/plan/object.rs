//! Objects, whose fields are columns.

use async_graphql::{ContainerType, Context, QueryPathSegment, ServerResult, Value};
use futures_util::future::join_all;

use super::{Answering, Place, Planned, Selected, Selection, Text, Written, selection::Step};
use crate::graphql::catch::{Catch, traced};

/// Writes an object, where nothing selected has to be waited for.
///
/// # Errors
/// If a field that can't be null fails.
pub fn write_object<T: Planned>(
    object: &T,
    selection: &Selection<'_>,
    at: &Place<'_>,
    out: &mut Text,
) -> Written {
    out.object(|out| {
        selection.fields.iter().try_for_each(|field| {
            out.key(field.key());
            write_field(object, field, at, out)
        })
    })
}

fn write_field<T: Planned>(object: &T, field: &Selected<'_>, at: &Place<'_>, out: &mut Text) -> Written {
    match field.step {
        Step::Column(column) => object.write_column(column, field, &below(at, field), out),
        // Whatever else there is would have to be waited for.
        Step::TypeName | Step::Executor => {
            out.plain(T::type_name());
            Ok(())
        }
    }
}

fn below<'a>(at: &'a Place<'a>, field: &Selected<'a>) -> Place<'a> {
    Place { parent: Some(at), segment: QueryPathSegment::Name(field.key()) }
}

/// Writes objects: first all that has to be waited for, each field for all of them, then one after the other.
pub async fn write_objects<'a, T: Planned>(
    all: &'a [&'a T],
    selection: &'a Selection<'a>,
    at: &'a [Place<'a>],
) -> Text {
    if all.is_empty() || !selection.waits {
        return Text::of(all.iter().zip(at), |(object, at), out| write_object(*object, selection, at, out));
    }
    let waiting: Vec<_> = selection.fields.iter().filter(|field| field.waits()).collect();
    let places: Vec<Vec<_>> =
        waiting.iter().map(|field| at.iter().map(|at| below(at, field)).collect()).collect();
    let columns = waiting.iter().zip(&places).map(|(field, places)| match field.step {
        Step::Column(column) => T::answer_column(all, column, field, places),
        Step::TypeName | Step::Executor => ask_executor(all, field, places),
    });
    let columns = join_all(columns).await;
    let mut row = 0..;
    Text::around(&columns, all.iter().zip(at), |(object, at), out| {
        let row = row.next().unwrap_or_default();
        let mut columns = columns.iter();
        out.object(|out| {
            selection.fields.iter().try_for_each(|field| {
                out.key(field.key());
                match field.waits().then(|| columns.next()).flatten() {
                    Some(column) => out.splice(column, row),
                    None => write_field(*object, field, at, out),
                }
            })
        })
    })
}

/// Has the executor answer a field for each of the rows.
fn ask_executor<'a, T: Planned>(
    rows: &'a [&'a T],
    field: &'a Selected<'a>,
    at: &'a [Place<'a>],
) -> Answering<'a> {
    Box::pin(async move {
        let of = &field.ctx;
        let asked = rows.iter().zip(at).map(|(row, at)| async move {
            let ctx = of.query_env.create_context(of.schema_env, Some(*at), of.item, of.execute_data);
            resolved(*row, &ctx).await
        });
        let nullable = Catch::Null.marks(&field.ctx.item.node);
        Text::of(join_all(asked).await.into_iter(), |answer, out| out.resolved(answer, nullable))
    })
}

/// Has the executor answer a field.
pub(super) async fn resolved<T: ContainerType>(of: &T, ctx: &Context<'_>) -> ServerResult<Value> {
    let answer = of.resolve_field(ctx).await;
    answer.map(Option::unwrap_or_default).map_err(|error| traced(ctx, error))
}
