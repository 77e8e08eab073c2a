//! Operators read of every setting what the program says of it.

use clap::CommandFactory as _;
use souk::config::Cli;

#[test]
fn every_setting_stands_in_the_guide_for_operators() {
    let guide = include_str!("../../../docs/operating.md");
    let command = Cli::command();
    let settings: Vec<_> =
        command.get_arguments().filter_map(|setting| Some((setting, setting.get_env()?))).collect();
    assert!(settings.len() > 40, "the settings were not found");
    for (setting, variable) in settings {
        let default: Vec<_> =
            setting.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
        let default = if default.is_empty() { String::new() } else { format!("`{}`", default.join(",")) };
        let flag = setting.get_long().expect("each setting has a flag");
        let row = format!("| `{}` | `--{flag}` | {default} |", variable.to_string_lossy());
        assert!(guide.contains(&row), "docs/operating.md lacks the row {row}");
    }
}
