//! What a running server says of itself: its entrances, each event, its health, and its states to a service manager.

use std::time::Duration;

use super::config;
use crate::cli::{hookbell, text};
use crate::support::{Process, client, eventually, fetch, stand_in};

/// An own app's event that brings the secret as a signature would: by the sample sender.
async fn send(folder: &std::path::Path, event_type: &str, more: &str) {
    let body = format!("{{\"type\":\"{event_type}\",\"id\":\"{event_type}\"{more}}}");
    std::fs::write(folder.join("body.json"), body).expect("a body");
    hookbell(folder, &["send", "shop", "--payload", "body.json", "--wait", "1ms"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn serve_prints_where_each_source_posts_to_and_a_line_for_each_event() {
    let standin = stand_in().await;
    let folder = tempfile::tempdir().expect("a folder");
    let (public, _) = config(folder.path(), &standin, "");
    let server = Process::serve(folder.path()).await;
    server.wait_for_output("accepts webhooks", 1).await;
    let printed = server.output();
    for part in ["source=\"shop\"", &format!("url=\"http://{public}/hooks/shop\""), "to=\"alerts\""] {
        assert!(printed.contains(part), "{part}\n--\n{printed}");
    }
    send(folder.path(), "payment", ",\"subject\":\"ada@example.com bought\",\"name\":\"Ada\"").await;
    server.wait_for_output("accepted", 1).await;
    send(folder.path(), "other", "").await;
    server.wait_for_output("goes nowhere: no route takes this event", 1).await;
    let printed = server.kill();
    assert!(printed.contains("event_type=\"payment\"") && printed.contains("to=\"alerts\""), "{printed}");
    assert!(!printed.contains("ada@example.com"), "an address is private: {printed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_variable_that_changes_in_dot_env_is_taken_up() {
    let standin = stand_in().await;
    let folder = tempfile::tempdir().expect("a folder");
    let (public, _) = config(folder.path(), &standin, "");
    let server = Process::serve(folder.path()).await;
    std::fs::write(folder.path().join(".env"), "SHOP_SECRET=another\n").expect("a file");
    server.wait_for_output("the changed config is in use", 1).await;
    send(folder.path(), "payment", "").await;
    server.wait_for_output("accepted", 1).await;
    let old = fetch(
        client().post(format!("http://{public}/hooks/shop")).header("x-hookbell-signature", "sha256=00").body("{}"),
    );
    assert_eq!(old.await.status, 401);
    server.kill();
}

#[tokio::test(flavor = "multi_thread")]
async fn healthcheck_says_whether_the_server_can_keep_events() {
    let standin = stand_in().await;
    let folder = tempfile::tempdir().expect("a folder");
    let (_, admin) = config(folder.path(), &standin, "admin_token = \"0123456789abcdef\"");
    let none = hookbell(folder.path(), &["healthcheck"]);
    assert_eq!(none.status.code(), Some(1), "{none:?}");
    assert!(text(&none.stderr).contains("does not answer"), "{none:?}");
    let server = Process::serve(folder.path()).await;
    eventually("ready", async || {
        let ready = hookbell(folder.path(), &["healthcheck"]);
        if ready.status.success() && text(&ready.stdout) == "ready\n" { Ok(()) } else { Err(format!("{ready:?}")) }
    })
    .await;
    let url = format!("http://{admin}");
    assert_eq!(hookbell(folder.path(), &["healthcheck", "--url", &url]).status.code(), Some(0));
    let path = folder.path().join("config.toml");
    let text_of =
        std::fs::read_to_string(&path).expect("a config").replace("0123456789abcdef", "another-token-of-mine");
    std::fs::write(folder.path().join("other.toml"), text_of).expect("a config");
    let refused = hookbell(folder.path(), &["healthcheck", "--config", "other.toml"]);
    assert!(refused.status.code() == Some(1) && text(&refused.stdout).contains("admin_token"), "{refused:?}");
    server.kill();
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_service_manager_is_told_ready_alive_and_stopping() {
    let standin = stand_in().await;
    let folder = tempfile::tempdir().expect("a folder");
    config(folder.path(), &standin, "");
    let path = folder.path().join("notify");
    let socket = tokio::net::UnixDatagram::bind(&path).expect("a socket");
    let server = Process::serve_with(folder.path(), |command| {
        command.env("NOTIFY_SOCKET", &path).env("WATCHDOG_USEC", "400000")
    })
    .await;
    let mut told = Vec::new();
    let mut buffer = [0; 256];
    let mut next = async |told: &mut Vec<String>| {
        let read = tokio::time::timeout(Duration::from_secs(20), socket.recv(&mut buffer)).await;
        let length = read.expect("in time").expect("a datagram");
        told.push(String::from_utf8_lossy(&buffer[..length]).trim().to_owned());
    };
    for _ in 0..3 {
        next(&mut told).await;
    }
    assert_eq!(told, ["READY=1", "WATCHDOG=1", "WATCHDOG=1"]);
    server.signal("TERM");
    while told.last().is_some_and(|last| last != "STOPPING=1") {
        next(&mut told).await;
    }
    assert!(server.exit_status().await.success());
}

#[test]
fn completions_and_manual_pages_know_every_command() {
    let folder = tempfile::tempdir().expect("a folder");
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = text(&hookbell(folder.path(), &["completions", shell]).stdout);
        let options = script.contains("--config") || script.contains("-l config");
        assert!(script.contains("example-config") && options, "{shell}: {script}");
    }
    let made = hookbell(folder.path(), &["man", "man1"]);
    assert_eq!(made.status.code(), Some(0), "{made:?}");
    let page = |name: &str| std::fs::read_to_string(folder.path().join("man1").join(name)).expect(name);
    assert!(page("hookbell.1").contains("hookbell\\-serve(1)"), "{}", page("hookbell.1"));
    assert!(page("hookbell-events-list.1").contains("\\-\\-status"));
    assert!(!folder.path().join("man1/hookbell-help.1").exists());
}

#[test]
fn schemas_are_printed_and_written_where_the_example_names_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let printed = text(&hookbell(folder.path(), &["schema", "config"]).stdout);
    assert!(printed.contains("\"webhook_url\""), "{printed}");
    assert_eq!(hookbell(folder.path(), &["schema", "--write"]).status.code(), Some(0));
    let example = text(&hookbell(folder.path(), &["example-config"]).stdout);
    let named = example.lines().find_map(|line| line.strip_prefix("#:schema ")).expect("a schema is named");
    assert_eq!(std::fs::read_to_string(folder.path().join(named)).expect("it is there"), printed);
}
