//! The rules of the house: who may import whom.

use std::path::{Path, PathBuf};

/// A part, and what it may import beside itself. Features come with the features below them.
const LAYERS: &[(&str, &[&str])] = &[
    ("kernel", &[]),
    ("db", &["kernel"]),
    ("graphql", &["db", "kernel"]),
    ("events", &["graphql", "db", "kernel"]),
    ("accounts", &["events", "graphql", "db", "kernel"]),
    ("billing", &["accounts", "events", "graphql", "db", "kernel"]),
    ("catalogue", &["accounts", "events", "graphql", "db", "kernel"]),
    ("checkout", &["accounts", "catalogue", "events", "graphql", "db", "kernel"]),
    ("games", &["accounts", "events", "graphql", "db", "kernel"]),
    ("reports", &["accounts", "billing", "catalogue", "games", "graphql", "db", "kernel"]),
    ("webhooks", &["events", "graphql", "db", "kernel"]),
    (
        "api",
        &[
            "accounts",
            "billing",
            "catalogue",
            "checkout",
            "games",
            "reports",
            "webhooks",
            "events",
            "graphql",
            "db",
            "kernel",
        ],
    ),
    ("http", &["api", "accounts", "events", "graphql", "db", "kernel"]),
];

/// A graph of types has no layers: nodes lead to each other in every direction, through the features' doors.
fn is_node_file(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == "graphql.rs" || name == "node.rs")
        || path.iter().skip(1).any(|folder| folder == "graphql")
        || path.ends_with("graphql/user_error.rs")
}

const FEATURES: [&str; 7] = ["accounts", "billing", "catalogue", "checkout", "games", "reports", "webhooks"];

fn sources() -> Vec<(PathBuf, String)> {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src"));
    let (mut folders, mut files) = (vec![root.to_owned()], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("sources can be listed").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let text = std::fs::read_to_string(&path).expect("sources can be read");
                let path = path.strip_prefix(root).expect("it lies in the folder").to_owned();
                files.push((path, text));
            }
        }
    }
    files
}

/// The parts that a file imports by `crate::part` or in `use crate::{..}`.
fn imported(text: &str) -> Vec<String> {
    let mut parts = Vec::new();
    for (at, _) in text.match_indices("crate::") {
        let rest = &text[at + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            let (mut depth, mut name) = (0, String::new());
            for letter in group.chars() {
                match letter {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => parts.push(std::mem::take(&mut name)),
                    _ if depth == 0 => name.push(letter),
                    _ => {}
                }
            }
            parts.push(name);
        } else {
            parts.push(rest.to_owned());
        }
    }
    let head = |part: String| -> String {
        part.trim().chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect()
    };
    parts.into_iter().map(head).filter(|part| !part.is_empty()).collect()
}

#[test]
fn parts_import_only_what_lies_below_them() {
    let files = sources();
    assert!(files.len() > 50, "the sources were not found");
    let mut broken = Vec::new();
    for (path, text) in &files {
        let part = path.iter().next().and_then(|part| part.to_str()).unwrap_or_default();
        let Some((_, below)) = LAYERS.iter().find(|(name, _)| *name == part) else { continue };
        for other in imported(text) {
            let known = LAYERS.iter().any(|(name, _)| *name == other);
            let fine = other == part
                || below.contains(&other.as_str())
                || (is_node_file(path) && FEATURES.contains(&other.as_str()));
            if known && !fine {
                broken.push(format!("{} imports {other}", path.display()));
            }
        }
    }
    assert_eq!(broken, Vec::<String>::new());
}

#[test]
fn only_stores_speak_sql_and_only_http_speaks_http() {
    let mut broken = Vec::new();
    for (path, text) in sources() {
        let is_store =
            path.iter().any(|part| part == "store.rs" || part == "store") || path.starts_with("db");
        if text.contains("RunQueryDsl") && !is_store {
            broken.push(format!("{} speaks SQL", path.display()));
        }
        let serves = path.starts_with("http") || path.ends_with("app/serve.rs");
        if text.contains("axum::") && !serves {
            broken.push(format!("{} speaks HTTP", path.display()));
        }
    }
    assert_eq!(broken, Vec::<String>::new());
}
