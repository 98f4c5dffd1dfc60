//! Serves HTTP/1.1 for the intake: connections are accepted in bounded number, with a time-out for the head of each
//! request, drained at the end.

use std::convert::Infallible;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use super::connections::ConnectionGuard;
use super::handler::Intake;
use super::limit_log::Limit;

/// How long requests in flight may take after the signal to stop.
const DRAIN: Duration = Duration::from_secs(8);
/// How often lines about limits that are due are written.
const TICK: Duration = Duration::from_secs(5);

/// Serves until `shutdown` is cancelled, then finishes the requests in flight.
pub async fn run(listener: TcpListener, intake: Arc<Intake>, shutdown: CancellationToken) {
    let connections = GracefulShutdown::new();
    let mut tick = tokio::time::interval(TICK);
    loop {
        let accepted = tokio::select! {
            accepted = accept(&listener, &intake) => accepted,
            _ = tick.tick() => {
                intake.limit_log.tick(Instant::now());
                continue;
            }
            () = shutdown.cancelled() => break,
        };
        if let Some((stream, guard)) = accepted {
            serve(stream, guard, &intake, &connections);
        }
    }
    drop(listener);
    if tokio::time::timeout(DRAIN, connections.shutdown()).await.is_err() {
        tracing::warn!("requests in flight took too long and were cut off");
    }
}

fn serve(stream: TcpStream, guard: ConnectionGuard, intake: &Arc<Intake>, connections: &GracefulShutdown) {
    let (intake, client) = (Arc::clone(intake), Arc::clone(&guard.client));
    let head_timeout = intake.config.head_timeout;
    let service = service_fn(move |request| {
        let (intake, client) = (Arc::clone(&intake), Arc::clone(&client));
        async move { Ok::<_, Infallible>(intake.handle(request, &client).await.into_response()) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(head_timeout)
        .serve_connection(TokioIo::new(stream), service);
    let connection = connections.watch(connection);
    tokio::spawn(async move {
        tokio::select! {
            // A broken connection is no error of this server; what was answered was stored.
            ended = connection => if let Err(error) = ended {
                tracing::debug!(%error, "connection ended early");
            },
            () = guard.client.closed() => tracing::debug!("connection closed for another"),
        }
    });
}

/// The next connection; `None` where it was refused or there was none.
async fn accept(listener: &TcpListener, intake: &Intake) -> Option<(TcpStream, ConnectionGuard)> {
    match listener.accept().await {
        Ok((stream, peer)) => {
            let guard = intake.connections.admit(peer.ip(), &intake.config.limits, &intake.limit_log)?;
            // Answers are one small write; waiting to fill a packet would only delay them.
            if let Err(error) = stream.set_nodelay(true) {
                tracing::debug!(%error, "no TCP_NODELAY");
            }
            Some((stream, guard))
        }
        Err(error) if is_of_the_peer(&error) => {
            tracing::debug!(%error, "a connection was gone before it was accepted");
            None
        }
        Err(error) => {
            tracing::debug!(%error, "cannot accept connections");
            intake.limit_log.record(Limit::OpenFiles, Instant::now());
            // Wait until the closed connection, or some other, has ended.
            let closed = intake.connections.close_one();
            tokio::time::sleep(Duration::from_millis(if closed { 5 } else { 100 })).await;
            None
        }
    }
}

/// Whether an error of `accept` concerns the connection alone, and not the process.
fn is_of_the_peer(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted)
}
