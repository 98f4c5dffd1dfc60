//! Waiting for what sends no notification: a file, a row of a database, the state that an HTTP endpoint reports.
//!
//! Everything else is awaited itself: [`StandIn::wait_for`](hookbell_fake_discord::StandIn::wait_for), the sink's
//! `wait_for`, a line of a child process's output ([`Process::wait_for_output`](super::Process::wait_for_output)).

use std::fmt::Debug;
use std::time::{Duration, Instant};

/// How long a test waits for what must happen before it fails. Generous: a loaded machine is no failure.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

const INTERVAL: Duration = Duration::from_millis(5);

/// Evaluates `condition` until it holds and returns its value: a condition is a `bool`, an `Option`, or a `Result`
/// whose error says what is there instead.
///
/// # Panics
/// When it does not hold within [`PATIENCE`]; the message names `what` and the last error.
pub(crate) async fn eventually<C: WaitResult>(what: &str, condition: impl AsyncFnMut() -> C) -> C::Value {
    eventually_within(PATIENCE, what, condition).await
}

/// As [`eventually`], for what takes longer by design.
pub(crate) async fn eventually_within<C: WaitResult>(
    patience: Duration,
    what: &str,
    mut condition: impl AsyncFnMut() -> C,
) -> C::Value {
    let deadline = Instant::now() + patience;
    loop {
        match condition().await.holds() {
            Ok(value) => return value,
            Err(instead) if Instant::now() >= deadline => panic!("not in time: {what}; instead: {instead}"),
            Err(_) => tokio::time::sleep(INTERVAL).await,
        }
    }
}

/// What [`eventually`] evaluates.
pub(crate) trait WaitResult {
    type Value;

    /// # Errors
    /// What is there instead.
    fn holds(self) -> Result<Self::Value, String>;
}

impl WaitResult for bool {
    type Value = ();

    fn holds(self) -> Result<(), String> {
        self.then_some(()).ok_or_else(|| "no".to_owned())
    }
}

impl<T> WaitResult for Option<T> {
    type Value = T;

    fn holds(self) -> Result<T, String> {
        self.ok_or_else(|| "nothing".to_owned())
    }
}

impl<T, E: Debug> WaitResult for Result<T, E> {
    type Value = T;

    fn holds(self) -> Result<T, String> {
        self.map_err(|instead| format!("{instead:#?}"))
    }
}
