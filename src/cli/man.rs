//! `hookbell man`: a manual page for each command, from the same definitions as `--help`.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Command;

/// Write manual pages into a folder
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  hookbell man ~/.local/share/man/man1 && man hookbell-serve\n\nOne page for each command: hookbell.1, hookbell-serve.1 and so on. The Debian package installs them."
)]
pub(super) struct Args {
    /// Made where it does not exist
    folder: PathBuf,
}

/// `program` is the whole command line.
pub(super) fn run(args: &Args, program: Command) -> anyhow::Result<ExitCode> {
    let cannot = || format!("cannot write manual pages into {}", args.folder.display());
    std::fs::create_dir_all(&args.folder).with_context(cannot)?;
    // Without the commands' own `help`, each of which would have a page.
    clap_mangen::generate_to(program.disable_help_subcommand(true), &args.folder).with_context(cannot)?;
    eprintln!("manual pages written into {}", args.folder.display());
    Ok(ExitCode::SUCCESS)
}
