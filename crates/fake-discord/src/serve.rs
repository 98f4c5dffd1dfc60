//! Accepts connections and serves them. Not with axum's server, because that cannot close a connection without a
//! response, which is one of the faults to inject.

use std::fmt;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::response::Response;
use http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tower_service::Service;

use crate::response::AbortConnection;

const DRAIN: Duration = Duration::from_secs(2);

/// Serves until `shutdown` is cancelled, then gives open requests two seconds to finish.
pub(crate) async fn serve(listener: TcpListener, router: Router, shutdown: CancellationToken) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => drop(connections.spawn(connection(stream, router.clone(), shutdown.clone()))),
                // Most likely out of file descriptors: give open connections time to close.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            },
            Some(_) = connections.join_next() => {}
            () = shutdown.cancelled() => break,
        }
    }
    drop(listener);
    // What is left then is cut off when the set is dropped.
    drop(timeout(DRAIN, async { while connections.join_next().await.is_some() {} }).await);
}

async fn connection(stream: TcpStream, router: Router, shutdown: CancellationToken) {
    let service = service_fn(move |request| answer(router.clone(), request));
    let mut builder = http1::Builder::new();
    let connection = builder.timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service).with_upgrades();
    let mut connection = pin!(connection);
    // An error means that the client went away, or that the connection was closed on purpose.
    tokio::select! {
        _ = connection.as_mut() => return,
        () = shutdown.cancelled() => {}
    }
    connection.as_mut().graceful_shutdown();
    drop(connection.await);
}

async fn answer(mut router: Router, request: Request<Incoming>) -> Result<Response, ConnectionAborted> {
    let Ok(response) = router.call(request.map(Body::new)).await;
    if response.extensions().get::<AbortConnection>().is_some() { Err(ConnectionAborted) } else { Ok(response) }
}

/// The error that makes hyper close the connection.
#[derive(Debug)]
struct ConnectionAborted;

impl fmt::Display for ConnectionAborted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("connection closed on purpose")
    }
}

impl std::error::Error for ConnectionAborted {}
