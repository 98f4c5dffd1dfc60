//! Questions on a terminal. An answer that cannot be used is asked for again.

use std::fmt::Display;
use std::io::{self, BufRead, ErrorKind, Write};

/// Reads answers from `input`, writes questions to `output`.
pub(super) struct Questions<R, W> {
    input: R,
    output: W,
}

impl<R: BufRead, W: Write> Questions<R, W> {
    pub(super) fn new(input: R, output: W) -> Self {
        Self { input, output }
    }

    pub(super) fn say(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.output, "{text}")?;
        self.output.flush()
    }

    /// Enter takes the default.
    pub(super) fn ask<T, E: Display>(
        &mut self,
        text: &str,
        default: &str,
        read: impl Fn(&str) -> Result<T, E>,
    ) -> io::Result<T> {
        self.until_read(&format!("{text} [{default}]: "), |line| read(if line.is_empty() { default } else { line }))
    }

    /// Enter leaves it open.
    pub(super) fn ask_or_skip<T, E: Display>(
        &mut self,
        text: &str,
        read: impl Fn(&str) -> Result<T, E>,
    ) -> io::Result<Option<T>> {
        self.until_read(
            &format!("{text} [later]: "),
            |line| {
                if line.is_empty() { Ok(None) } else { read(line).map(Some) }
            },
        )
    }

    /// As [`Questions::ask_or_skip`]; the text as it was typed, once `check` takes it.
    pub(super) fn ask_for_secret<E: Display>(
        &mut self,
        text: &str,
        check: impl Fn(&str) -> Result<(), E>,
    ) -> io::Result<Option<String>> {
        self.ask_or_skip(text, |line| check(line).map(|()| line.to_owned()))
    }

    /// Enter is no.
    pub(super) fn ask_yes_or_no(&mut self, text: &str) -> io::Result<bool> {
        self.until_read(&format!("{text} [y/N]: "), |line| match line.to_lowercase().as_str() {
            "y" | "yes" => Ok(true),
            "" | "n" | "no" => Ok(false),
            _ => Err("y or n"),
        })
    }

    fn until_read<T, E: Display>(&mut self, question: &str, read: impl Fn(&str) -> Result<T, E>) -> io::Result<T> {
        loop {
            write!(self.output, "{question}")?;
            self.output.flush()?;
            let mut line = String::new();
            if self.input.read_line(&mut line)? == 0 {
                let what = "the answers ended; nothing was written. Flags take the place of questions, see --help";
                return Err(io::Error::new(ErrorKind::UnexpectedEof, what));
            }
            match read(line.trim()) {
                Ok(answer) => return Ok(answer),
                Err(error) => writeln!(self.output, "  {error}")?,
            }
        }
    }
}
