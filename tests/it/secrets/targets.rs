//! The targets under which hookbell and its libraries log, collected from a run inside the test's process.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use tracing::{Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

use crate::support::{PATIENCE, RunningApp, config_text, stand_in};

/// Notes the target of everything that could be logged, and logs nothing.
#[derive(Debug, Clone, Default)]
struct TargetRecorder(Arc<Mutex<BTreeSet<String>>>);

impl<S: Subscriber> Layer<S> for TargetRecorder {
    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        let mut targets = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        targets.insert(metadata.target().to_owned());
        false
    }
}

/// Runs a bridge with a bot against the stand-in until an event is posted. The recorder is the process's own, so
/// other tests that run meanwhile may add to it.
pub(super) async fn of_a_run() -> BTreeSet<String> {
    let recorder = TargetRecorder::default();
    tracing_subscriber::registry().with(recorder.clone()).init();
    let (discord, folder) = (stand_in().await, tempfile::tempdir().expect("a folder"));
    let config = config_text(&discord, "");
    let config = config.replace("[discord]\n", &format!("[discord]\nbot_token = \"{}\"\n", discord.bot_token()));
    let app = RunningApp::start(&config, folder.path()).await;
    assert!(discord.wait_for_bot(PATIENCE).await, "the bot is connected");
    app.send("generic", &[("content-type", "application/json")], r#"{"type":"signup"}"#).await;
    let posted = discord.wait_for_messages("2222", 1, PATIENCE).await;
    assert_eq!(posted.len(), 1, "the event is posted");
    app.stop().await;
    let targets = recorder.0.lock().unwrap_or_else(PoisonError::into_inner);
    targets.clone()
}
