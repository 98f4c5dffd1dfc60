//! The paths of the admin listener.

use std::io;
use std::sync::Arc;

use axum::Router;
use axum::middleware;
use axum::routing::get;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::state::WebState;
use super::{guard, health, metrics};

/// Serves until `shutdown` is cancelled.
///
/// # Errors
/// When the listener fails for good.
pub async fn run(state: WebState, listener: TcpListener, shutdown: CancellationToken) -> io::Result<()> {
    let state = Arc::new(state);
    let probed = Arc::clone(&state);
    let until = shutdown.clone();
    let last_failure = move || (probed.intake)().store_failed;
    let probed = Arc::clone(&state);
    let probing = tokio::spawn(async move { probed.probe.run(last_failure, until).await });
    let served = axum::serve(listener, router(state)).with_graceful_shutdown(shutdown.cancelled_owned()).await;
    probing.abort();
    served
}

fn router(state: Arc<WebState>) -> Router {
    Router::new()
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(metrics::metrics))
        .layer(middleware::from_fn_with_state(Arc::clone(&state), guard::check))
        .with_state(state)
}
