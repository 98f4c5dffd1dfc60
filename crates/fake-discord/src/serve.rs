//! Accepts connections and serves them. Its own loop, because an axum server cannot close a connection
//! without an answer, and that is one of Discord's ways to fail.

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
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;
use tower_service::Service;

use super::answer::HangUp;

const GOODBYE: Duration = Duration::from_secs(2);

/// Serves until `closing` turns true or its sender is gone; then finishes what is under way.
pub(crate) async fn serve(listener: TcpListener, router: Router, mut closing: watch::Receiver<bool>) {
    let mut connections = JoinSet::new();
    let served = closing.clone();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => drop(connections.spawn(connection(stream, router.clone(), served.clone()))),
                // Out of descriptors, most likely: give others time to close theirs.
                Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            },
            Some(_) = connections.join_next() => {}
            () = async { drop(closing.wait_for(|closing| *closing).await) } => break,
        }
    }
    drop(listener);
    // What is left after that is cut off when the set is dropped.
    drop(timeout(GOODBYE, async { while connections.join_next().await.is_some() {} }).await);
}

async fn connection(stream: TcpStream, router: Router, mut closing: watch::Receiver<bool>) {
    let service = service_fn(move |request| answer(router.clone(), request));
    let mut builder = http1::Builder::new();
    let connection = builder.timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service).with_upgrades();
    let mut connection = pin!(connection);
    // An error is a client that went away, or one that was hung up on.
    tokio::select! {
        _ = connection.as_mut() => return,
        () = async { drop(closing.wait_for(|closing| *closing).await) } => {}
    }
    connection.as_mut().graceful_shutdown();
    drop(connection.await);
}

async fn answer(mut router: Router, request: Request<Incoming>) -> Result<Response, HungUp> {
    let Ok(response) = router.call(request.map(Body::new)).await;
    if response.extensions().get::<HangUp>().is_some() { Err(HungUp) } else { Ok(response) }
}

/// Told to hyper, so that it closes the connection.
#[derive(Debug)]
struct HungUp;

impl fmt::Display for HungUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("hung up on purpose")
    }
}

impl std::error::Error for HungUp {}
