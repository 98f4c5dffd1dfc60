//! Signals: SIGTERM and Ctrl-C stop gracefully, a second one at once. SIGHUP makes a server reload its files and stops any
//! other command, whose terminal is gone.

use std::sync::Arc;

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// Cancelled at the first signal, SIGHUP too. A second one ends the process on the spot.
pub(super) fn shutdown() -> std::io::Result<CancellationToken> {
    let hung_up = hang_up()?;
    stop_on(async move { hung_up.notified().await })
}

/// As [`shutdown`], but SIGHUP notifies the second value.
pub(super) fn shutdown_or_reload() -> std::io::Result<(CancellationToken, Arc<Notify>)> {
    Ok((stop_on(std::future::pending())?, hang_up()?))
}

fn stop_on(also: impl Future<Output = ()> + Send + 'static) -> std::io::Result<CancellationToken> {
    let shutdown = CancellationToken::new();
    let stop = shutdown.clone();
    let mut signals = Signals::listen()?;
    tokio::spawn(async move {
        tokio::select! { () = signals.next() => {}, () = also => {} }
        tracing::info!("stopping: no more requests are accepted, those in flight are finished");
        stop.cancel();
        signals.next().await;
        tracing::warn!("stopped at once; what is left stays in the store");
        std::process::exit(1);
    });
    Ok(shutdown)
}

/// Notified by each SIGHUP, on systems that have it.
#[cfg(unix)]
fn hang_up() -> std::io::Result<Arc<Notify>> {
    use tokio::signal::unix::{SignalKind, signal};
    let notify = Arc::new(Notify::new());
    let (mut signals, notified) = (signal(SignalKind::hangup())?, Arc::clone(&notify));
    tokio::spawn(async move {
        while signals.recv().await.is_some() {
            notified.notify_one();
        }
    });
    Ok(notify)
}

#[cfg(not(unix))]
fn hang_up() -> std::io::Result<Arc<Notify>> {
    Ok(Arc::default())
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn listen() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn next(&mut self) {
        tokio::select! { _ = self.interrupt.recv() => {}, _ = self.terminate.recv() => {} }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn listen() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        drop(tokio::signal::ctrl_c().await);
    }
}
