//! What a service manager (systemd, with `Type=notify`) is told: ready, stopping, and that the program still works.

use tokio_util::sync::CancellationToken;

/// What the service manager may be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ServiceState {
    Ready,
    Stopping,
    /// Within its `WatchdogSec`.
    Alive,
}

/// Says that the program is ready, then at the half of `WatchdogSec` that it works, and at the end that it stops: where there is a service
/// manager, that is where `NOTIFY_SOCKET` is set. From a task of the runtime, so that a runtime that is stuck is noticed.
pub(super) async fn run(shutdown: CancellationToken) {
    notify(ServiceState::Ready);
    let mut ticks = imp::watchdog().map(|limit| tokio::time::interval(limit / 2));
    loop {
        let tick = async {
            match &mut ticks {
                Some(ticks) => ticks.tick().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = tick => notify(ServiceState::Alive),
            () = shutdown.cancelled() => break,
        }
    }
    notify(ServiceState::Stopping);
}

fn notify(state: ServiceState) {
    if let Err(error) = imp::notify(state) {
        tracing::warn!(%error, "the service manager cannot be notified");
    }
}

#[cfg(unix)]
mod imp {
    use std::time::Duration;

    use sd_notify::NotifyState;

    use super::ServiceState;

    pub(super) fn notify(state: ServiceState) -> std::io::Result<()> {
        sd_notify::notify(&[match state {
            ServiceState::Ready => NotifyState::Ready,
            ServiceState::Stopping => NotifyState::Stopping,
            ServiceState::Alive => NotifyState::Watchdog,
        }])
    }

    pub(super) fn watchdog() -> Option<Duration> {
        sd_notify::watchdog_enabled().filter(|limit| !limit.is_zero())
    }
}

/// Systems without such a service manager.
#[cfg(not(unix))]
mod imp {
    use std::time::Duration;

    use super::ServiceState;

    #[expect(clippy::unnecessary_wraps, reason = "as where there is one")]
    pub(super) fn notify(_: ServiceState) -> std::io::Result<()> {
        Ok(())
    }

    pub(super) fn watchdog() -> Option<Duration> {
        None
    }
}
