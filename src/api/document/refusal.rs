//! What is wrong with a document or its variables, as GraphQL errors of bounded number and length.

use apollo_compiler::{
    ast::{Definition, Document, Selection},
    diagnostic::ToCliReport as _,
    validation::{DiagnosticData, DiagnosticList},
};
use async_graphql::{Pos, ServerError};

use super::{input::Mistake, limits::Excess, lines::Lines};
use crate::graphql::Problem;

/// How many errors are told of one request.
pub(super) const MOST: usize = 20;

/// How long a message may be. It can hold names from the request, and those may be as long as that.
const LONGEST: usize = 300;

/// One error.
pub(super) fn error(kind: Problem, message: String, position: Option<Pos>) -> ServerError {
    let mut error = ServerError::new(shortened(message), position);
    kind.describe(error.extensions.get_or_insert_default());
    error
}

/// The errors of the parser.
pub(super) fn unreadable(found: &DiagnosticList, lines: &Lines) -> Vec<ServerError> {
    let told = |data: &DiagnosticData| diagnostic(Problem::PARSE_FAILED, data, lines);
    found.iter().take(MOST).map(|found| told(found.error)).collect()
}

/// The errors of the validator. It forgets unknown fields before it looks for objects without selections, and
/// what it says then of an object that has some is left out.
pub(super) fn invalid(found: &DiagnosticList, tree: &Document, lines: &Lines) -> Vec<ServerError> {
    let mistaken = |data: &DiagnosticData| {
        data.to_string() == "interface, union and object types must have a subselection set"
            && data.location().is_some_and(|span| has_selections(tree, span.offset()))
    };
    let real = found.iter().filter(|found| !mistaken(found.error));
    real.take(MOST).map(|found| diagnostic(Problem::VALIDATION_FAILED, found.error, lines)).collect()
}

fn diagnostic(kind: Problem, data: &DiagnosticData, lines: &Lines) -> ServerError {
    error(kind, data.to_string(), data.location().map(|span| lines.position(span.offset())))
}

/// Whether the field that begins here has selections.
fn has_selections(tree: &Document, offset: usize) -> bool {
    fn within(selections: &[Selection], offset: usize) -> bool {
        selections.iter().any(|selection| match selection {
            Selection::Field(field) => {
                let begins = field.location().is_some_and(|span| span.offset() == offset);
                begins && !field.selection_set.is_empty() || within(&field.selection_set, offset)
            }
            Selection::InlineFragment(fragment) => within(&fragment.selection_set, offset),
            Selection::FragmentSpread(_) => false,
        })
    }
    tree.definitions.iter().any(|definition| match definition {
        Definition::OperationDefinition(operation) => within(&operation.selection_set, offset),
        Definition::FragmentDefinition(fragment) => within(&fragment.selection_set, offset),
        _ => false,
    })
}

/// The errors of values.
pub(super) fn mistakes(kind: Problem, found: Vec<Mistake>, lines: &Lines) -> Vec<ServerError> {
    let told =
        |mistake: Mistake| error(kind, mistake.message, mistake.offset.map(|offset| lines.position(offset)));
    found.into_iter().map(told).collect()
}

/// The error of a document that goes beyond a limit.
pub(super) fn excess(excess: &Excess, lines: Option<&Lines>) -> Vec<ServerError> {
    let position = excess.offset.zip(lines).map(|(offset, lines)| lines.position(offset));
    let mut error = error(Problem::TOO_COMPLEX, excess.to_string(), position);
    let extensions = error.extensions.get_or_insert_default();
    extensions.set("limit", excess.what);
    extensions.set("maximum", excess.most);
    extensions.set("found", excess.found);
    vec![error]
}

fn shortened(mut message: String) -> String {
    if message.len() > LONGEST {
        message.truncate(message.floor_char_boundary(LONGEST));
        message.push('…');
    }
    message
}
