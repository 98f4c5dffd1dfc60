//! The help texts, as they are printed.

use clap::{Command, CommandFactory};
use hookbell::cli::Args;

#[test]
fn every_command_prints_its_help() {
    let mut program = Args::command();
    program.build();
    print(&mut program, "");
}

fn print(command: &mut Command, path: &str) {
    let name = format!("{path}{}", command.get_name());
    let help = command.render_help().to_string();
    assert!(help.contains("Example:"), "{name}: the help has no example");
    insta::assert_snapshot!(name.replace(' ', "_"), help);
    for inner in command.get_subcommands_mut().filter(|inner| inner.get_name() != "help") {
        print(inner, &format!("{name} "));
    }
}
