//! What people may write, wherever they write it.

use super::{Path, Refusals};

const LINE_LENGTH: usize = 200;
const DESCRIPTION_LENGTH: usize = 10_000;

/// The `field`, such as the name, that people give to a `thing`: one line, trimmed.
pub fn title(refusals: &mut Refusals, path: Path, thing: &str, field: &str, written: &str) -> String {
    let written = written.trim();
    if written.is_empty() {
        refusals.invalid(path, format!("Give the {thing} a {field}."));
    } else if written.chars().count() > LINE_LENGTH {
        refusals.invalid(path, format!("A {field} has {LINE_LENGTH} characters at most."));
    } else if written.chars().any(char::is_control) {
        refusals.invalid(path, format!("A {field} is one line without control characters."));
    }
    written.to_owned()
}

/// How people describe a thing: any lines, trimmed.
pub fn description(refusals: &mut Refusals, path: Path, written: &str) -> String {
    let written = written.trim();
    if written.chars().count() > DESCRIPTION_LENGTH {
        refusals.invalid(path, format!("A description has {DESCRIPTION_LENGTH} characters at most."));
    } else if written.contains('\0') {
        refusals.invalid(path, "A description can't hold a NUL character.");
    }
    written.to_owned()
}
