//! Data on its way to stdout. A reader that has had enough (`| head`) is no mistake of anybody's.

use std::fmt::Arguments;
use std::io::{ErrorKind, Write};

/// Writes a line. What cannot be written for another reason than a closed pipe is said on stderr.
pub(super) fn line(text: Arguments<'_>) {
    let mut stdout = std::io::stdout().lock();
    match writeln!(stdout, "{text}").and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => eprintln!("error: cannot write to stdout: {error}"),
        _ => {}
    }
}

/// `println!` that does not panic when nobody reads.
macro_rules! out {
    ($($text:tt)*) => { $crate::cli::out::line(format_args!($($text)*)) };
}
pub(super) use out;
