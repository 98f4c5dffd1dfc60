//! The load: requests signed beforehand, sent over kept connections as bare bytes, so that the generator takes
//! as little as possible of the two cores it shares with what it measures.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use hmac::{Hmac, Mac};
use sha2::Sha256;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::sink::Sink;

pub(crate) const SECRET: &str = "whsec_bench";

/// Whole HTTP requests, each with an event id of its own.
pub(crate) struct Requests(Arc<Vec<(String, Vec<u8>)>>);

impl Requests {
    pub(crate) fn signed(count: usize) -> Self {
        Self::to("stripe", count)
    }

    /// To this source.
    pub(crate) fn to(source: &str, count: usize) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a clock");
        let one = |at: usize| {
            let id = format!("benchevent{}x{at}", now.as_nanos());
            let request = request(source, &body(&id, 36), now.as_secs());
            (id, request)
        };
        Self(Arc::new((0..count).map(one).collect()))
    }

    /// The ids of the events with their requests, in the order in which they are sent.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &(String, Vec<u8>)> {
        self.0.iter()
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}

/// A payment of Stripe's shape; with 36 values of metadata it has about 2.7 kB.
pub(crate) fn body(id: &str, values: usize) -> String {
    let metadata: String =
        (0..values).map(|at| format!(",\"key_{at}\":\"a value of ordinary length, number {at}\"")).collect();
    format!(
        r#"{{"id":"{id}","object":"event","api_version":"2024-06-20","created":1760000000,"livemode":true,"type":"payment_intent.succeeded","data":{{"object":{{"id":"{id}","object":"payment_intent","amount":4200,"amount_received":4200,"currency":"eur","description":"Order {id}","receipt_email":"ada@example.com","status":"succeeded","metadata":{{"order":"77"{metadata}}}}}}}}}"#
    )
}

fn request(source: &str, body: &str, now: u64) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).expect("a key");
    mac.update(format!("{now}.{body}").as_bytes());
    let signature = hex::encode(mac.finalize().into_bytes());
    format!(
        "POST /hooks/{source} HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\nstripe-signature: t={now},v1={signature}\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// Sends all requests over so many connections as fast as they are answered; returns answers a second.
pub(crate) async fn burst(to: SocketAddr, requests: &Requests, connections: usize) -> f64 {
    let next = Arc::new(AtomicUsize::new(0));
    let start = Instant::now();
    let workers: Vec<_> = (0..connections)
        .map(|_| {
            let (requests, next) = (Arc::clone(&requests.0), Arc::clone(&next));
            tokio::spawn(async move {
                let mut connection = Connection::open(to).await;
                while let Some((_, request)) = requests.get(next.fetch_add(1, Ordering::Relaxed)) {
                    connection.exchange(request).await;
                }
            })
        })
        .collect();
    for worker in workers {
        worker.await.expect("a worker");
    }
    requests.0.len() as f64 / start.elapsed().as_secs_f64()
}

/// Percentiles in milliseconds.
pub(crate) struct Latency {
    pub(crate) p50: f64,
    pub(crate) p99: f64,
}

/// Sends one request each `pace` and takes the time until the sink has its message.
pub(crate) async fn paced(to: SocketAddr, sink: &Sink, requests: &Requests, pace: Duration) -> Latency {
    let mut connection = Connection::open(to).await;
    let mut ticks = tokio::time::interval(pace);
    let mut waiting = Vec::new();
    for (id, request) in requests.0.iter() {
        ticks.tick().await;
        let sent = Instant::now();
        let (sink, id) = (sink.clone(), id.clone());
        waiting.push(tokio::spawn(async move { sink.arrival(&id).await - sent }));
        connection.exchange(request).await;
    }
    let mut took = Vec::new();
    for arrival in waiting {
        took.push(arrival.await.expect("an arrival").as_secs_f64() * 1000.0);
    }
    took.sort_by(f64::total_cmp);
    Latency { p50: took[took.len() / 2], p99: took[took.len() * 99 / 100] }
}

pub(crate) struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    pub(crate) async fn open(to: SocketAddr) -> Self {
        let stream = TcpStream::connect(to).await.expect("a connection");
        stream.set_nodelay(true).expect("no delay");
        Self { stream, buffer: Vec::with_capacity(4096) }
    }

    /// Sends a request and reads its answer, which must be 200.
    pub(crate) async fn exchange(&mut self, request: &[u8]) {
        self.stream.write_all(request).await.expect("sending");
        self.buffer.clear();
        loop {
            assert!(self.stream.read_buf(&mut self.buffer).await.expect("reading") > 0, "the server hung up");
            let Some(head) = self.buffer.windows(4).position(|part| part == b"\r\n\r\n") else { continue };
            let text = String::from_utf8_lossy(&self.buffer[..head]).to_ascii_lowercase();
            assert!(text.starts_with("http/1.1 200"), "{text}");
            let length = text
                .split("content-length: ")
                .nth(1)
                .and_then(|rest| rest.split("\r\n").next()?.parse().ok())
                .unwrap_or(0usize);
            if self.buffer.len() >= head + 4 + length {
                return;
            }
        }
    }
}
