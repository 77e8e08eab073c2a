//! All SQL about invoices.

mod lines;
mod lists;
mod rows;

pub use lines::{
    LineChanges, NewLine, delete_line, delete_lines_of, insert_line, insert_lines, line, lines_of,
    lines_with_users, lock_line, update_line,
};
pub use lists::{count, count_lines, count_of_users, list, list_lines, of_users};
pub use rows::{
    Changes, NewRow, OF_USER, by_ids, delete, get, insert, insert_unless_there, lock, lock_all,
    lock_outstanding, set_status, touch, update,
};
