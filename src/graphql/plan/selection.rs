//! What is asked of a type, looked up once for all rows.

use async_graphql::{
    Context, ContextSelectionSet, Positioned,
    parser::types::{Field, InlineFragment, Selection as Part, SelectionSet},
};

use super::Planned;

/// What is selected of a value.
pub struct Selection<'a> {
    /// The context of the whole.
    pub ctx: ContextSelectionSet<'a>,
    /// The fields, if it is an object.
    pub fields: Vec<Selected<'a>>,
    /// Whether anything of it has to be waited for.
    pub waits: bool,
}

/// A selected field.
pub struct Selected<'a> {
    /// Its context, which knows of no row.
    pub ctx: Context<'a>,
    /// How it is answered.
    pub step: Step,
    /// What is selected of what it gives.
    pub below: Selection<'a>,
}

/// How a field is answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// By the type itself.
    TypeName,
    /// By this column.
    Column(usize),
    /// By the executor, for each row.
    Executor,
}

impl<'a> Selection<'a> {
    /// Nothing, as of a leaf.
    pub(super) fn leaf(set: &ContextSelectionSet<'a>) -> Self {
        Self { ctx: set.clone(), fields: Vec::new(), waits: false }
    }

    /// The same of something that has to be waited for.
    pub(super) fn waiting(self) -> Self {
        Self { waits: true, ..self }
    }

    /// The fields of an object.
    pub fn of<T: Planned>(set: &ContextSelectionSet<'a>) -> Self {
        let mut selection = Self::leaf(set);
        selection.fields.reserve(set.item.node.items.len());
        selection.add::<T>(&set.item.node);
        selection.waits = selection.fields.iter().any(Selected::waits);
        selection
    }

    fn add<T: Planned>(&mut self, set: &'a SelectionSet) {
        for part in &set.items {
            match &part.node {
                Part::Field(field) => self.fields.push(Selected::of::<T>(&self.ctx, field)),
                Part::InlineFragment(fragment) if applies::<T>(&fragment.node) => {
                    self.add::<T>(&fragment.node.selection_set.node);
                }
                // Preparing a document leaves none of the others.
                Part::InlineFragment(_) | Part::FragmentSpread(_) => {}
            }
        }
    }
}

/// The names of the fields that are selected of a type, before any row of it is known.
pub fn selected<T: Planned>(set: &SelectionSet) -> Vec<&str> {
    fn of<T: Planned>(part: &Positioned<Part>) -> Vec<&str> {
        match &part.node {
            Part::Field(field) => vec![field.node.name.node.as_str()],
            Part::InlineFragment(fragment) if applies::<T>(&fragment.node) => {
                selected::<T>(&fragment.node.selection_set.node)
            }
            // Preparing a document leaves none of the others.
            Part::InlineFragment(_) | Part::FragmentSpread(_) => Vec::new(),
        }
    }
    set.items.iter().flat_map(of::<T>).collect()
}

fn applies<T: Planned>(fragment: &InlineFragment) -> bool {
    fragment.type_condition.as_ref().is_none_or(|it| *it.node.on.node == *T::type_name())
}

impl<'a> Selected<'a> {
    fn of<T: Planned>(of: &ContextSelectionSet<'a>, field: &'a Positioned<Field>) -> Self {
        let ctx = of.query_env.create_context(of.schema_env, of.path_node, field, of.execute_data);
        let set = ctx.with_selection_set(&field.node.selection_set);
        let name = field.node.name.node.as_str();
        let (step, below) = if name == "__typename" {
            (Step::TypeName, Selection::leaf(&set))
        } else {
            match T::column(name) {
                Some(column) => (Step::Column(column), T::select_column(column, &set)),
                None => (Step::Executor, Selection::leaf(&set).waiting()),
            }
        };
        Self { ctx, step, below }
    }

    /// The key of the answer's object.
    pub(super) fn key(&self) -> &'a str {
        &self.ctx.item.node.response_key().node
    }

    /// Whether the field or anything below has to be waited for.
    pub(super) fn waits(&self) -> bool {
        self.below.waits
    }
}
