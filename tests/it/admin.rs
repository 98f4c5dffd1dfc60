//! The admin listener: health, readiness and metrics; on loopback, or with a token.

use std::time::Duration;

use crate::support::{TestBridge, client, eventually};

const TOKEN: &str = "0123456789abcdef-admin";

#[tokio::test]
async fn readiness_reports_store_lanes_and_bot() {
    let bridge = TestBridge::start().await;
    assert_eq!(bridge.ask("/healthz").await.0, 200);
    bridge.send("generic", &[], r#"{"type":"signup","id":"1","name":"Ada"}"#).await;
    bridge.discord.wait_for_messages("2222", 1, Duration::from_secs(10)).await;
    let (status, body) = bridge.ask("/readyz").await;
    let body: serde_json::Value = serde_json::from_str(&body).expect("JSON");
    assert_eq!((status, &body["ready"]), (200, &true.into()));
    assert_eq!((&body["store"]["state"], &body["bot"]["state"]), (&"writable".into(), &"off".into()));
    assert_eq!(body["lanes"][0]["destination"], "alerts");
    bridge.stop().await;
}

#[tokio::test]
async fn a_dead_webhook_is_reported_and_events_are_still_accepted() {
    let bridge = TestBridge::start().await;
    bridge.discord.delete_webhook("alerts");
    assert_eq!(bridge.send("generic", &[], r#"{"type":"signup","id":"1"}"#).await.status, 200);
    let body = eventually("the lane is parked", async || {
        let body: serde_json::Value = serde_json::from_str(&bridge.ask("/readyz").await.1).expect("JSON");
        if body["lanes"][0]["state"] == "parked" { Ok(body) } else { Err(body) }
    })
    .await;
    assert_eq!((&body["ready"], &body["lanes"][0]["waiting"]), (&true.into(), &1.into()), "{body:#}");
    assert!(bridge.ask("/metrics").await.1.contains("hookbell_lane_parked{destination=\"alerts\"} 1"));
    bridge.stop().await;
}

#[tokio::test]
async fn the_metrics_cover_events_lanes_sends_and_bot() {
    let bridge = TestBridge::start().await;
    bridge.send("generic", &[], r#"{"type":"signup","id":"1","name":"Ada"}"#).await;
    bridge.discord.wait_for_messages("2222", 1, Duration::from_secs(10)).await;
    let (_, text) = bridge.ask("/metrics").await;
    for name in [
        "hookbell_events_total{source=\"generic\",outcome=\"accepted\"} 1",
        "hookbell_answer_seconds_count 1",
        "hookbell_lane_depth{destination=\"alerts\"}",
        "hookbell_lane_oldest_seconds{destination=\"alerts\"}",
        "hookbell_sends_total{",
        "hookbell_rate_limited_total{destination=\"alerts\"} 0",
        "hookbell_bot_state 0",
    ] {
        assert!(text.contains(name), "{name} is not in\n{text}");
    }
    assert!(text.ends_with("# EOF\n"));
    bridge.stop().await;
}

#[tokio::test]
async fn with_a_token_nothing_is_answered_without_it() {
    let bridge = TestBridge::builder().server(&format!("admin_token = \"{TOKEN}\"")).start().await;
    for path in ["/healthz", "/readyz", "/metrics", "/nothing"] {
        assert_eq!(bridge.ask(path).await.0, 401, "{path}");
    }
    let ask = |token: String| client().get(format!("http://{}/healthz", bridge.admin)).bearer_auth(token).send();
    assert_eq!(ask("wrong".to_owned()).await.expect("an answer").status(), 401);
    assert_eq!(ask(TOKEN.to_owned()).await.expect("an answer").status(), 200);
    bridge.stop().await;
}

#[tokio::test]
async fn without_a_token_only_requests_to_this_machine_are_answered() {
    let bridge = TestBridge::start().await;
    let ask = |host: &'static str| {
        let request = client().get(format!("http://{}/healthz", bridge.admin)).header("host", host);
        async move { request.send().await.expect("an answer").status().as_u16() }
    };
    for host in ["localhost", "LOCALHOST:8081", "127.0.0.1:8081", "[::1]:8081", "10.0.0.5"] {
        assert_eq!(ask(host).await, 200, "{host}");
    }
    for host in ["evil.example", "evil.example:8081", "localhost.evil.example", "127.0.0.1.evil.example", ";"] {
        assert_eq!(ask(host).await, 403, "{host}");
    }
    bridge.stop().await;
    let bridge = TestBridge::builder().server(&format!("admin_token = \"{TOKEN}\"")).start().await;
    let request = client().get(format!("http://{}/healthz", bridge.admin)).bearer_auth(TOKEN);
    let answer = request.header("host", "hookbell.internal").send().await.expect("an answer");
    assert_eq!(answer.status(), 200, "a name is fine where a token guards");
    bridge.stop().await;
}

#[tokio::test]
async fn a_get_writes_nothing() {
    let bridge = TestBridge::start().await;
    let writes = || {
        let database = rusqlite::Connection::open(bridge.folder.path().join("hookbell.db")).expect("the database");
        database.query_row("SELECT total(writes) FROM probe", [], |row| row.get::<_, f64>(0)).expect("a number")
    };
    let (before, begun) = (writes(), std::time::Instant::now());
    for path in ["/readyz", "/healthz", "/metrics", "/readyz", "/readyz", "/readyz", "/readyz", "/readyz"] {
        assert_eq!(bridge.ask(path).await.0, 200, "{path}");
    }
    // The store is probed at intervals, whoever asks.
    let probes = begun.elapsed().as_secs_f64() / 10.0;
    assert!(writes() - before <= probes, "{before} {}", writes());
    bridge.stop().await;
}
