//! `/healthz`: that the process lives, and whether the config in use is that of the files. `/readyz`: whether the
//! store takes writes, how each lane stands, how the bot is.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use super::Web;
use crate::report::lane::LaneView;
use hookbell_config_file::{Diagnostic, Diagnostics};
use hookbell_model::timestamp::Timestamp;

/// How the bot is: a word and, where there is one, a reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bot {
    pub state: String,
    pub reason: Option<String>,
}

/// How the config in use stands to the files it was read from.
#[derive(Debug, Clone, Default)]
pub struct Standing {
    /// When it was taken; or, with mistakes, when the files were first found to have some.
    pub since: Timestamp,
    /// Why the files as they are now were not taken; empty = they were.
    pub diagnostics: Diagnostics,
    /// Keys that the files say otherwise than the process was started with.
    pub needs_restart: Vec<&'static str>,
}

/// Mistakes that are told here at most.
const DIAGNOSTICS: usize = 50;

/// Always 200: a mistake in a file is no reason to end a process that runs with the last good one.
pub(super) fn alive(web: &Web) -> Response {
    let Standing { since, diagnostics, needs_restart } = web.standing.borrow().clone();
    let mut config = json!({
        "state": if diagnostics.errors() == 0 { "current" } else { "stale" },
        "since": since.to_string(),
        "diagnostics": diagnostics.0.iter().take(DIAGNOSTICS).map(Diagnostic::to_json).collect::<Vec<_>>(),
        "needs_restart": needs_restart,
    });
    if let (Some(config), Some(more)) = (config.as_object_mut(), diagnostics.0.len().checked_sub(DIAGNOSTICS + 1)) {
        config.insert("more_diagnostics".to_owned(), (more + 1).into());
    }
    let body = json!({ "status": "alive", "config": config });
    ([(header::CONTENT_TYPE, "application/json")], format!("{body:#}\n")).into_response()
}

/// 200 while events can be kept, 503 when not. Lanes and bot are told, but do not make hookbell unready:
/// taking events is what a sender needs, and a dead webhook must not stop it.
pub(super) async fn ready(web: &Web) -> Response {
    let store = web.store.check_writable().await;
    let lanes = web.store.lanes().await.unwrap_or_default();
    let bot = (web.bot)();
    let status = if store.is_ok() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let body = json!({
        "ready": store.is_ok(),
        "store": match &store { Ok(()) => json!({ "state": "writable" }), Err(why) => json!({ "state": "failing", "reason": why.to_string() }) },
        "lanes": lanes.into_iter().map(|lane| LaneView::new(lane, Timestamp::now())).collect::<Vec<_>>(),
        "bot": { "state": bot.state, "reason": bot.reason },
    });
    (status, [(header::CONTENT_TYPE, "application/json")], format!("{body:#}\n")).into_response()
}
