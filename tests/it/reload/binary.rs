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

/// Ends it when the test ends, however that is.
struct Served(std::process::Child);

impl Drop for Served {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_among_the_templates_is_none_and_does_not_feed_itself() {
    let (folder, sink) = (tempfile::tempdir().expect("a folder"), Sink::start().await);
    std::fs::create_dir(folder.path().join("templates")).expect("a folder");
    let write = |file: &str, text: &str| std::fs::write(folder.path().join(file), text).expect("a file");
    write("config.toml", &config(&sink, ""));
    write("secret", "first");
    let log = folder.path().join("templates/log.toml");
    let output = std::fs::File::create(&log).expect("a file");
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_hookbell"));
    let command = command.arg("serve").current_dir(folder.path()).env_remove("HOOKBELL_LOG").stderr(output);
    let _serve = Served(command.spawn().expect("it starts"));
    let logged = async |text: &str, times: usize| {
        eventually(text, async || {
            let log = std::fs::read_to_string(&log).expect("the log");
            if log.matches(text).count() >= times { Ok(log) } else { Err(log) }
        })
        .await
    };
    logged("hookbell is ready", 1).await;
    write("templates/own.toml", &look("Broken").replace("title", "titel"));
    logged("the changed config is not taken", 1).await;
    write("templates/own.toml", &look("New"));
    logged("the changed config is in use", 1).await;
    write("templates/own.toml", &look("Newer"));
    let log = logged("the changed config is in use", 2).await;
    assert_eq!(log.matches("the changed config is not taken").count(), 1, "{log}");
}
