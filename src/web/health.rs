//! `/healthz`: the process runs, and whether the config in use is that of the files. `/readyz`: whether the store
//! accepts writes, and the state of each lane and of the bot.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::state::{ConfigStatus, IntakeStatus, WebState};
use crate::report::lane::LaneView;
use hookbell_config_file::Diagnostic;
use hookbell_model::timestamp::Timestamp;

/// Most diagnostics in one answer.
const MAX_DIAGNOSTICS: usize = 50;

/// Always 200: a mistake in a file is no reason to end a process that runs with the last good config.
pub(super) async fn healthz(State(state): State<Arc<WebState>>) -> Response {
    let ConfigStatus { since, diagnostics, needs_restart } = state.config.borrow().clone();
    let mut config = json!({
        "state": if diagnostics.errors() == 0 { "current" } else { "stale" },
        "since": since.to_string(),
        "diagnostics": diagnostics.0.iter().take(MAX_DIAGNOSTICS).map(Diagnostic::to_json).collect::<Vec<_>>(),
        "needs_restart": needs_restart,
    });
    if let (Some(config), Some(more)) = (config.as_object_mut(), diagnostics.0.len().checked_sub(MAX_DIAGNOSTICS + 1)) {
        config.insert("more_diagnostics".to_owned(), (more + 1).into());
    }
    json_response(StatusCode::OK, &json!({ "status": "alive", "config": config }))
}

/// 200 while events can be kept, 503 otherwise. Intake, lanes and bot are reported, but do not make hookbell unready:
/// senders need events to be accepted, and neither a dead webhook nor a limit that is reached must stop that.
pub(super) async fn readyz(State(state): State<Arc<WebState>>) -> Response {
    let intake = (state.intake)();
    let writable = state.probe.state(intake.store_failed);
    let lanes = state.store.lanes().await.unwrap_or_default();
    let now = Timestamp::now();
    let lanes: Vec<_> = lanes.into_iter().map(|lane| LaneView::new(lane, now)).collect();
    let bot = (state.bot)();
    let (status, store) = match &writable {
        Ok(()) => (StatusCode::OK, json!({ "state": "writable" })),
        Err(error) => (StatusCode::SERVICE_UNAVAILABLE, json!({ "state": "failing", "reason": error.to_string() })),
    };
    let bot = json!({ "state": bot.state, "reason": bot.reason });
    let intake = intake_json(intake);
    let ready = writable.is_ok();
    json_response(status, &json!({ "ready": ready, "store": store, "intake": intake, "lanes": lanes, "bot": bot }))
}

fn intake_json(status: IntakeStatus) -> Value {
    let IntakeStatus { connections, body_memory, limited_seconds, refused, store_failed: _ } = status;
    json!({
        "state": if limited_seconds.is_some() { "limited" } else { "open" },
        "connections": connections,
        "body_memory": body_memory,
        "limited_seconds": limited_seconds,
        "refused": refused.into_iter().map(|(limit, count)| (limit.to_owned(), count.into())).collect::<Map<_, _>>(),
    })
}

fn json_response(status: StatusCode, body: &Value) -> Response {
    (status, [(header::CONTENT_TYPE, "application/json")], format!("{body:#}\n")).into_response()
}
