//! The public listener under bad input: every answer of the contract, and nothing lost, leaked or broken.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::json;

use crate::support::{RunningApp, SECRET, TestBridge, client, config_text, fetch, read_config, stand_in};

/// Sends bytes as they are and reads all that comes back.
fn raw(bridge: &RunningApp, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(bridge.public).expect("a connection");
    stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a time-out");
    stream.write_all(request).expect("sending");
    let mut answer = Vec::new();
    // A server that hangs up hard may reset; what was read until then counts.
    drop(stream.read_to_end(&mut answer));
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_refusal_has_its_status_and_reveals_nothing_more() {
    let bridge = TestBridge::start().await;
    let url = bridge.url("stripe");
    let post = || client().post(&url).header("content-type", "application/json");
    let cases: Vec<(&str, reqwest::RequestBuilder, u16)> = vec![
        ("unsigned", post().body("{}"), 401),
        ("empty signature", post().header("stripe-signature", "").body("{}"), 401),
        ("nonsense signature", post().header("stripe-signature", "t=1,v1=zz").body("{}"), 401),
        ("wrong signature", post().header("stripe-signature", format!("t=1,v1={}", "0".repeat(64))).body("{}"), 401),
        ("unknown source", client().post(bridge.url("nobody")).body("{}"), 404),
        ("no path", client().post(format!("http://{}/", bridge.public)).body("{}"), 404),
        ("metrics on the public listener", client().get(format!("http://{}/metrics", bridge.public)), 404),
        ("GET", client().get(&url), 405),
        ("DELETE", client().delete(&url), 405),
        ("form", client().post(&url).header("content-type", "application/x-www-form-urlencoded").body("a=1"), 415),
        ("gzip", post().header("content-encoding", "gzip").body("x"), 415),
        ("too large", post().body(vec![b' '; (1 << 20) + 1]), 413),
    ];
    for (name, request, status) in cases {
        let response = fetch(request).await;
        assert_eq!(response.status, status, "{name}: {response:?}");
        assert!(response.body["error"].is_string() && response.body["reason"].is_string(), "{name}: {response:?}");
        assert!(!response.body.to_string().contains(SECRET), "{name}");
        assert_eq!(response.headers["content-type"], "application/json", "{name}");
    }
    assert!(bridge.store.recent(Default::default(), None, 5).await.expect("a store").is_empty(), "nothing was kept");
    bridge.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn verified_bodies_that_cannot_be_read_are_400() {
    let bridge = TestBridge::start().await;
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    for (name, body) in
        [("empty", ""), ("text", "hello"), ("half", "{\"a\":"), ("deep", deep.as_str()), ("two", "{} {}")]
    {
        let response = bridge.send("generic", &[], body).await;
        assert_eq!(response.status, 400, "{name}: {response:?}");
    }
    // Valid JSON of an unusual kind is an event like any other.
    for (name, body) in [
        ("NUL", r#"{"type":"a\u0000b","id":"n"}"#),
        ("number", "5"),
        ("list", "[1]"),
        ("null", "null"),
        ("escapes", r#"{"x":"\ud83d\ude00"}"#),
    ] {
        let response = bridge.send("generic", &[], body).await;
        assert_eq!(response.status, 200, "{name}: {response:?}");
    }
    bridge.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_not_utf8_are_refused_in_words() {
    let bridge =
        TestBridge::builder().config("[sources.open]\nprovider = \"generic\"\nverify = \"none\"\n").start().await;
    let request = client().post(bridge.url("open")).header("content-type", "application/json");
    let response = fetch(request.body(b"{\"name\":\"\xff\xfe\"}".to_vec())).await;
    assert_eq!(response.status, 400, "{response:?}");
    let answer = raw(&bridge, b"POST /hooks/stripe HTTP/1.1\r\nhost: x\r\nconnection: close\r\nstripe-signature: t=1,v1=\xff\xfe\r\ncontent-length: 2\r\n\r\n{}");
    assert!(answer.starts_with("HTTP/1.1 401"), "{answer}");
    bridge.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_text_that_was_cut_within_an_emoji_is_an_event() {
    let bridge = TestBridge::start().await;
    let response = bridge.send("generic", &[], r#"{"id":"cut","type":"signup","name":"Ada \ud83d"}"#).await;
    assert_eq!(response.status, 200, "{response:?}");
    let messages = bridge.discord.wait_for_messages("2222", 1, Duration::from_secs(20)).await;
    assert!(messages[0].body.to_string().contains("Ada \u{fffd}"), "{}", messages[0].body);
    bridge.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slash_at_the_end_of_the_path_and_githubs_form_are_read() {
    let bridge = TestBridge::start().await;
    let headers = [("content-type", "application/x-www-form-urlencoded"), ("x-github-event", "star")];
    let body = "payload=%7B%22action%22%3A%22created%22%7D";
    let response = bridge.post(&format!("{}/", bridge.url("github")), "github", &headers, body).await;
    assert_eq!(response.status, 200, "{response:?}");
    assert_eq!(bridge.details(response.event()).await.event.event_type, "star.created");
    bridge.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_token_is_called_a_token_and_bearer_may_be_in_lower_case() {
    let source = format!("[sources.alertmanager]\nprovider = \"alertmanager\"\nsecret = \"{SECRET}\"\n");
    let bridge = TestBridge::builder().config(&source).start().await;
    let send = |authorization: String| {
        let post = client().post(bridge.url("alertmanager")).header("content-type", "application/json");
        fetch(post.header("authorization", authorization).body(r#"{"status":"firing"}"#))
    };
    let wrong = send("Bearer wrong".to_owned()).await;
    assert_eq!((wrong.status, &wrong.body["reason"]), (401, &"the token does not match".into()));
    assert_eq!(send(format!("bearer {SECRET}")).await.status, 200);
    bridge.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_monitor_may_send_eight_mebibytes() {
    let source = format!("[sources.alertmanager]\nprovider = \"alertmanager\"\nsecret = \"{SECRET}\"\n");
    let bridge = TestBridge::builder().config(&source).start().await;
    let send = |size: usize| {
        let body = format!("{{\"status\":\"firing\",\"pad\":\"{}\"}}", "x".repeat(size));
        let post = client().post(bridge.url("alertmanager")).header("content-type", "application/json");
        fetch(post.bearer_auth(SECRET).body(body))
    };
    assert_eq!(send((8 << 20) - 100).await.status, 200);
    assert_eq!(send(8 << 20).await.status, 413);
    bridge.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_gigabytes_announced_are_refused_unread() {
    let bridge = TestBridge::start().await;
    let answer = raw(&bridge, b"POST /hooks/stripe HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 2147483648\r\n\r\n{");
    assert!(answer.starts_with("HTTP/1.1 413") && answer.contains("connection: close"), "{answer}");
    bridge.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chunked_body_over_the_limit_is_cut_off_while_reading() {
    let bridge = TestBridge::start().await;
    let mut request = b"POST /hooks/stripe HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n".to_vec();
    for _ in 0..40 {
        request.extend_from_slice(b"10000\r\n");
        request.extend_from_slice(&vec![b' '; 0x10000]);
        request.extend_from_slice(b"\r\n");
    }
    let mut stream = TcpStream::connect(bridge.public).expect("a connection");
    // The server may hang up while we still write.
    drop(stream.write_all(&request));
    let mut answer = Vec::new();
    drop(stream.read_to_end(&mut answer));
    let answer = String::from_utf8_lossy(&answer);
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 413"), "{answer}");
    assert_eq!(bridge.store.recent(Default::default(), None, 5).await.expect("a store").len(), 0);
    bridge.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unusual_paths_are_not_found() {
    let bridge = TestBridge::start().await;
    for path in [
        "/hooks/",
        "/hooks//stripe",
        "/hooks/../hooks/stripe",
        "/hooks/stripe//",
        "/hooks/%73tripe",
        "/hooks/stripe%00",
        "/hooks/stripe%2f..",
        "//hooks/stripe",
        "/HOOKS/stripe",
        "/hooks/Stripe",
    ] {
        let answer = raw(
            &bridge,
            format!("POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{{}}").as_bytes(),
        );
        assert!(answer.starts_with("HTTP/1.1 404") || answer.starts_with("HTTP/1.1 400"), "{path}: {answer}");
    }
    bridge.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_event_from_fifty_connections_is_kept_once() {
    let bridge = TestBridge::start().await;
    let bridge = std::sync::Arc::new(bridge);
    let barrier = std::sync::Arc::new(tokio::sync::Barrier::new(50));
    let senders: Vec<_> = (0..50)
        .map(|_| {
            let (bridge, barrier) = (bridge.clone(), barrier.clone());
            tokio::spawn(async move {
                barrier.wait().await;
                bridge.send("generic", &[], r#"{"id":"once","type":"signup","name":"Ada"}"#).await
            })
        })
        .collect();
    let mut accepted = 0;
    let mut ids = std::collections::BTreeSet::new();
    for sender in senders {
        let response = sender.await.expect("a sender");
        assert_eq!(response.status, 200);
        accepted += usize::from(response.body["status"] == "accepted");
        ids.insert(response.event().to_owned());
    }
    assert_eq!((accepted, ids.len()), (1, 1));
    assert_eq!(bridge.discord.wait_for_messages("2222", 1, Duration::from_secs(10)).await.len(), 1);
    let discord = std::sync::Arc::into_inner(bridge).expect("the last one").stop().await;
    assert_eq!(discord.messages("2222").len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_source_over_its_own_rate_is_answered_when_to_retry() {
    let bridge = TestBridge::builder()
        .config("[sources.slow]\nprovider = \"generic\"\nverify = \"none\"\nrate = \"2/60s\"\n")
        .start()
        .await;
    let send = |id: u32| {
        fetch(
            client()
                .post(bridge.url("slow"))
                .header("content-type", "application/json")
                .body(json!({ "id": id }).to_string()),
        )
    };
    assert_eq!((send(1).await.status, send(2).await.status), (200, 200));
    let third = send(3).await;
    assert_eq!((third.status, third.headers["retry-after"].to_str().ok()), (429, Some("30")));
    bridge.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_text_neither_pings_nor_links_nor_breaks() {
    let bridge = TestBridge::start().await;
    let long = "名".repeat(30_000);
    let texts = [
        "@everyone @here",
        "<@&1> <@2> <#3>",
        "[x](http://evil)",
        "http://evil.example/",
        "``` x",
        "> q\n# h\n-# s",
        "\u{202e}gnp.exe",
        "a\u{0301}\u{0301}\u{0301}",
        "👩‍👩‍👧‍👦",
        "</x:1>",
        "<t:1:R>",
        &long,
    ];
    for (at, text) in texts.iter().enumerate() {
        let body = json!({ "id": at, "type": "signup", "name": text, "title": text, "message": text, "email": text, "url": format!("javascript:{at}"), "plan": text });
        assert_eq!(bridge.send("generic", &[], &body.to_string()).await.status, 200);
    }
    let messages = bridge.discord.wait_for_messages("2222", texts.len(), Duration::from_secs(20)).await;
    assert_eq!(messages.len(), texts.len());
    for message in &messages {
        crate::judge::judge_post(&message.body);
        assert_eq!(message.mentions, Default::default());
        let text = message.body.to_string();
        assert!(!text.contains("javascript:"), "{text}");
        assert!(!text.contains("](http://evil)") || text.contains("\\\\]\\\\(http"), "{text}");
    }
    bridge.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_sender_is_cut_off() {
    let standin = stand_in().await;
    let folder = tempfile::tempdir().expect("a folder");
    let mut config = read_config(&config_text(&standin, ""), folder.path());
    config.intake.head_timeout = Duration::from_millis(300);
    config.intake.body_timeout = Duration::from_millis(300);
    let bridge = RunningApp::with(config).await;
    // One byte every 50 ms: each comes in time, the whole does not.
    let drip = |head: &'static str, drops: &'static str| {
        let public = bridge.public;
        tokio::task::spawn_blocking(move || {
            let start = std::time::Instant::now();
            let mut stream = TcpStream::connect(public).expect("a connection");
            stream.write_all(head.as_bytes()).expect("sending");
            stream.set_read_timeout(Some(Duration::from_millis(50))).expect("a time-out");
            let mut answer = Vec::new();
            let mut buffer = [0; 1024];
            for drop in drops.bytes().cycle() {
                assert!(start.elapsed() < Duration::from_secs(10), "it may drip for ever");
                match stream.read(&mut buffer) {
                    Ok(0) => break,
                    Ok(count) => answer.extend_from_slice(&buffer[..count]),
                    Err(error)
                        if matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) => {}
                    Err(_) => break,
                }
                if stream.write_all(&[drop]).is_err() {
                    break;
                }
            }
            String::from_utf8_lossy(&answer).into_owned()
        })
    };
    let head = drip("POST /hooks/stripe HTTP/1.1\r\n", "x").await.expect("a head");
    assert!(head.is_empty() || head.starts_with("HTTP/1.1 408"), "{head}");
    let body =
        "POST /hooks/stripe HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 5000\r\n\r\n";
    let body = drip(body, " ").await.expect("a body");
    assert!(body.starts_with("HTTP/1.1 408"), "{body}");
    bridge.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_that_cannot_be_stored_is_503_and_accepted_when_repeated() {
    let bridge = TestBridge::start().await;
    assert_eq!(bridge.send("generic", &[], r#"{"type":"signup","id":"before"}"#).await.status, 200);
    // Another program holds the file: no commit goes through, as on a full or read-only disk.
    let other = rusqlite::Connection::open(bridge.folder.path().join("hookbell.db")).expect("the database");
    other.execute_batch("PRAGMA busy_timeout = 5000; BEGIN IMMEDIATE").expect("a lock");
    let body = r#"{"type":"signup","id":"late","name":"Ada"}"#;
    let refused = bridge.send("generic", &[], body).await;
    assert_eq!((refused.status, &refused.body["error"]), (503, &"not_kept".into()));
    assert!(refused.headers.contains_key("retry-after"));
    assert_eq!(bridge.ask("/readyz").await.0, 503);
    other.execute_batch("ROLLBACK").expect("released");
    let again = bridge.send("generic", &[], body).await;
    assert_eq!(
        (again.status, again.body["status"].as_str()),
        (200, Some("accepted")),
        "a refused event leaves no trace"
    );
    assert_eq!(bridge.discord.wait_for_messages("2222", 2, Duration::from_secs(20)).await.len(), 2);
    bridge.stop().await;
}
