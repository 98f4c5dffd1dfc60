//! The floors: servers that do nothing of hookbell's work, so that the machine's own limits are known.

use axum::Router;
use axum::extract::State;
use axum::routing::post;
use hyper::body::Bytes;

/// Reads the body and answers 200.
pub(crate) async fn noop() {
    serve(Router::new().route("/hooks/{source}", post(async |_: Bytes| "{\"status\":\"accepted\"}"))).await;
}

/// Posts a small message to the sink before it answers; keeps and checks nothing.
pub(crate) async fn relay(sink: &str) {
    let target = format!("{sink}/api/v10/webhooks/1/token?wait=true");
    let state = (reqwest::Client::new(), target);
    let forward = async |State((client, target)): State<(reqwest::Client, String)>, body: Bytes| {
        let event: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
        let message = serde_json::json!({ "content": event["id"] }).to_string();
        let sent = client.post(target).header("content-type", "application/json").body(message).send().await;
        sent.map(|answer| answer.status().to_string()).unwrap_or_default()
    };
    serve(Router::new().route("/hooks/{source}", post(forward)).with_state(state)).await;
}

async fn serve(router: Router) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    println!("{}", listener.local_addr().expect("an address"));
    axum::serve(listener, router).await.expect("serving");
}
