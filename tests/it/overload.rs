//! Many connections, large and slow bodies of unverified senders: ordinary requests are served, and every sender gets the status of
//! its refusal.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use crate::support::{CapturedLog, RunningApp, TestBridge, config_text, eventually, read_config, stand_in};

const ORDINARY: &str = r#"{"type":"signup","name":"Ada"}"#;

/// The head of a request to a source, with a body of this length.
fn head(source: &str, length: usize, more: &str) -> String {
    format!(
        "POST /hooks/{source} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n{more}content-length: {length}\r\n\r\n"
    )
}

/// Connects from this address of the loopback network.
async fn connect_from(from: [u8; 4], to: SocketAddr) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    socket.bind(SocketAddr::from((from, 0))).expect("an address");
    socket.connect(to).await.expect("a connection")
}

/// Sends so much of a body that is never finished.
async fn begin_body(public: SocketAddr, bytes: usize, more: &str) -> TcpStream {
    let mut stream = TcpStream::connect(public).await.expect("a connection");
    stream.write_all(head("stripe", bytes + 1, more).as_bytes()).await.expect("sending");
    // What is refused may be closed meanwhile.
    drop(stream.write_all(&vec![b' '; bytes]).await);
    stream
}

/// The status line of the response.
async fn status(stream: &mut TcpStream) -> String {
    let mut answer = vec![0; 12];
    stream
        .read_exact(&mut answer)
        .await
        .map_or_else(|error| error.to_string(), |_| String::from_utf8_lossy(&answer).into_owned())
}

async fn intake_state(bridge: &RunningApp) -> Value {
    let body: Value = serde_json::from_str(&bridge.ask("/readyz").await.1).expect("JSON");
    body["intake"].clone()
}

async fn ordinary_request_is_accepted(bridge: &RunningApp) {
    let body = ORDINARY.replace("Ada", &fastrand::u64(..).to_string());
    let sent = tokio::time::timeout(Duration::from_secs(10), bridge.send("generic", &[], &body)).await;
    assert_eq!(sent.expect("answered soon").status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sender_that_sends_all_before_it_reads_sees_why_it_was_refused() {
    let bridge = TestBridge::start().await;
    let body = vec![b' '; 5_000_000];
    for (source, more, expected) in [
        ("nobody", "", "HTTP/1.1 404"),
        ("stripe", "", "HTTP/1.1 413"),
        ("stripe", "content-encoding: gzip\r\n", "HTTP/1.1 415"),
    ] {
        for attempt in 0..10 {
            let mut stream = TcpStream::connect(bridge.public).await.expect("a connection");
            stream.write_all(head(source, body.len(), more).as_bytes()).await.expect("sending");
            stream.write_all(&body).await.unwrap_or_else(|error| panic!("{expected}, {attempt}: {error}"));
            assert_eq!(status(&mut stream).await, expected, "{attempt}");
        }
    }
    bridge.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_body_that_does_not_come_is_not_awaited() {
    let bridge = TestBridge::start().await;
    let mut stalled = TcpStream::connect(bridge.public).await.expect("a connection");
    stalled.write_all(head("nobody", 1000, "").as_bytes()).await.expect("sending");
    let answer = tokio::time::timeout(Duration::from_secs(4), status(&mut stalled)).await;
    assert_eq!(answer.expect("within a second or so"), "HTTP/1.1 404");
    let mut asking = TcpStream::connect(bridge.public).await.expect("a connection");
    asking.write_all(head("nobody", 1000, "expect: 100-continue\r\n").as_bytes()).await.expect("sending");
    assert_eq!(status(&mut asking).await, "HTTP/1.1 404", "it is not told to continue");
    bridge.stop().await;
}

#[tokio::test]
async fn bodies_without_an_end_leave_room_for_ordinary_ones_and_are_reported() {
    let log = CapturedLog::start();
    let bridge = TestBridge::start().await;
    let mut unfinished = Vec::new();
    for _ in 0..64 {
        unfinished.push(begin_body(bridge.public, (1 << 20) - 1, "").await);
    }
    for _ in 0..5 {
        ordinary_request_is_accepted(&bridge).await;
    }
    let state = eventually("the state is reported", async || {
        let state = intake_state(&bridge).await;
        if state["refused"]["body_memory_per_address"].as_u64() > Some(10) { Ok(state) } else { Err(state) }
    })
    .await;
    assert_eq!(state["state"], "limited", "{state}");
    assert!(state["body_memory"].as_u64() <= Some(16 << 20), "{state}");
    assert_eq!(log.text().matches("limits of the public listener are reached").count(), 1, "one line a minute");
    let metrics = bridge.ask("/metrics").await.1;
    assert!(metrics.contains("hookbell_limited_total{limit=\"body_memory_per_address\"}"), "{metrics}");
    drop(unfinished);
    eventually("their memory is free", async || {
        let state = intake_state(&bridge).await;
        if state["body_memory"] == 0 { Ok(()) } else { Err(state) }
    })
    .await;
    bridge.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn idle_connections_are_closed_for_a_new_one() {
    let (standin, folder) = (stand_in().await, tempfile::tempdir().expect("a folder"));
    let mut config = read_config(&config_text(&standin, ""), folder.path());
    config.intake.limits.max_connections = 20;
    let bridge = RunningApp::with(config).await;
    let mut idle = Vec::new();
    for _ in 0..100 {
        idle.push(TcpStream::connect(bridge.public).await.expect("a connection"));
    }
    ordinary_request_is_accepted(&bridge).await;
    let state = intake_state(&bridge).await;
    assert!(state["refused"]["max_connections"].as_u64() >= Some(80), "{state}");
    assert!(state["connections"].as_u64() <= Some(20), "{state}");
    bridge.stop().await;
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn one_address_has_so_many_connections_and_a_trusted_proxy_any_number() {
    let limits = "trusted_proxies = \"127.0.0.9\"\nmax_connections_per_address = 3\n";
    let bridge = TestBridge::builder().server(limits).start().await;
    let mut open = Vec::new();
    for _ in 0..3 {
        open.push(connect_from([127, 0, 0, 1], bridge.public).await);
    }
    let mut fourth = connect_from([127, 0, 0, 1], bridge.public).await;
    let mut byte = [0];
    assert!(matches!(fourth.read(&mut byte).await, Ok(0) | Err(_)), "it is closed");
    for from in [[127, 0, 0, 2], [127, 0, 0, 9], [127, 0, 0, 9], [127, 0, 0, 9], [127, 0, 0, 9], [127, 0, 0, 1]] {
        if from == [127, 0, 0, 1] {
            // One that ended makes room.
            open.pop();
        }
        let answer = eventually("another connection is served", async || {
            let mut other = connect_from(from, bridge.public).await;
            other.write_all(head("nobody", 0, "").as_bytes()).await.ok()?;
            let answer = status(&mut other).await;
            answer.starts_with("HTTP/1.1").then_some((other, answer))
        })
        .await;
        assert_eq!(answer.1, "HTTP/1.1 404");
        open.push(answer.0);
    }
    bridge.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_senders_behind_a_trusted_proxy_are_told_apart() {
    let limits = "body_memory_per_address = \"500 KiB\"\n";
    let bridge = TestBridge::builder().server(limits).start().await;
    let of = |last: u8| format!("x-forwarded-for: 198.51.100.{last}\r\n");
    let _held = begin_body(bridge.public, 400_000, &of(1)).await;
    eventually("it is held", async || {
        let state = intake_state(&bridge).await;
        if state["body_memory"].as_u64() > Some(300_000) { Ok(()) } else { Err(state) }
    })
    .await;
    let body = vec![b' '; 400_000];
    for (sender, expected) in [(1, "HTTP/1.1 503"), (2, "HTTP/1.1 401")] {
        let mut stream = TcpStream::connect(bridge.public).await.expect("a connection");
        stream.write_all(head("stripe", body.len(), &of(sender)).as_bytes()).await.expect("sending");
        stream.write_all(&body).await.expect("all of it");
        assert_eq!(status(&mut stream).await, expected, "{sender}");
    }
    bridge.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_below_the_minimum_rate_is_cut_off() {
    let (standin, folder) = (stand_in().await, tempfile::tempdir().expect("a folder"));
    let mut config = read_config(&config_text(&standin, ""), folder.path());
    config.intake.limits.body_grace = Duration::from_millis(100);
    let bridge = RunningApp::with(config).await;
    let mut slow = begin_body(bridge.public, 1000, "").await;
    assert_eq!(status(&mut slow).await, "HTTP/1.1 408");
    assert_eq!(intake_state(&bridge).await["refused"]["min_body_rate"], 1);
    bridge.stop().await;
}
