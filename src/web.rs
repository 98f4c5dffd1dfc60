//! The private door: `/healthz`, `/readyz` and `/metrics`, on loopback unless a token guards them.

mod config;
mod guard;
mod health;
mod metrics;

use std::sync::Arc;

use axum::Router;
use axum::middleware;
use axum::routing::get;
use prometheus_client::registry::Registry;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

pub use self::config::Config;
pub use self::health::{Bot, Standing};
use crate::store::Store;
use hookbell_model::secret::Secret;

/// What the page and its endpoints tell about.
pub struct Web {
    pub store: Store,
    /// The counters of all rooms.
    pub registry: Registry,
    /// How the bot is, asked anew each time; web knows nothing else of it.
    pub bot: Box<dyn Fn() -> Bot + Send + Sync>,
    /// What is asked for as `Authorization: Bearer …`; may change. None = nothing.
    pub token: watch::Receiver<Option<Secret>>,
    /// How the config in use stands to the files.
    pub standing: watch::Receiver<Standing>,
}

impl Web {
    /// Serves until `shutdown` is cancelled.
    ///
    /// # Errors
    /// When the listener fails for good.
    pub async fn run(self, listener: TcpListener, shutdown: CancellationToken) -> std::io::Result<()> {
        axum::serve(listener, self.router()).with_graceful_shutdown(shutdown.cancelled_owned()).await
    }

    fn router(self) -> Router {
        let web = Arc::new(self);
        let alive = {
            let web = Arc::clone(&web);
            move || async move { health::alive(&web) }
        };
        let ready = {
            let web = Arc::clone(&web);
            move || async move { health::ready(&web).await }
        };
        let metrics = {
            let web = Arc::clone(&web);
            move || async move { metrics::answer(&web).await }
        };
        Router::new()
            .route("/healthz", get(alive))
            .route("/readyz", get(ready))
            .route("/metrics", get(metrics))
            .layer(middleware::from_fn_with_state(web, guard::check))
    }
}
