//! `hookbell confirm`: the link of a kept event is opened by command, once it leads where the provider's file says.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::Router;
use axum::http::StatusCode;
use serde_json::{Value, json};

use super::{hookbell, text};
use crate::cli::json as parsed;
use crate::support::{TestBridge, client, fetch};

const PROVIDER: &str = "title = \"Topics\"\nverify = \"none\"\n[event]\ntype = \"/type\"\n\
    [confirm]\non = [\"confirm\"]\nurl = \"/link\"\nhosts = [\"127.0.0.1\", \"topics.*.example.com\"]\n";

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_opened_by_command_alone_and_only_where_it_may_lead() {
    let opened = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&opened);
    let answer = move |uri: axum::http::Uri| {
        count.fetch_add(1, Ordering::Relaxed);
        let status = if uri.path() == "/gone" { StatusCode::GONE } else { StatusCode::OK };
        async move { status }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let sender = listener.local_addr().expect("bound");
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(answer)).await });

    let source = "[sources.topics]\nprovider = \"topics\"\nverify = \"none\"\n\n";
    let bridge = TestBridge::builder().file("providers/topics.toml", PROVIDER).sources(source).start().await;
    let send = async |body: Value| {
        let request = client().post(bridge.url("topics")).header("Content-Type", "application/json");
        fetch(request.body(body.to_string())).await.event().to_owned()
    };
    let good = send(json!({ "type": "confirm", "link": format!("http://{sender}/confirm?token=1") })).await;
    let gone = send(json!({ "type": "confirm", "link": format!("http://{sender}/gone") })).await;
    let elsewhere = send(json!({ "type": "confirm", "link": "https://topics.eu.example.com.evil.example/x" })).await;
    let other = send(json!({ "type": "news", "link": format!("http://{sender}/confirm") })).await;
    bridge.drained().await;
    assert_eq!(opened.load(Ordering::Relaxed), 0, "no request opens a link");

    let run = async |arguments: &[&str]| {
        let (folder, arguments) =
            (bridge.folder.path().to_owned(), arguments.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>());
        let run = move || hookbell(&folder, &arguments.iter().map(String::as_str).collect::<Vec<_>>());
        tokio::task::spawn_blocking(run).await.expect("no panic")
    };
    let printed = run(&["confirm", &good]).await;
    assert_eq!((printed.status.code(), text(&printed.stdout)), (Some(0), format!("http://{sender}/confirm?token=1\n")));
    assert_eq!(opened.load(Ordering::Relaxed), 0);
    let done = parsed(&run(&["confirm", &good, "--open", "--json"]).await);
    assert_eq!((done["confirmed"].as_bool(), done["status"].as_u64()), (Some(true), Some(200)));
    let refused = run(&["confirm", &gone, "--open"]).await;
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stderr).contains("answered 410 Gone; nothing is confirmed"), "{refused:?}");
    assert_eq!(opened.load(Ordering::Relaxed), 2);
    for (id, part) in [
        (&elsewhere, "leads to `https://topics.eu.example.com.evil.example`"),
        (&other, "events of type `news` ask for no confirmation"),
    ] {
        let wrong = run(&["confirm", id, "--open"]).await;
        assert_eq!(wrong.status.code(), Some(2));
        assert!(text(&wrong.stderr).contains(part), "{wrong:?}");
    }
    assert_eq!(opened.load(Ordering::Relaxed), 2);
}
