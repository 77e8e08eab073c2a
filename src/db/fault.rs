//! What a failed statement means.

use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind as Kind, Error};

use crate::kernel::{Code, Fault, Refusal, at};

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        match &error {
            Error::DatabaseError(kind, told) => match refusal(told.as_ref()) {
                Some(refusal) => refusal.into(),
                None if is_passing(*kind, told.message()) => Self::Unavailable(error.into()),
                None => Self::Broken(error.into()),
            },
            _ => Self::Broken(error.into()),
        }
    }
}

/// The constraints that a person can run into, and where.
fn refusal(told: &(dyn DatabaseErrorInformation + Send + Sync)) -> Option<Refusal> {
    let taken = |field, what: &str| Refusal::input(Code::Taken, at(field), format!("This {what} is taken."));
    match told.constraint_name()? {
        "accounts_username_taken" => Some(taken("username", "username")),
        "accounts_email_taken" => Some(taken("email", "email address")),
        "game_subscriptions_one_live" => Some(Refusal::input(
            Code::AlreadySubscribed,
            at("gameId"),
            "You have a subscription to this game already.",
        )),
        "tags_name_taken" => Some(taken("name", "tag")),
        "invoices_one_outstanding_a_month" => {
            let message = "The account has an OUTSTANDING invoice of this month already.";
            Some(Refusal::input(Code::Taken, at("date"), message))
        }
        "memberships_no_overlap" => {
            // Of two at once either may be the one that is refused, the new one or the one that is prolonged.
            let message = "The account has another membership in this period.";
            Some(Refusal::input(Code::Invalid, vec!["input".into()], message))
        }
        _ => None,
    }
}

/// Whether the same statement may succeed later. Diesel hands on no SQLSTATE for most of these.
fn is_passing(kind: Kind, message: &str) -> bool {
    const PASSING: [&str; 9] = [
        "lock timeout",
        "statement timeout",
        "deadlock detected",
        "idle-in-transaction",
        "connection closed",
        "terminating connection",
        "shutting down",
        "starting up",
        "too many clients",
    ];
    matches!(kind, Kind::ClosedConnection | Kind::SerializationFailure | Kind::ReadOnlyTransaction)
        || PASSING.iter().any(|part| message.contains(part))
}
