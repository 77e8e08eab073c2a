//! What an operation may cost, before it runs. Ten objects cost a point; `@cost` adds what a field costs beside
//! them. Pages count as full and plain lists as ten objects, and both branches of `@skip` and `@include` count: so
//! this is the worst case, but for plain lists that are longer.

use apollo_compiler::{
    ExecutableDocument, Name, Node,
    ast::{OperationType, Value},
    executable::{Field, Operation, Selection, SelectionSet},
};
use async_graphql::Variables;
use async_graphql_value::ConstValue;

use crate::graphql::plan::Spliced;

/// Objects that cost a point together.
const OBJECTS_A_POINT: u64 = 10;

/// What a mutation costs if its `@cost` says nothing else.
const MUTATION: u64 = 5;

/// What introspection costs: its objects are in memory.
const INTROSPECTION: u64 = 10;

/// How many rows a page has if nobody says how many, and at most.
const PAGE: (u64, u64) = (20, 100);

/// How many rows a list without pages is taken to have.
const LIST: u64 = 10;

/// What an operation may cost.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Cost {
    /// Objects in the answer.
    objects: u64,
    /// Points beside them.
    weights: u64,
    /// Whether the answer has objects that don't count.
    introspects: bool,
}

impl Cost {
    /// In points, and at least one.
    #[must_use]
    pub fn points(self) -> u64 {
        self.objects.div_ceil(OBJECTS_A_POINT).saturating_add(self.weights).max(1)
    }

    /// What it has cost, by the answer, in points.
    #[must_use]
    pub fn of_answer(self, answer: &Answer) -> u64 {
        if self.introspects {
            return self.points();
        }
        // The answer itself is an object, which nothing was charged for.
        Self { objects: answer.objects.saturating_sub(1), ..self }.points()
    }

    fn add(self, other: Self) -> Self {
        Self {
            objects: self.objects.saturating_add(other.objects),
            weights: self.weights.saturating_add(other.weights),
            introspects: self.introspects || other.introspects,
        }
    }

    fn times(self, count: u64) -> Self {
        Self {
            objects: self.objects.saturating_mul(count),
            weights: self.weights.saturating_mul(count),
            ..self
        }
    }
}

/// How large an answer is.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Answer {
    objects: u64,
    /// Bytes, about: where the executor has written, as if no character of a text had to be escaped.
    pub bytes: usize,
}

impl Answer {
    /// Measures an answer's data.
    #[must_use]
    pub fn of(data: &ConstValue) -> Self {
        let mut answer = Self::default();
        answer.add(data);
        answer
    }

    fn add(&mut self, value: &ConstValue) {
        self.bytes += match value {
            ConstValue::Object(fields) => {
                self.objects += 1;
                fields
                    .iter()
                    .map(|(name, value)| {
                        self.add(value);
                        name.len() + "\"\":,".len()
                    })
                    .sum()
            }
            ConstValue::List(items) => {
                for item in items {
                    self.add(item);
                }
                items.len()
            }
            ConstValue::String(text) => text.len() + "\"\"".len(),
            ConstValue::Enum(name) => name.len() + "\"\"".len(),
            ConstValue::Binary(text) => {
                let spliced = Spliced::read(text);
                self.objects += spliced.objects;
                spliced.json.len()
            }
            ConstValue::Null | ConstValue::Boolean(_) | ConstValue::Number(_) => 4,
        };
    }
}

/// What selections cost, as far as it is known before the variables are.
#[derive(Default)]
pub(super) struct Price {
    fixed: Cost,
    /// What depends on variables: so many times that.
    varying: Vec<(Count, Self)>,
}

/// How many rows a list may have.
#[derive(Clone)]
enum Count {
    Fixed(u64),
    /// As many as these variables say, or the other number if they say nothing.
    Page(Vec<Name>, u64),
    /// As many as a variable has items.
    Items(Name),
}

impl Price {
    /// What an operation may cost.
    pub fn of(document: &ExecutableDocument, operation: &Operation) -> Self {
        let walk = Walk { document, mutation: operation.operation_type == OperationType::Mutation };
        walk.selections(&operation.selection_set, None)
    }

    /// What it may cost with these variables.
    pub fn with(&self, variables: &Variables) -> Cost {
        let varying =
            self.varying.iter().map(|(count, price)| price.with(variables).times(count.with(variables)));
        varying.fold(self.fixed, Cost::add)
    }

    fn fixed(fixed: Cost) -> Self {
        Self { fixed, varying: Vec::new() }
    }

    fn add(mut self, other: Self) -> Self {
        self.fixed = self.fixed.add(other.fixed);
        self.varying.extend(other.varying);
        self
    }

    fn times(self, count: &Count) -> Self {
        match count {
            Count::Fixed(count) if self.varying.is_empty() => Self::fixed(self.fixed.times(*count)),
            _ => Self { fixed: Cost::default(), varying: vec![(count.clone(), self)] },
        }
    }
}

impl Count {
    fn with(&self, variables: &Variables) -> u64 {
        match self {
            Self::Fixed(count) => *count,
            Self::Page(names, default) => {
                let given = names.iter().filter_map(|name| match variables.get(name.as_str()) {
                    Some(ConstValue::Number(count)) => Some(count.as_u64().unwrap_or(0).min(PAGE.1)),
                    _ => None,
                });
                given.max().unwrap_or(*default)
            }
            Self::Items(name) => match variables.get(name.as_str()) {
                Some(ConstValue::List(items)) => items.len() as u64,
                _ => 1,
            },
        }
    }

    /// How many rows the arguments of a field ask for, if they ask for any number.
    fn asked(field: &Field) -> Option<Self> {
        let takes = |name: &str| field.definition.argument_by_name(name);
        if takes("ids").is_some() {
            return Some(match field.specified_argument_by_name("ids").map(|value| &**value) {
                Some(Value::List(items)) => Self::Fixed(items.len() as u64),
                Some(Value::Variable(name)) => Self::Items(name.clone()),
                _ => Self::Fixed(1),
            });
        }
        let default =
            takes("first")?.default_value.as_ref().and_then(|value| number(value)).unwrap_or(PAGE.0);
        let (mut names, mut given) = (Vec::new(), None);
        for value in ["first", "last"].iter().filter_map(|name| field.specified_argument_by_name(name)) {
            match &**value {
                Value::Variable(name) => names.push(name.clone()),
                value => given = given.max(number(value)),
            }
        }
        Some(if names.is_empty() {
            Self::Fixed(given.unwrap_or(default))
        } else {
            Self::Page(names, given.unwrap_or(default))
        })
    }
}

fn number(value: &Value) -> Option<u64> {
    let Value::Int(number) = value else { return None };
    Some(number.as_str().parse().unwrap_or(0).min(PAGE.1))
}

struct Walk<'a> {
    document: &'a ExecutableDocument,
    /// Whether the fields at the root change something.
    mutation: bool,
}

impl Walk<'_> {
    /// `page` is how many rows the connection has whose fields these are.
    fn selections(&self, set: &SelectionSet, page: Option<&Count>) -> Price {
        let priced = set.selections.iter().map(|selection| match selection {
            Selection::Field(field) => self.field(field, page, self.mutation && set.ty == "Mutation"),
            Selection::InlineFragment(fragment) => self.selections(&fragment.selection_set, page),
            Selection::FragmentSpread(spread) => match self.document.fragments.get(&spread.fragment_name) {
                Some(fragment) => self.selections(&fragment.selection_set, page),
                None => Price::default(),
            },
        });
        priced.fold(Price::default(), Price::add)
    }

    fn field(&self, field: &Node<Field>, page: Option<&Count>, mutates: bool) -> Price {
        let told = field
            .definition
            .directives
            .get("cost")
            .and_then(|cost| cost.specified_argument_by_name("weight").and_then(|weight| number(weight)));
        let weights = told.unwrap_or(if mutates { MUTATION } else { 0 });
        let weight = |weights| Price::fixed(Cost { weights, ..Cost::default() });
        if field.name.starts_with("__") {
            let introspects = !field.selection_set.selections.is_empty();
            let weights = if introspects { INTROSPECTION } else { 0 };
            return Price::fixed(Cost { weights, introspects, ..Cost::default() });
        }
        if field.selection_set.selections.is_empty() {
            return weight(weights);
        }
        let asked = Count::asked(field);
        let is_list = field.definition.ty.is_list();
        let below = if is_list { None } else { asked.as_ref() };
        let one = Price::fixed(Cost { objects: 1, ..Cost::default() });
        let each = one.add(self.selections(&field.selection_set, below));
        let all =
            if is_list { each.times(asked.as_ref().or(page).unwrap_or(&Count::Fixed(LIST))) } else { each };
        all.add(weight(weights))
    }
}
