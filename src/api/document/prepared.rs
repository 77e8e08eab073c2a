//! A checked document, ready for requests.

use std::sync::{Arc, OnceLock};

use apollo_compiler::{
    ExecutableDocument, Node, executable, parser::Parser, validation::Valid,
};
use async_graphql::{Request, ServerError, Variables, parser::types};
use serde_json::{Map, Value};

pub use async_graphql::parser::types::OperationType as OperationKind;

use super::{
    collect::Source,
    convert::{self, Converter},
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
    most_selections: usize,
    text_bytes: usize,
}

/// An operation of a document.
pub(super) struct Operation {
    pub plan: Node<executable::Operation>,
    pub usage: Usage,
    /// What the executor runs, by what the variables decide.
    forms: [OnceLock<(Vec<bool>, types::ExecutableDocument)>; FORMS],
}

impl Prepared {
    /// Parses and checks a text.
    pub(super) fn new(text: &str, limits: &Limits, types: &Arc<TypeSystem>) -> Result<Self, Vec<ServerError>> {
        let lines = Lines::of(text);
        let too_complex = |excess: Excess| refusal::excess(&excess, Some(&lines));
        let descriptions = scan::scan(text, limits).map_err(too_complex)?;
        let tree = Parser::new()
            .parse_ast(scan::blank(text, &descriptions), "")
            .map_err(|found| refusal::diagnostics(Problem::PARSE_FAILED, &found.errors, &lines))?;
        size::measure(&tree, limits).map_err(too_complex)?;
        let checked = tree
            .to_executable_validate(&types.schema)
            .map_err(|found| refusal::diagnostics(Problem::VALIDATION_FAILED, &found.errors, &lines))?;
        let operation = |plan: &Node<executable::Operation>| {
            let usage = literals::check(types, &checked, plan).map_err(|mistakes| {
                let told = |mistake: super::input::Mistake| {
                    let position = mistake.offset.map(|offset| lines.position(offset));
                    refusal::error(Problem::VALIDATION_FAILED, mistake.message, position)
                };
                mistakes.into_iter().map(told).collect::<Vec<_>>()
            })?;
            Ok::<_, Vec<ServerError>>(Operation { plan: plan.clone(), usage, forms: Default::default() })
        };
        let operations = checked.operations.iter().map(operation).collect::<Result<_, _>>()?;
        let (types, most_selections) = (Arc::clone(types), limits.selections);
        Ok(Self { types, checked, operations, lines, most_selections, text_bytes: text.len() })
    }

    /// What the operation of this name does, or the only one.
    ///
    /// # Errors
    /// When there is no such operation, or several and no name.
    pub fn kind(&self, operation_name: Option<&str>) -> Result<OperationKind, Vec<ServerError>> {
        Ok(convert::kind(&self.operation(operation_name)?.plan))
    }

    /// A request for the operation of this name, or the only one, with these variables.
    ///
    /// # Errors
    /// When there is no such operation, and for every variable that is not what the operation declares.
    pub fn request(
        &self,
        operation_name: Option<&str>,
        variables: Map<String, Value>,
    ) -> Result<(Request, OperationKind), Vec<ServerError>> {
        let operation = self.operation(operation_name)?;
        let variables = variables::coerce(&self.types, &self.lines, operation, variables)?;
        let form = self.form(operation, &variables).map_err(|excess| refusal::excess(&excess, Some(&self.lines)))?;
        let mut request = Request::new("").variables(variables);
        request.set_parsed_query(form);
        Ok((request, convert::kind(&operation.plan)))
    }

    /// What it takes of memory, roughly and rather too much than too little.
    pub(super) fn bytes(&self) -> u64 {
        self.text_bytes as u64
    }

    fn operation(&self, name: Option<&str>) -> Result<&Operation, Vec<ServerError>> {
        // Some clients send an empty name for none.
        let found = match name.filter(|name| !name.is_empty()) {
            Some(name) => {
                let named = |operation: &&Operation| operation.plan.name.as_ref().is_some_and(|it| it == name);
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

    fn form(&self, operation: &Operation, variables: &Variables) -> Result<types::ExecutableDocument, Excess> {
        let decisions = operation.usage.decisions(variables);
        let mut kept = operation.forms.iter().map_while(OnceLock::get);
        if let Some((_, form)) = kept.find(|(of, _)| *of == decisions) {
            return Ok(form.clone());
        }
        let source = Source { types: &self.types, document: &self.checked, variables };
        let mut converter = Converter { source, lines: &self.lines, most: self.most_selections, written: 0 };
        let form = converter.document(&operation.plan)?;
        let mut kept = Some((decisions, form.clone()));
        for place in &operation.forms {
            if let Some(form) = kept.take() {
                kept = place.set(form).err();
            }
        }
        Ok(form)
    }
}
