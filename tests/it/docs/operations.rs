//! Every operation on a page can be sent: it fits the schema.

use apollo_compiler::{ExecutableDocument, Schema};

use super::blocks;

const PAGES: [(&str, &str); 4] = [
    ("README.md", include_str!("../../../README.md")),
    ("docs/api.md", include_str!("../../../docs/api.md")),
    ("docs/events.md", include_str!("../../../docs/events.md")),
    ("docs/webhooks.md", include_str!("../../../docs/webhooks.md")),
];

/// The operations of a page, each with its line: blocks of GraphQL, and what commands send as `"query"`.
fn operations(page: &str) -> Vec<(usize, String)> {
    let mut operations = Vec::new();
    for block in blocks(page) {
        match block.language.as_str() {
            // An excerpt of the schema is none.
            "graphql" if !block.text.starts_with("type ") => operations.push((block.line, block.text)),
            "sh" => {
                for sent in block.text.split("\"query\": ").skip(1) {
                    let text = serde_json::Deserializer::from_str(sent).into_iter::<String>().next();
                    let text = text.and_then(Result::ok).expect("a query is a string");
                    operations.push((block.line, text));
                }
            }
            _ => {}
        }
    }
    operations
}

#[test]
fn every_operation_of_the_pages_fits_the_schema() {
    let schema = Schema::parse_and_validate(souk::api::sdl(), "schema.graphql").expect("it is a schema");
    for (name, page) in PAGES {
        let operations = operations(page);
        assert!(!operations.is_empty(), "{name} has no operations");
        let blocks = page.matches("```graphql").count() - page.matches("```graphql\ntype ").count();
        let mentioned = blocks + page.matches("\"query\": ").count();
        assert_eq!(operations.len(), mentioned, "some operations of {name} were passed over");
        for (line, text) in operations {
            if let Err(errors) = ExecutableDocument::parse_and_validate(&schema, &text, "operation") {
                panic!("{name}, line {line}: {}", errors.errors);
            }
        }
    }
}
