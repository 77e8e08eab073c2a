//! Faults as clients see them: GraphQL errors whose extensions follow RFC 9457, without a word of what is
//! inside.

use async_graphql::{Error, ErrorExtensionValues, ErrorExtensions as _};

use crate::kernel::{Denial, Fault, Refusal};

/// A kind of error by its code, the title that people read, and the HTTP status that it stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Problem {
    /// For programs: stable, in upper case.
    pub code: &'static str,
    /// For people.
    pub title: &'static str,
    /// The HTTP status.
    pub status: u16,
}

impl Problem {
    /// Nobody is signed in, or the token is not valid.
    pub const UNAUTHENTICATED: Self = Self::new("UNAUTHENTICATED", "Sign in first", 401);
    /// Not for this viewer.
    pub const FORBIDDEN: Self = Self::new("FORBIDDEN", "This is not yours to see or change", 403);
    /// The request is wrong in a way that a program has to mend.
    pub const BAD_USER_INPUT: Self = Self::new("BAD_USER_INPUT", "The input is not acceptable", 400);
    /// What the request goes on from is no longer kept.
    pub const EXPIRED: Self = Self::new("EXPIRED", "This is no longer kept", 410);
    /// The document is not GraphQL.
    pub const PARSE_FAILED: Self = Self::new("GRAPHQL_PARSE_FAILED", "The document can't be parsed", 400);
    /// The document does not fit the schema.
    pub const VALIDATION_FAILED: Self =
        Self::new("GRAPHQL_VALIDATION_FAILED", "The document does not fit the schema", 400);
    /// No document has the name that the request gives; Apollo's clients know it by this code and send the text.
    pub const DOCUMENT_NOT_FOUND: Self =
        Self::new("PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound", 400);
    /// The document asks for too much.
    pub const TOO_COMPLEX: Self = Self::new("QUERY_TOO_COMPLEX", "The document asks for too much", 400);
    /// Too many attempts.
    pub const RATE_LIMITED: Self = Self::new("RATE_LIMITED", "Too many attempts", 429);
    /// What waits for the client to read it is too much.
    pub const TOO_SLOW: Self = Self::new("TOO_SLOW", "The results are not read quickly enough", 503);
    /// It took too long.
    pub const TIMEOUT: Self = Self::new("TIMEOUT", "This took too long", 504);
    /// The same request may succeed later.
    pub const UNAVAILABLE: Self = Self::new("UNAVAILABLE", "The store is too busy, try again soon", 503);
    /// A fault of ours.
    pub const INTERNAL: Self = Self::new("INTERNAL", "Something went wrong on our side", 500);

    const ALL: [Self; 13] = [
        Self::UNAUTHENTICATED,
        Self::FORBIDDEN,
        Self::BAD_USER_INPUT,
        Self::EXPIRED,
        Self::PARSE_FAILED,
        Self::VALIDATION_FAILED,
        Self::DOCUMENT_NOT_FOUND,
        Self::TOO_COMPLEX,
        Self::RATE_LIMITED,
        Self::TOO_SLOW,
        Self::TIMEOUT,
        Self::UNAVAILABLE,
        Self::INTERNAL,
    ];

    const fn new(code: &'static str, title: &'static str, status: u16) -> Self {
        Self { code, title, status }
    }

    /// The kind with this code.
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|problem| problem.code == code)
    }

    /// What names the kind in an RFC 9457 problem.
    #[must_use]
    pub fn type_uri(self) -> String {
        format!("urn:souk:problem:{}", self.code.to_ascii_lowercase().replace('_', "-"))
    }

    /// Writes what RFC 9457 asks for into an error's extensions.
    pub fn describe(self, extensions: &mut ErrorExtensionValues) {
        extensions.set("code", self.code);
        extensions.set("type", self.type_uri());
        extensions.set("title", self.title);
        extensions.set("status", self.status);
    }
}

/// The kind of a fault and its message.
#[must_use]
pub fn problem(fault: &Fault) -> (Problem, String) {
    let kind = match fault {
        // Where a refusal has no payload to go to, it is the request that is wrong.
        Fault::Refused(refusals) => {
            return (Problem::BAD_USER_INPUT, refusals.first().map_or_else(String::new, told));
        }
        Fault::BadInput(message) => return (Problem::BAD_USER_INPUT, message.clone()),
        Fault::Expired(message) => return (Problem::EXPIRED, message.clone()),
        Fault::Denied(Denial::Unauthenticated) => Problem::UNAUTHENTICATED,
        Fault::Denied(Denial::Forbidden) => Problem::FORBIDDEN,
        Fault::Denied(Denial::RateLimited(wait)) => {
            let seconds = wait.as_secs().max(1);
            return (Problem::RATE_LIMITED, format!("Too many attempts. Try again in {seconds} s."));
        }
        Fault::Unavailable(_) => Problem::UNAVAILABLE,
        Fault::Broken(_) => Problem::INTERNAL,
    };
    (kind, format!("{}.", kind.title))
}

fn told(refusal: &Refusal) -> String {
    super::user_error::message(refusal)
}

/// A fault that several fields share, as each of them tells it.
pub(super) fn shared(fault: &Fault) -> Error {
    let (kind, message) = problem(fault);
    let error = Error::new(message).extend_with(|_, extensions| kind.describe(extensions));
    match fault {
        Fault::Broken(source) => tracing::error!(error = %source, "an operation broke"),
        Fault::Unavailable(source) => tracing::warn!(error = %source, "the database is not available"),
        Fault::Denied(Denial::RateLimited(wait)) => {
            return error.extend_with(|_, extensions| extensions.set("retryAfter", wait.as_secs().max(1)));
        }
        _ => {}
    }
    error
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        shared(&fault)
    }
}
