//! The door: everything else is behind it.

use std::process::ExitCode;

fn main() -> ExitCode {
    hookbell::cli::main()
}
