//! `hookbell completions`: what a shell needs to complete commands and options.

use std::process::ExitCode;

use clap::Command;
use clap_complete::Shell;

use super::out::out;

/// Print completions for a shell
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  hookbell completions bash > ~/.local/share/bash-completion/completions/hookbell\n  hookbell completions zsh > \"${fpath[1]}/_hookbell\"\n  hookbell completions fish > ~/.config/fish/completions/hookbell.fish\n\nThe Debian package installs them."
)]
pub(super) struct Args {
    shell: Shell,
}

/// `program` is the whole command line.
pub(super) fn run(args: &Args, mut program: Command) -> anyhow::Result<ExitCode> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut program, "hookbell", &mut script);
    out!("{}", String::from_utf8(script)?.trim_end());
    Ok(ExitCode::SUCCESS)
}
