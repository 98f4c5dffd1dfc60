//! The Discord bot: answers `/events` from the store, for what a server may see. It may fail, be kicked off
//! or lose the gateway without anybody else noticing, and comes back by itself.
//!
//! Leaves posting to the courier, and every decision about events to others: it only reads the store.

mod backoff;
mod commands;
mod complete;
pub mod config;
pub mod dispatch;
mod gateway;
mod life;
pub mod metrics;
mod options;
mod page;
pub mod recent;
mod register;
pub mod reply;
pub mod show;
pub mod sight;
pub mod state;
mod text;
mod watchdog;
mod words;

use std::sync::Arc;
use std::time::Instant;

use tokio_util::sync::CancellationToken;

use self::backoff::Backoff;
pub use self::config::Config;
use self::life::{End, Life};
use self::state::{Health, State};
use crate::store::Store;
use hookbell_model::timestamp::human_span;

/// Log filters the roof must set whatever the user asks for. serenity logs frames it cannot parse with their
/// payload, and its spans carry requests and events: all of them hold interaction tokens. Below these levels
/// the WebSocket and HTTP crates print frames and headers.
pub const LOG_FILTERS: &[&str] =
    &["serenity=error", "tungstenite=warn", "tokio_tungstenite=warn", "hyper=warn", "reqwest=warn"];

/// Runs the bot until `shutdown` is cancelled, starting it anew whenever it ends. Returns within about two
/// seconds of the shutdown, also while Discord cannot be reached.
pub async fn run(config: Config, store: Store, state: Arc<State>, shutdown: CancellationToken) {
    let config = Arc::new(config);
    let mut backoff = Backoff::default();
    // Later starts leave the reason of the last end standing until the gateway is ready.
    state.set(Health::Starting);
    loop {
        let born = Instant::now();
        let end = match Life::begin(&config, &store, &state) {
            Ok(mut life) => {
                let end = tokio::select! {
                    end = life.ended(&state) => Some(end),
                    () = shutdown.cancelled() => None,
                };
                life.close(end.is_none()).await;
                end
            }
            Err(error) => Some(End::failed(format!("its thread cannot be started: {error}"))),
        };
        let Some(end) = end else { break };
        let pause = backoff.next(&end, born.elapsed(), fastrand::f64());
        tracing::warn!(reason = %end.why, next_start_in = %human_span(pause), "the Discord bot stopped");
        state.set(Health::Failed { why: end.why });
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = shutdown.cancelled() => break,
        }
    }
    state.set(Health::Off);
}

#[cfg(test)]
mod tests;
