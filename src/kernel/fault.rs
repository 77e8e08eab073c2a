//! How an operation can fail: refused for what a person can mend, denied for who they are, or broken.

use std::{borrow::Cow, error::Error, time::Duration};

use async_graphql::Enum;

use super::ProductId;

/// Where in the arguments a mistake is: `["input", "items", "0", "quantity"]`.
pub type Path = Vec<Cow<'static, str>>;

/// The path to a field of the input.
#[must_use]
pub fn at(field: &'static str) -> Path {
    vec!["input".into(), field.into()]
}

/// What kind of mistake a user error tells of.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
#[graphql(name = "UserErrorCode")]
pub enum Code {
    /// The value is not acceptable as it is.
    Invalid,
    /// Something that is needed is missing.
    Required,
    /// Someone else has it already.
    Taken,
    /// There is no such thing, or the viewer may not see it.
    NotFound,
    /// The login, the password or the token is wrong.
    BadCredentials,
    /// There is less in stock than was asked for.
    OutOfStock,
    /// There is nothing in the bag.
    EmptyBag,
    /// The status does not allow this next.
    IllegalTransition,
    /// The player has a subscription to this game already.
    AlreadySubscribed,
    /// No membership is valid today.
    NoMembership,
    /// All credits are in use.
    NoCredits,
    /// No stream is open.
    NoOpenStream,
    /// The row has another version by now.
    VersionConflict,
    /// The same idempotency key came with another input before.
    IdempotencyMismatch,
    /// There may be no more of these.
    LimitReached,
}

/// A mistake that a person can mend. Nothing has been changed.
#[derive(Clone, Debug)]
pub enum Refusal {
    /// Every mistake that needs no data of its own.
    Input {
        /// Its kind.
        code: Code,
        /// Where.
        path: Path,
        /// What is wrong, for people.
        message: String,
    },
    /// Too little is left of a product.
    OutOfStock {
        /// Where.
        path: Path,
        /// Of what.
        product: ProductId,
        /// Its name, for the message.
        name: String,
        /// How many were asked for.
        requested: i32,
        /// How many are left.
        available: i32,
    },
    /// The status machine has no such move.
    IllegalTransition {
        /// Where.
        path: Path,
        /// The status now.
        from: &'static str,
        /// The status asked for.
        to: &'static str,
        /// What it may become.
        allowed: Vec<&'static str>,
    },
    /// Someone else changed the row first.
    VersionConflict {
        /// Where.
        path: Path,
        /// The version that was sent.
        expected: i32,
        /// The version that the row has.
        actual: i32,
    },
}

impl Refusal {
    /// A mistake of any plain kind.
    pub fn input(code: Code, path: Path, message: impl Into<String>) -> Self {
        Self::Input { code, path, message: message.into() }
    }

    /// The thing that `field` names does not exist for this viewer.
    #[must_use]
    pub fn not_found(field: &'static str, what: &str) -> Self {
        Self::input(Code::NotFound, at(field), format!("There is no such {what}."))
    }
}

/// Refuses a change that was decided on an older version of the row.
///
/// # Errors
/// [`Refusal::VersionConflict`] if a version was expected and the row has another.
pub fn expect_version(expected: Option<i32>, actual: i32) -> Result<(), Fault> {
    match expected {
        Some(expected) if expected != actual => {
            Err(Refusal::VersionConflict { path: at("expectedVersion"), expected, actual }.into())
        }
        _ => Ok(()),
    }
}

/// Gathers every mistake of an input, so that a person sees all of them at once.
#[derive(Debug, Default)]
pub struct Refusals(Vec<Refusal>);

impl Refusals {
    /// Notes one.
    pub fn add(&mut self, refusal: Refusal) {
        self.0.push(refusal);
    }

    /// Notes that the value at `path` is not acceptable.
    pub fn invalid(&mut self, path: Path, message: impl Into<String>) {
        self.add(Refusal::input(Code::Invalid, path, message));
    }

    /// Notes the refusal of a failed check and hands on the value of one that passed.
    pub fn check<T>(&mut self, checked: Result<T, Refusal>) -> Option<T> {
        checked.map_err(|refusal| self.add(refusal)).ok()
    }

    /// Ends the checks.
    ///
    /// # Errors
    /// [`Fault::Refused`] with all that was noted.
    pub fn done(self) -> Result<(), Fault> {
        if self.0.is_empty() { Ok(()) } else { Err(Fault::Refused(self.0)) }
    }
}

/// Why someone may not do a thing, or not now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denial {
    /// Nobody is signed in, or the token is not valid.
    Unauthenticated,
    /// The viewer's role or relation to the thing does not allow it.
    Forbidden,
    /// Too many attempts; try again after this time.
    RateLimited(Duration),
}

/// Everything that can keep an operation from happening. In each case nothing has been changed.
#[derive(Debug)]
pub enum Fault {
    /// A person can mend it.
    Refused(Vec<Refusal>),
    /// The viewer may not.
    Denied(Denial),
    /// The request itself is wrong in a way that a program, not a person, has to mend: a bad cursor, a page
    /// too large.
    BadInput(String),
    /// What the request goes on from was kept once, but is no longer.
    Expired(String),
    /// The database can't be reached or is too busy; the same request may succeed later.
    Unavailable(Box<dyn Error + Send + Sync>),
    /// A fault of ours. Its text is for the log alone.
    Broken(Box<dyn Error + Send + Sync>),
}

impl Fault {
    /// A fault of ours, told in words.
    pub fn broken(what: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Broken(what.into())
    }
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(vec![refusal])
    }
}

impl From<Denial> for Fault {
    fn from(denial: Denial) -> Self {
        Self::Denied(denial)
    }
}
