//! The real program as a child process, with its output read line by line.

use std::io::{BufRead, BufReader, Read};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use tokio::sync::watch;

use super::wait::PATIENCE;

/// A running `hookbell`. Killed with SIGKILL when dropped, so that a test that fails leaves nothing behind.
pub(crate) struct Process {
    child: Child,
    output: Arc<ProcessOutput>,
    readers: Vec<JoinHandle<()>>,
}

/// All that the process has written to stdout and stderr so far, line by line.
#[derive(Default)]
struct ProcessOutput {
    text: Mutex<String>,
    /// Counts lines; tasks that wait for one subscribe.
    lines: watch::Sender<usize>,
}

impl Process {
    /// Starts a command of `hookbell` in `folder`; `change` sets what else it needs.
    pub(crate) fn start(folder: &Path, arguments: &[&str], change: impl FnOnce(&mut Command) -> &mut Command) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hookbell"));
        command.args(arguments).current_dir(folder).env_remove("HOOKBELL_LOG");
        let mut child = change(&mut command)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program can be started");
        let output = Arc::new(ProcessOutput::default());
        let readers = vec![
            output.collect(child.stdout.take().expect("piped")),
            output.collect(child.stderr.take().expect("piped")),
        ];
        Self { child, output, readers }
    }

    /// Starts `hookbell serve` on the `config.toml` of `folder` and waits until it is ready.
    pub(crate) async fn serve(folder: &Path) -> Self {
        Self::serve_with(folder, |command| command).await
    }

    pub(crate) async fn serve_with(folder: &Path, change: impl FnOnce(&mut Command) -> &mut Command) -> Self {
        let process = Self::start(folder, &["serve"], change);
        process.wait_for_output("hookbell is ready", 1).await;
        process
    }

    /// What was written so far.
    pub(crate) fn output(&self) -> String {
        self.output.text.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until `text` was written at least `times` times.
    ///
    /// # Panics
    /// When it was not within [`PATIENCE`], and at once when the program has ended without it.
    pub(crate) async fn wait_for_output(&self, text: &str, times: usize) {
        let mut lines = self.output.lines.subscribe();
        let written = async {
            loop {
                lines.mark_unchanged();
                let ended = self.readers.iter().all(JoinHandle::is_finished);
                if self.output().matches(text).count() >= times {
                    return true;
                }
                if ended {
                    return false;
                }
                // Also looks whether it has ended: the last line may be older than the end of its reader.
                drop(tokio::time::timeout(PATIENCE / 60, lines.changed()).await);
            }
        };
        let in_time = tokio::time::timeout(PATIENCE, written).await;
        assert!(in_time == Ok(true), "`{text}` {times} times expected in\n{}", self.output());
    }

    /// Sends a signal by its name: `TERM`, `HUP`, `INT`.
    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").arg(format!("-{name}")).arg(self.child.id().to_string()).status();
        assert!(sent.expect("`kill` can be run").success());
    }

    /// Ends it with SIGKILL and returns all that it has written.
    pub(crate) fn kill(mut self) -> String {
        self.child.kill().expect("it runs");
        for reader in self.readers.drain(..) {
            reader.join().expect("no panic");
        }
        self.output()
    }

    /// Waits until it has ended by itself.
    pub(crate) async fn exit_status(mut self) -> ExitStatus {
        let ended = tokio::task::spawn_blocking(move || self.child.wait());
        tokio::time::timeout(PATIENCE, ended).await.expect("it ends in time").expect("no panic").expect("a status")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Both fail when it has ended already.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl ProcessOutput {
    /// Reads a pipe on a thread of its own until its writer has ended.
    fn collect(self: &Arc<Self>, pipe: impl Read + Send + 'static) -> JoinHandle<()> {
        let output = Arc::clone(self);
        std::thread::spawn(move || {
            let mut pipe = BufReader::new(pipe);
            let mut line = Vec::new();
            while pipe.read_until(b'\n', &mut line).is_ok_and(|length| length > 0) {
                let text = String::from_utf8_lossy(&line).into_owned();
                output.text.lock().unwrap_or_else(PoisonError::into_inner).push_str(&text);
                output.lines.send_modify(|count| *count += 1);
                line.clear();
            }
        })
    }
}

/// An address of loopback that is free and stays so until the test's program takes it: below the ports that Linux gives to
/// whoever asks for any, and handed out once.
pub(crate) fn free_port() -> SocketAddr {
    const FIRST: u16 = 20_000;
    const COUNT: u16 = 10_000;
    static TAKEN: AtomicU16 = AtomicU16::new(0);
    // Runs beside each other begin at different places.
    let begin = u16::try_from(std::process::id() % u32::from(COUNT)).expect("below the count");
    let mut ports =
        std::iter::repeat_with(|| FIRST + begin.wrapping_add(TAKEN.fetch_add(1, Ordering::Relaxed)) % COUNT);
    let is_free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    SocketAddr::from(([127, 0, 0, 1], ports.by_ref().take(usize::from(COUNT)).find(is_free).expect("a port")))
}
