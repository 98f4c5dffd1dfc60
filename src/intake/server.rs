//! Connections: accepted in bounded number, with a time-out for the head of each request, drained at the end.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::handler::Intake;

/// Connections served at once; further ones wait in the kernel's queue. Bounds memory.
const CONNECTIONS: usize = 1024;
/// How long requests in flight may take after the signal to stop.
const DRAIN: Duration = Duration::from_secs(8);

/// Serves until `shutdown` is cancelled, then finishes the requests in flight.
pub async fn run(listener: TcpListener, intake: Arc<Intake>, shutdown: CancellationToken) {
    let head_timeout = intake.config.head_timeout;
    let connections = GracefulShutdown::new();
    let slots = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &slots) => accepted,
            () = shutdown.cancelled() => break,
        };
        let Some((stream, slot)) = accepted else { continue };
        let intake = Arc::clone(&intake);
        let service = service_fn(move |request| {
            let intake = Arc::clone(&intake);
            async move { Ok::<_, Infallible>(intake.handle(request).await.into_response()) }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(head_timeout)
            .serve_connection(TokioIo::new(stream), service);
        let connection = connections.watch(connection);
        tokio::spawn(async move {
            // A broken connection is no error of this server; what was answered was stored.
            if let Err(error) = connection.await {
                tracing::debug!(%error, "connection ended early");
            }
            drop(slot);
        });
    }
    drop(listener);
    if tokio::time::timeout(DRAIN, connections.shutdown()).await.is_err() {
        tracing::warn!("requests in flight took too long and were cut off");
    }
}

type ConnectionSlot = tokio::sync::OwnedSemaphorePermit;

async fn accept(listener: &TcpListener, slots: &Arc<Semaphore>) -> Option<(tokio::net::TcpStream, ConnectionSlot)> {
    let slot = Arc::clone(slots).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, _)) => {
            // Answers are one small write; waiting to fill a packet would only delay them.
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(%error, "no TCP_NODELAY");
            }
            Some((stream, slot))
        }
        Err(error) => {
            // Out of file descriptors, most likely: wait until other connections have ended.
            tracing::error!(%error, "cannot accept connections");
            tokio::time::sleep(Duration::from_millis(100)).await;
            None
        }
    }
}
