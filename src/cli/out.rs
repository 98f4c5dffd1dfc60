//! Prints data to stdout. A reader that closes the pipe early (`| head`) is no error.

use std::fmt::Arguments;
use std::io::{ErrorKind, Write};

/// Writes a line. An error other than a closed pipe is printed to stderr.
pub(super) fn line(text: Arguments<'_>) {
    try_line(text);
}

/// As [`line`], and returns whether somebody may still read: what follows something ends when nobody does.
pub(super) fn try_line(text: Arguments<'_>) -> bool {
    let mut stdout = std::io::stdout().lock();
    match writeln!(stdout, "{text}").and_then(|()| stdout.flush()) {
        Ok(()) => true,
        Err(error) => {
            if error.kind() != ErrorKind::BrokenPipe {
                eprintln!("error: cannot write to stdout: {error}");
            }
            false
        }
    }
}

/// `println!` that does not panic on a closed pipe.
macro_rules! out {
    ($($text:tt)*) => { $crate::cli::out::line(format_args!($($text)*)) };
}
pub(super) use out;
