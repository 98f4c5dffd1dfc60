//! The program's log, as the tasks of one test write it.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use tracing::Dispatch;
use tracing::subscriber::DefaultGuard;

/// Collects what is logged on the test's own thread, from TRACE up, until it is dropped.
pub(crate) struct CapturedLog {
    lines: LogLines,
    _guard: DefaultGuard,
    /// While there is but one, a line that another thread reaches first counts as unwanted for good.
    _second: Dispatch,
}

#[derive(Clone, Default)]
struct LogLines(Arc<Mutex<Vec<u8>>>);

impl CapturedLog {
    /// A test's tasks must run on its own thread (`#[tokio::test]` without a flavor): others are not recorded.
    pub(crate) fn start() -> Self {
        let lines = LogLines::default();
        let writer = lines.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .finish();
        let second = Dispatch::new(tracing_subscriber::registry());
        Self { lines, _guard: tracing::subscriber::set_default(subscriber), _second: second }
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8(self.lines.0.lock().expect("unpoisoned").clone()).expect("text")
    }
}

impl Write for LogLines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("unpoisoned").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
