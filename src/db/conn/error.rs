//! What went wrong, as Diesel has it.

use std::error::Error as _;

use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind as Kind, Error};
use tokio_postgres::error::{DbError, ErrorPosition, SqlState};

/// What an error means to Diesel.
pub fn failed(error: &tokio_postgres::Error) -> Error {
    match error.as_db_error() {
        Some(told) => Error::DatabaseError(kind(told.code()), Box::new(Told(told.clone()))),
        None if error.is_closed() => closed(error.to_string()),
        None => {
            let message =
                error.source().map_or_else(|| error.to_string(), |cause| format!("{error}: {cause}"));
            Error::DatabaseError(Kind::UnableToSendCommand, Box::new(message))
        }
    }
}

/// A link that has ended.
pub fn closed(why: String) -> Error {
    Error::DatabaseError(Kind::ClosedConnection, Box::new(why))
}

fn kind(code: &SqlState) -> Kind {
    match *code {
        SqlState::UNIQUE_VIOLATION => Kind::UniqueViolation,
        SqlState::FOREIGN_KEY_VIOLATION => Kind::ForeignKeyViolation,
        SqlState::NOT_NULL_VIOLATION => Kind::NotNullViolation,
        SqlState::CHECK_VIOLATION => Kind::CheckViolation,
        SqlState::RESTRICT_VIOLATION => Kind::RestrictViolation,
        SqlState::EXCLUSION_VIOLATION => Kind::ExclusionViolation,
        SqlState::T_R_SERIALIZATION_FAILURE => Kind::SerializationFailure,
        SqlState::READ_ONLY_SQL_TRANSACTION => Kind::ReadOnlyTransaction,
        _ => Kind::Unknown,
    }
}

/// What PostgreSQL tells of an error.
struct Told(DbError);

impl DatabaseErrorInformation for Told {
    fn message(&self) -> &str {
        self.0.message()
    }

    fn details(&self) -> Option<&str> {
        self.0.detail()
    }

    fn hint(&self) -> Option<&str> {
        self.0.hint()
    }

    fn table_name(&self) -> Option<&str> {
        self.0.table()
    }

    fn column_name(&self) -> Option<&str> {
        self.0.column()
    }

    fn constraint_name(&self) -> Option<&str> {
        self.0.constraint()
    }

    fn statement_position(&self) -> Option<i32> {
        let (ErrorPosition::Original(position) | ErrorPosition::Internal { position, .. }) =
            self.0.position()?;
        i32::try_from(*position).ok()
    }
}
