//! A checked document, ready for requests.

use std::sync::{Arc, OnceLock};

use apollo_compiler::{ExecutableDocument, Node, executable, parser::Parser, validation::Valid};
use async_graphql::{
    Data, Positioned, Request, ServerError, Variables,
    parser::types::{DocumentOperations, ExecutableDocument as Executed, OperationDefinition, Selection},
};
use serde_json::{Map, Value};

pub use async_graphql::parser::types::OperationType as OperationKind;

use super::{
    collect::Source,
    convert::{self, Converter},
    cost::{Cost, Price},
    limits::{Excess, Limits},
    lines::Lines,
    literals::{self, Usage},
    refusal, scan,
    schema::TypeSystem,
    size, variables,
};
use crate::graphql::Problem;

/// How many forms of one operation are kept. One has several only where variables decide what is selected.
const FORMS: usize = 4;

/// A document that has been parsed and checked.
pub struct Prepared {
    types: Arc<TypeSystem>,
    checked: Valid<ExecutableDocument>,
    operations: Vec<Operation>,
    lines: Lines,
    limits: Limits,
    /// How many selections the document has.
    selections: usize,
    bytes: u64,
}

/// An operation with its variables, ready to be executed.
#[derive(Debug)]
pub struct Runnable {
    /// What is run.
    pub definition: Arc<OperationDefinition>,
    /// Its variables.
    pub variables: Variables,
    /// What it does.
    pub kind: OperationKind,
    /// What it may cost.
    pub cost: Cost,
}

/// An operation of a document.
pub(super) struct Operation {
    pub plan: Node<executable::Operation>,
    pub usage: Usage,
    price: Price,
    /// What the executor runs, by what the variables decide.
    forms: [OnceLock<(Vec<bool>, Arc<OperationDefinition>)>; FORMS],
}

impl Prepared {
    /// Parses and checks a text.
    pub(super) fn new(
        text: &str,
        limits: &Limits,
        types: &Arc<TypeSystem>,
    ) -> Result<Self, Vec<ServerError>> {
        let lines = Lines::of(text);
        let too_complex = |excess: Excess| refusal::excess(&excess, Some(&lines));
        let scanned = scan::scan(text, limits).map_err(too_complex)?;
        let tree = Parser::new()
            .parse_ast(scan::blank(text, &scanned.blanks), "")
            .map_err(|found| refusal::unreadable(&found.errors, &lines))?;
        if let Some(offset) = scanned.valueless {
            let position = Some(lines.position(offset));
            return Err(vec![refusal::error(Problem::PARSE_FAILED, "expected a value".to_owned(), position)]);
        }
        let selections = size::measure(&tree, limits).map_err(too_complex)?;
        let checked = tree
            .to_executable_validate(&types.schema)
            .map_err(|found| refusal::invalid(&found.errors, &tree, &lines))?;
        let mut prepared = Self {
            types: Arc::clone(types),
            operations: Vec::new(),
            checked,
            lines,
            limits: *limits,
            selections,
            // By measurement, rather too high than too low.
            bytes: (6_000 + 6 * text.len() + 256 * scanned.tokens) as u64,
        };
        prepared.add_operations()?;
        Ok(prepared)
    }

    fn add_operations(&mut self) -> Result<(), Vec<ServerError>> {
        let (mut written, mut open) = (0, 0);
        for plan in self.checked.operations.iter() {
            let usage = literals::check(&self.types, &self.checked, plan)
                .map_err(|mistakes| refusal::mistakes(Problem::VALIDATION_FAILED, mistakes, &self.lines))?;
            let price = Price::of(&self.checked, plan);
            let operation = Operation { plan: plan.clone(), usage, price, forms: Default::default() };
            if operation.usage.is_fixed() {
                // Its one form is made now, so that what is wrong with it is told now.
                let form = self.convert(&operation, &Variables::default(), &mut written);
                let form = form.map_err(|excess| refusal::excess(&excess, Some(&self.lines)))?;
                operation.keep(Vec::new(), form);
            } else {
                open = FORMS * self.selections;
            }
            self.operations.push(operation);
        }
        self.bytes += 300 * (written + open) as u64;
        Ok(())
    }

    /// What it takes of memory, with all forms.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// What the operation of this name does, or the only one.
    ///
    /// # Errors
    /// When there is no such operation, or several and no name.
    pub fn kind(&self, operation_name: Option<&str>) -> Result<OperationKind, Vec<ServerError>> {
        Ok(convert::kind(&self.operation(operation_name)?.plan))
    }

    /// The operation of this name, or the only one, with these variables.
    ///
    /// # Errors
    /// When there is no such operation, for every variable that is not what the operation declares, and when it
    /// would cost too much.
    pub fn runnable(
        &self,
        operation_name: Option<&str>,
        variables: Map<String, Value>,
    ) -> Result<Runnable, Vec<ServerError>> {
        let operation = self.operation(operation_name)?;
        let variables = variables::coerce(&self.types, &self.lines, operation, variables)?;
        let too_complex = |excess: Excess| refusal::excess(&excess, Some(&self.lines));
        let cost = operation.price.with(&variables);
        let points = usize::try_from(cost.points()).unwrap_or(usize::MAX);
        let place = operation.plan.location().map(|span| span.offset());
        Excess::check("points of cost", self.limits.cost, points, place).map_err(too_complex)?;
        let definition = self.form(operation, &variables).map_err(too_complex)?;
        Ok(Runnable { definition, variables, kind: convert::kind(&operation.plan), cost })
    }

    fn operation(&self, name: Option<&str>) -> Result<&Operation, Vec<ServerError>> {
        // Some clients send an empty name for none.
        let found = match name.filter(|name| !name.is_empty()) {
            Some(name) => {
                let named =
                    |operation: &&Operation| operation.plan.name.as_ref().is_some_and(|it| it == name);
                self.operations.iter().find(named).ok_or_else(|| format!("There is no operation “{name}”."))
            }
            None => match &*self.operations {
                [operation] => Ok(operation),
                [] => Err("The document has no operation.".to_owned()),
                _ => Err("The document has several operations: say which by operationName.".to_owned()),
            },
        };
        found.map_err(|message| vec![refusal::error(Problem::BAD_USER_INPUT, message, None)])
    }

    fn form(&self, operation: &Operation, variables: &Variables) -> Result<Arc<OperationDefinition>, Excess> {
        let decisions = operation.usage.decisions(variables);
        let mut kept = operation.forms.iter().map_while(OnceLock::get);
        if let Some((_, form)) = kept.find(|(of, _)| *of == decisions) {
            return Ok(Arc::clone(form));
        }
        let mut written = 0;
        let form = self.convert(operation, variables, &mut written)?;
        // More than this has not been reckoned with in what the document takes of the cache.
        if written <= self.selections {
            operation.keep(decisions, Arc::clone(&form));
        }
        Ok(form)
    }

    fn convert(
        &self,
        operation: &Operation,
        variables: &Variables,
        written: &mut usize,
    ) -> Result<Arc<OperationDefinition>, Excess> {
        let source = Source { types: &self.types, document: &self.checked, variables };
        Converter { source, lines: &self.lines, most: self.limits.selections, written }
            .operation(&operation.plan)
            .map(Arc::new)
    }
}

impl Runnable {
    /// Whether it asks what the schema is.
    pub(in crate::api) fn asks_for_schema(&self) -> bool {
        self.definition.selection_set.node.items.iter().any(|part| match &part.node {
            Selection::Field(field) => matches!(field.node.name.node.as_str(), "__schema" | "__type"),
            Selection::InlineFragment(_) | Selection::FragmentSpread(_) => false,
        })
    }

    /// The same as a request to the library, with what resolvers ask for.
    pub(in crate::api) fn into_request(self, data: Data) -> Request {
        let definition = Arc::unwrap_or_clone(self.definition);
        let position = definition.selection_set.pos;
        let mut request = Request::new("").variables(self.variables);
        request.data = data;
        request.set_parsed_query(Executed {
            operations: DocumentOperations::Single(Positioned::new(definition, position)),
            fragments: std::collections::HashMap::new(),
        });
        request
    }
}

impl Operation {
    /// Keeps a form if there is a place for it.
    fn keep(&self, decisions: Vec<bool>, form: Arc<OperationDefinition>) {
        let mut form = Some((decisions, form));
        for place in &self.forms {
            if let Some(kept) = form.take() {
                form = place.set(kept).err();
            }
        }
    }
}
