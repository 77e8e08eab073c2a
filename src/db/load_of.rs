//! Rows of some parents.

/// Loads the rows of a query whose column is one of these. A single one is compared by itself: PostgreSQL plans for
/// an array without a look into it, and takes it to hold so many that reading a whole other table pays.
macro_rules! load_of {
    ($query:expr, $column:expr, $ids:expr, $conn:expr) => {
        match $ids {
            [id] => $query.filter($column.eq(*id)).load($conn).await,
            ids => $query.filter($column.eq($crate::db::among(ids))).load($conn).await,
        }
    };
}
pub(crate) use load_of;
