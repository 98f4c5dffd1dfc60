//! The commands, run as the real binary: exit codes, data on stdout and all other text on stderr.

mod backup;
mod colour;
mod confirm;
mod doctor;
mod export;
mod lanes;
mod providers;
mod send;
mod tail;
mod templates;

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use hookbell_fake_discord::StandIn;
use serde_json::Value;

use crate::support::{Process, client, eventually, fetch, free_port, stand_in};

pub(crate) fn hookbell(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_hookbell")).current_dir(folder).args(arguments).output().expect("hookbell runs")
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

pub(crate) fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

/// A folder with a config for this stand-in; Stripe and an own app go to `alerts`.
fn folder(standin: &StandIn) -> (tempfile::TempDir, SocketAddr) {
    let folder = tempfile::tempdir().expect("a folder");
    let public = free_port();
    let config = format!(
        "[server]\nlisten = \"{public}\"\nadmin_listen = \"127.0.0.1:0\"\n[discord]\napi_base = \"{}\"\n[destinations.alerts]\nwebhook_url = \"{}\"\n[sources.stripe]\nprovider = \"stripe\"\nsecret = \"whsec_1\"\n[sources.shop]\nprovider = \"generic\"\nsecret = \"shop-secret\"\n[[routes]]\nsource = \"*\"\nto = \"alerts\"\n",
        standin.base(),
        standin.webhook_url("alerts").expect("a webhook")
    );
    std::fs::write(folder.path().join("config.toml"), config).expect("a config");
    (folder, public)
}

#[tokio::test(flavor = "multi_thread")]
async fn check_reports_every_mistake_and_says_when_all_is_fine() {
    let standin = stand_in().await;
    let (folder, _) = folder(&standin);
    let fine = hookbell(folder.path(), &["check"]);
    assert_eq!((fine.status.code(), text(&fine.stdout)), (Some(0), "fine: 2 sources, 1 destination\n".to_owned()));
    std::fs::write(folder.path().join("config.toml"), "[servr]\n[store]\nkeep = 3\n").expect("a config");
    let wrong = hookbell(folder.path(), &["check"]);
    assert_eq!(wrong.status.code(), Some(2));
    let printed = text(&wrong.stdout);
    assert!(
        printed.contains(
            "config.toml:1:2: `servr`: unknown key\n  1 | [servr]\n    |  ^^^^^\n  help: did you mean `server`?"
        ),
        "{printed}"
    );
    assert!(
        printed.contains("config.toml:3:8: `store.keep`") && printed.ends_with("2 mistakes, 1 warning\n"),
        "{printed}"
    );
    let list = json(&hookbell(folder.path(), &["check", "--json"]));
    assert_eq!((&list["ok"], list["diagnostics"].as_array().map(Vec::len)), (&false.into(), Some(3)));
    // The other commands report the same and do nothing.
    let serve = hookbell(folder.path(), &["serve"]);
    assert_eq!(serve.status.code(), Some(2));
    assert!(text(&serve.stderr).contains("did you mean `server`?") && serve.stdout.is_empty());
}

#[test]
fn a_missing_config_says_what_would_help() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = hookbell(folder.path(), &["serve"]);
    assert_eq!(output.status.code(), Some(2));
    let printed = text(&output.stderr);
    assert!(
        printed.contains("config.toml: cannot be read") && printed.contains("hookbell example-config"),
        "{printed}"
    );
    let example = hookbell(folder.path(), &["example-config"]);
    assert_eq!(text(&example.stdout), hookbell::config::EXAMPLE);
    assert_eq!(hookbell(folder.path(), &["nonsense"]).status.code(), Some(2));
}

#[test]
fn verify_reports_each_step_and_speaks_json() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("a file");
    // From octokit's own tests, see the vectors beside the project.
    write("body", "{\n  \"foo\": \"bar\"\n}\n");
    write(
        "headers",
        "X-GitHub-Event: push\nX-GitHub-Delivery: d-1\nX-Hub-Signature-256: sha256=e3eccac34c43c7dc1cbb905488b1b81347fcc700a7b025697a9d07862256023f\n",
    );
    let verify = |secret: &str, more: &[&str]| {
        let mut arguments =
            vec!["verify", "--provider", "github", "--secret", secret, "--headers", "headers", "--body", "body"];
        arguments.extend_from_slice(more);
        hookbell(folder.path(), &arguments)
    };
    let valid = verify("mysecret", &["--json"]);
    assert_eq!(valid.status.code(), Some(0));
    let printed = json(&valid);
    assert_eq!(
        (&printed["valid"], &printed["event"]["id"], &printed["event"]["type"]),
        (&true.into(), &"d-1".into(), &"push".into())
    );
    let wrong = verify("other", &["--json"]);
    assert_eq!((wrong.status.code(), &json(&wrong)["valid"]), (Some(1), &false.into()));
    assert_eq!(verify("other", &["--secret", "mysecret"]).status.code(), Some(0));
    let steps = text(&verify("other", &[]).stdout);
    assert!(steps.contains("FAIL") && steps.contains("not valid: the signature does not match"), "{steps}");
    let mistaken = hookbell(
        folder.path(),
        &["verify", "--provider", "githib", "--secret", "x", "--headers", "headers", "--body", "body"],
    );
    assert!(mistaken.status.code() == Some(2) && text(&mistaken.stderr).contains("did you mean `github`?"));
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn sigterm_ends_it_cleanly() {
    let standin = stand_in().await;
    let (folder, _) = folder(&standin);
    let serve = Process::serve(folder.path()).await;
    serve.signal("TERM");
    assert_eq!(serve.exit_status().await.code(), Some(0));
    // The log was moved into the file: nothing is left beside it.
    assert!(!folder.path().join("hookbell.db-wal").exists());
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn the_demo_posts_messages_and_ends_cleanly() {
    let folder = tempfile::tempdir().expect("a folder");
    let demo = Process::start(folder.path(), &["demo"], |command| command);
    demo.wait_for_output("Ctrl-C", 1).await;
    let greeting = demo.output();
    let urls = || greeting.split_whitespace().filter(|word| word.starts_with("http://"));
    let hook = urls().find(|url| url.contains("/hooks/")).expect("a URL to post to").to_owned();
    let page = urls().find(|url| !url.contains("/hooks/")).expect("a page").to_owned();
    let signup = r#"{"type":"signup","name":"Grace","email":"grace@example.com","plan":"Team"}"#;
    let post = client().post(hook).bearer_auth("demo-secret").header("content-type", "application/json").body(signup);
    assert_eq!(fetch(post).await.status, 200);
    eventually("the event and the samples are in the channels", async || {
        let state = fetch(client().get(format!("{page}_standin/state"))).await.body.to_string();
        if state.contains("Grace") && state.contains("\"Stripe\"") { Ok(()) } else { Err(state) }
    })
    .await;
    demo.signal("INT");
    assert_eq!(demo.exit_status().await.code(), Some(0));
}

#[test]
fn a_closed_pipe_is_no_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut child = Command::new(env!("CARGO_BIN_EXE_hookbell"))
        .current_dir(folder.path())
        .args(["providers", "list"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("hookbell runs");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("ended");
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(0), String::new()));
}

#[test]
fn check_reports_a_value_that_a_template_misses_in_a_sample() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = "[destinations.a]\nwebhook_url = \"https://discord.com/api/webhooks/1/token\"\n[sources.shop]\nprovider = \"generic\"\nsecret = \"s\"\n[[routes]]\nsource = \"shop\"\nto = \"a\"\n";
    std::fs::write(folder.path().join("config.toml"), config).expect("a config");
    let output = hookbell(folder.path(), &["check"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stdout));

    std::fs::create_dir(folder.path().join("templates")).expect("a folder");
    let template = "provider = \"generic\"\n[[message]]\nname = \"mine\"\non = [\"signup\"]\ntitle = \"Hello {{ payload.nmae }}\"\n";
    std::fs::write(folder.path().join("templates/mine.toml"), template).expect("a template");
    let output = hookbell(folder.path(), &["check"]);
    let printed = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(2), "{printed}");
    assert!(
        printed.contains("templates/mine.toml:5:19: `message[0].title`") && printed.contains("payload.nmae"),
        "{printed}"
    );
}

#[test]
fn events_are_listed_without_the_secrets_that_serving_needs() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = "[sources.s]\nprovider = \"stripe\"\nsecret = \"${NOT_SET_HERE}\"\n[store]\nurl = \"sqlite:own.db\"\n";
    std::fs::write(folder.path().join("config.toml"), config).expect("a config");
    let output = hookbell(folder.path(), &["events", "list"]);
    let printed = text(&output.stderr);
    assert!(
        output.status.code() == Some(1) && printed.contains("own.db") && !printed.contains("NOT_SET_HERE"),
        "{printed}"
    );
    std::fs::write(folder.path().join("config.toml"), "[store]\nurl = \"mysql:x\"\n").expect("a config");
    let wrong = hookbell(folder.path(), &["events", "list"]);
    assert!(wrong.status.code() == Some(2) && text(&wrong.stderr).contains("`store.url`"), "{wrong:?}");
}

#[test]
fn a_saved_request_that_cannot_be_read_is_wrong_usage() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = hookbell(
        folder.path(),
        &["verify", "--provider", "github", "--secret", "x", "--headers", "none", "--body", "none"],
    );
    assert!(output.status.code() == Some(2) && text(&output.stderr).contains("cannot read none"), "{output:?}");
}

/// Adds to the config of such a folder.
fn extend(folder: &Path, before: &str, more: &str) {
    let path = folder.join("config.toml");
    let config = std::fs::read_to_string(&path).expect("a config").replacen("[server]\n", before, 1) + more;
    std::fs::write(path, config).expect("a config");
}
