//! Running the programs that are needed on the way.

use std::{io, process::Command};

use super::LocalError;

/// Runs a program to its end and gives what it printed.
pub fn run(command: &mut Command) -> Result<String, LocalError> {
    let output = command.output().map_err(|error| failed(command, error.to_string()))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned());
    }
    // What went wrong stands at the top; npm goes on for a page.
    let said = String::from_utf8_lossy(&output.stderr).trim().lines().take(2).collect::<Vec<_>>().join("; ");
    Err(failed(command, if said.is_empty() { output.status.to_string() } else { said }))
}

/// Removes a file that may not be there.
pub fn forget(result: io::Result<()>) -> io::Result<()> {
    result.or_else(|error| if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) })
}

fn failed(command: &Command, fault: String) -> LocalError {
    LocalError::Program { program: command.get_program().display().to_string(), fault }
}
