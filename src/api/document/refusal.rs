//! What is wrong with a document or its variables, as GraphQL errors of bounded number and length.

use apollo_compiler::{diagnostic::ToCliReport as _, validation::DiagnosticList};
use async_graphql::{Pos, ServerError};

use super::{limits::Excess, lines::Lines};
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

/// The errors of the parser or of the validator.
pub(super) fn diagnostics(kind: Problem, found: &DiagnosticList, lines: &Lines) -> Vec<ServerError> {
    let told = |data: &apollo_compiler::validation::DiagnosticData| {
        error(kind, data.to_string(), data.location().map(|span| lines.position(span.offset())))
    };
    found.iter().take(MOST).map(|diagnostic| told(diagnostic.error)).collect()
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
