//! Runs one session of the bot after another until the program stops.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

use super::config::Config;
use super::session::Session;
use super::session::backoff::Backoff;
use super::session::end::SessionEnd;
use super::state::{BotHealth, BotState};
use crate::store::Store;
use hookbell_model::timestamp::format_duration;

/// Runs the bot until `shutdown` is cancelled, starting it anew whenever a session ends. Returns within about two
/// seconds of the shutdown, also while Discord cannot be reached.
pub async fn run(config: Config, store: Store, state: Arc<BotState>, shutdown: CancellationToken) {
    let config = Arc::new(config);
    let mut backoff = Backoff::default();
    // Only once: later starts keep the reason of the last end visible until the gateway is ready.
    state.set(BotHealth::Starting);
    while let Some((end, uptime)) = run_session(&config, &store, &state, &shutdown).await {
        let pause = backoff.next(end.restart(), uptime, fastrand::f64());
        tracing::warn!(reason = %end, next_start_in = %format_duration(pause), "the Discord bot stopped");
        state.set(BotHealth::Failed(end));
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = shutdown.cancelled() => break,
        }
    }
    state.set(BotHealth::Off);
}

/// Why the session ended, and for how long it ran (zero when it never became ready); `None` when it was shut down.
async fn run_session(
    config: &Arc<Config>,
    store: &Store,
    state: &Arc<BotState>,
    shutdown: &CancellationToken,
) -> Option<(SessionEnd, Duration)> {
    let started = Instant::now();
    let mut session = match Session::start(config, store, state) {
        Ok(session) => session,
        Err(error) => return Some((SessionEnd::NoThread(error.to_string()), Duration::ZERO)),
    };
    let end = tokio::select! {
        end = session.wait(state) => Some(end),
        () = shutdown.cancelled() => None,
    };
    let uptime = if session.was_ready() { started.elapsed() } else { Duration::ZERO };
    session.close(end.is_none()).await;
    Some((end?, uptime))
}
