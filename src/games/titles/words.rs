//! What a game may be called and how it is described.

use crate::kernel::{Path, Refusals};

const TITLE_LENGTH: usize = 200;
const DESCRIPTION_LENGTH: usize = 10_000;

pub fn title(refusals: &mut Refusals, path: Path, title: &str) -> String {
    let title = title.trim();
    if title.is_empty() {
        refusals.invalid(path, "Give the game a title.");
    } else if title.chars().count() > TITLE_LENGTH {
        refusals.invalid(path, format!("A title has {TITLE_LENGTH} characters at most."));
    } else if title.chars().any(char::is_control) {
        refusals.invalid(path, "A title is one line without control characters.");
    }
    title.to_owned()
}

pub fn description(refusals: &mut Refusals, path: Path, description: &str) -> String {
    let description = description.trim();
    if description.chars().count() > DESCRIPTION_LENGTH {
        refusals.invalid(path, format!("A description has {DESCRIPTION_LENGTH} characters at most."));
    } else if description.contains('\0') {
        refusals.invalid(path, "A description can't hold a NUL character.");
    }
    description.to_owned()
}
