//! Answering a level at a time. The executor runs a future for every field of every row; here each field is answered
//! for all rows of its level together, as JSON, so a list costs little more than its text.
//!
//! An `impl` block under `#[object]` says by the form of its methods what they are: a plain `fn` gives what the row
//! has, or a [`Load`] of what is to be read for all rows at once, and what else there is stays with the executor.
//! Wherever the executor meets such an object, it gets the text of it and of all below.

mod answer;
mod leaf;
pub mod library;
mod load;
mod object;
mod output;
mod response;
mod root;
mod selection;
mod strings;
mod text;

use std::pin::Pin;

use async_graphql::{ContainerType, ContextSelectionSet, QueryPathNode, parser::types::Field};
use uuid::Uuid;

use super::loads::Loads;

pub use answer::{Executor, Spliced};
pub(crate) use leaf::enums;
pub use load::{Load, LoadThere};
pub use object::{write_object, write_objects};
pub use response::written;
pub use root::{Reveal, Surroundings, execute};
pub use selection::{Selected, Selection, selected};
pub use souk_macros::object;
pub use text::{Failed, Text, Written};

/// Where a value stands in the answer.
pub type Place<'a> = QueryPathNode<'a>;

/// Answers something for all rows of a level.
pub type Answering<'a> = Pin<Box<dyn Future<Output = Text> + Send + 'a>>;

/// Anything that a field can give.
pub trait Output: Send + Sync {
    /// Whether null may stand in its place.
    const NULLABLE: bool = false;

    /// What is selected of it; nothing of a leaf.
    #[must_use]
    fn select<'a>(set: &ContextSelectionSet<'a>) -> Selection<'a> {
        Selection::leaf(set)
    }

    /// Writes it, where nothing selected has to be waited for.
    ///
    /// # Errors
    /// [`Failed`] when null has to stand further up; the text tells why.
    fn write(&self, selection: &Selection<'_>, at: &Place<'_>, out: &mut Text) -> Written;

    /// Writes them all, each as a row of the text.
    fn write_all<'a>(
        all: &'a [&'a Self],
        selection: &'a Selection<'a>,
        at: &'a [Place<'a>],
    ) -> impl Future<Output = Text> + Send + 'a {
        async move { Text::of(all.iter().zip(at), |(value, at), out| value.write(selection, at, out)) }
    }
}

/// An object with columns; `#[object]` makes it of an `impl` block.
pub trait Planned: ContainerType + Output + Sized {
    /// How many there are.
    const COLUMNS: usize;

    /// The column of a field, unless the field is asked for each row by itself.
    fn column(name: &str) -> Option<usize>;

    /// What is selected of what a column gives.
    #[must_use]
    fn select_column<'a>(column: usize, set: &ContextSelectionSet<'a>) -> Selection<'a>;

    /// Asks for what is going to be read for the row with this id, as far as the id alone tells what that is. `field` is
    /// the one that gives the row.
    fn ask_ahead(id: Uuid, field: &Field, loads: &Loads) {
        let _ = (id, field, loads);
    }

    /// Writes what a column gives, where nothing selected has to be waited for.
    ///
    /// # Errors
    /// As [`Output::write`].
    fn write_column(&self, column: usize, field: &Selected<'_>, at: &Place<'_>, out: &mut Text) -> Written;

    /// Writes what a column gives for each of the rows.
    fn answer_column<'a>(
        rows: &'a [&'a Self],
        column: usize,
        field: &'a Selected<'a>,
        at: &'a [Place<'a>],
    ) -> Answering<'a>;
}
