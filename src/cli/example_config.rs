//! `hookbell example-config`: prints the commented example.

use std::io::Write;
use std::process::ExitCode;

/// Print a commented example config
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  hookbell example-config > config.toml")]
pub(super) struct Args {}

pub(super) fn run() -> anyhow::Result<ExitCode> {
    std::io::stdout().write_all(crate::config::EXAMPLE.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}
