//! The real `hookbell serve`: its log, and SIGHUP.

use super::*;
use crate::support::{Process, free_port};

#[tokio::test(flavor = "multi_thread")]
async fn serve_takes_up_edits_and_sighup_and_reports_each_mistake_once() {
    let (folder, sink) = (tempfile::tempdir().expect("a folder"), Sink::start().await);
    let public = free_port();
    let text = config(&sink, "").replacen("listen = \"127.0.0.1:0\"", &format!("listen = \"{public}\""), 1);
    std::fs::create_dir(folder.path().join("templates")).expect("a folder");
    let write = |file: &str, text: &str| std::fs::write(folder.path().join(file), text).expect("a file");
    write("config.toml", &text);
    write("secret", "first");
    write("templates/own.toml", &look("Old"));
    let serve = Process::serve(folder.path()).await;

    serve.signal("HUP");
    serve.wait_for_output("the changed config is in use", 1).await;
    write("templates/own.toml", &look("Broken").replace("title", "titel"));
    serve.wait_for_output("the changed config is not taken: the last good one stays in use errors=", 1).await;
    serve.wait_for_output("did you mean `title`?", 1).await;
    let response = post(&format!("http://{public}/hooks/shop"), "first", "Ada").await;
    assert_eq!(response.status, 200);
    write("templates/own.toml", &look("New"));
    serve.wait_for_output("the changed config is in use", 2).await;
    write("config.toml", &format!("{text}\n[log]\nformat = \"json\"\n"));
    serve.wait_for_output("needs a restart: log.format; everything else is in use", 1).await;
    assert_eq!(post(&format!("http://{public}/hooks/shop"), "first", "Grace").await.status, 200);
    let titles: Vec<String> = sink.wait_for(2).await.iter().map(title).collect();
    assert_eq!(titles, ["Old Ada", "New Grace"]);
    let log = serve.kill();
    assert_eq!(log.matches("did you mean `title`?").count(), 1, "{log}");
    for secret in ["first", "token-1"] {
        assert!(!log.contains(secret), "{log}");
    }
}
