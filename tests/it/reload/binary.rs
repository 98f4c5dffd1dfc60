//! The real `hookbell serve`: its log, and SIGHUP.

use std::net::TcpListener;
use std::process::{Child, Command, Stdio};

use super::*;

/// Ended when dropped.
struct Serve {
    child: Child,
    log: PathBuf,
}

impl Drop for Serve {
    fn drop(&mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("ended");
    }
}

impl Serve {
    fn start(folder: &Path) -> Self {
        let log = folder.join("log");
        let child = Command::new(env!("CARGO_BIN_EXE_hookbell"))
            .args(["serve", "--config", "config.toml"])
            .current_dir(folder)
            .env_remove("HOOKBELL_LOG")
            .stderr(Stdio::from(std::fs::File::create(&log).expect("a log")))
            .spawn()
            .expect("hookbell");
        Self { child, log }
    }

    fn log(&self) -> String {
        std::fs::read_to_string(&self.log).expect("the log")
    }

    /// Waits until the log tells this so many times.
    async fn tells(&self, what: &str, times: usize) {
        let wait = async {
            while self.log().matches(what).count() < times {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        let in_time = tokio::time::timeout(PATIENCE * 2, wait).await;
        assert!(in_time.is_ok(), "`{what}` {times} times expected in\n{}", self.log());
    }

    fn hang_up(&self) {
        let sent = Command::new("kill").args(["-HUP", &self.child.id().to_string()]).status().expect("kill");
        assert!(sent.success());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn serve_takes_up_edits_and_sighup_and_tells_each_mistake_once() {
    let (folder, sink) = (tempfile::tempdir().expect("a folder"), Sink::start().await);
    let public = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port");
    let text = config(&sink, "").replacen("listen = \"127.0.0.1:0\"", &format!("listen = \"{public}\""), 1);
    std::fs::create_dir(folder.path().join("templates")).expect("a folder");
    let write = |file: &str, text: &str| std::fs::write(folder.path().join(file), text).expect("a file");
    write("config.toml", &text);
    write("secret", "first");
    write("templates/own.toml", &look("Old"));
    let serve = Serve::start(folder.path());
    serve.tells("hookbell is ready", 1).await;

    serve.hang_up();
    serve.tells("the changed config is in use", 1).await;
    write("templates/own.toml", &look("Broken").replace("title", "titel"));
    serve.tells("the changed config is not taken: the last good one stays in use errors=", 1).await;
    serve.tells("did you mean `title`?", 1).await;
    let heard = post(&format!("http://{public}/hooks/shop"), "first", "Ada").await;
    assert_eq!(heard.status, 200);
    write("templates/own.toml", &look("New"));
    serve.tells("the changed config is in use", 2).await;
    write("config.toml", &format!("{text}\n[log]\nformat = \"json\"\n"));
    serve.tells("needs a restart: log.format; everything else is in use", 1).await;
    assert_eq!(post(&format!("http://{public}/hooks/shop"), "first", "Grace").await.status, 200);
    let titles: Vec<String> = sink.wait_for(2).await.iter().map(title).collect();
    assert_eq!(titles, ["Old Ada", "New Grace"]);
    let log = serve.log();
    assert_eq!(log.matches("did you mean `title`?").count(), 1, "{log}");
    for secret in ["first", "token-1"] {
        assert!(!log.contains(secret), "{log}");
    }
}
