//! Status machines as data: every status, every allowed move, and who may make it.

use std::fmt::Write as _;

use super::{Denial, Fault, Named, Path, Refusal};

/// In what relation to a thing someone moves its status on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// The account that the thing belongs to.
    Owner,
    /// The studio of the game.
    Studio,
    /// Managers and admins.
    Staff,
    /// The store itself.
    System,
}

/// One allowed move: from, to, by whom.
#[derive(Debug)]
pub struct Move<S: 'static>(pub S, pub S, pub &'static [Actor]);

/// A status machine.
pub trait Status: Named {
    /// What it is the status of, as the diagrams call it.
    const OF: &'static str;
    /// Where a new thing may start.
    const START: &'static [Self];
    /// All allowed moves.
    const MOVES: &'static [Move<Self>];

    /// What this status may become.
    fn next(self) -> Vec<Self> {
        Self::MOVES.iter().filter(|m| m.0 == self).map(|m| m.1).collect()
    }

    /// The move to `to`, made by someone who is all of `actors` to the thing.
    ///
    /// # Errors
    /// [`Refusal::IllegalTransition`] at `path` if the machine has no such move, and [`Denial::Forbidden`] if
    /// it has, but not for these.
    fn step(self, to: Self, actors: &[Actor], path: Path) -> Result<Self, Fault> {
        let Some(found) = Self::MOVES.iter().find(|m| m.0 == self && m.1 == to) else {
            let allowed = self.next().into_iter().map(Named::name).collect();
            return Err(Refusal::IllegalTransition { path, from: self.name(), to: to.name(), allowed }.into());
        };
        if found.2.iter().any(|by| actors.contains(by)) { Ok(to) } else { Err(Denial::Forbidden.into()) }
    }
}

/// The machine as a Mermaid state diagram.
#[must_use]
pub fn mermaid<S: Status>() -> String {
    let mut text = format!("---\ntitle: {}\n---\nstateDiagram-v2\n", S::OF);
    let mut line = |from: &str, to: &str, by: &str| {
        // Writing to a string can't fail.
        let _ = writeln!(text, "    {from} --> {to}{by}");
    };
    for start in S::START {
        line("[*]", start.name(), "");
    }
    for Move(from, to, by) in S::MOVES {
        let by: Vec<_> = by.iter().map(|actor| format!("{actor:?}").to_lowercase()).collect();
        line(from.name(), to.name(), &format!(": {}", by.join(", ")));
    }
    for end in S::ALL.iter().filter(|status| status.next().is_empty()) {
        line(end.name(), "[*]", "");
    }
    text
}
