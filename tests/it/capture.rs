//! Secrets that senders bring by themselves: accepted once, through a window that a command opened, and never revealed.

use std::path::Path;
use std::process::{Command, Output};
use std::time::Duration;

use hookbell::store::{self, Store};
use hookbell_fake_discord::StandIn;
use hookbell_model::secret::Secret;
use hookbell_model::timestamp::Timestamp;
use hookbell_provider::{Sample, Signer};

use crate::support::{HttpResponse, Process, RunningApp, client, config_text, eventually, fetch, free_port, stand_in};

const PATIENCE: Duration = Duration::from_secs(60);
const BROUGHT: &str = "b537207f20cbfa02-brought-by-the-sender";
const OTHER: &str = "another-secret-of-another-webhook";

const SOURCES: &str = "[sources.asana]\nprovider = \"asana\"\n\n[sources.notion]\nprovider = \"notion\"\nsecret = \"s3cret-of-the-config\"\n";

struct Stage {
    folder: tempfile::TempDir,
    standin: StandIn,
}

impl Stage {
    async fn new() -> Self {
        let standin = stand_in().await;
        Self { folder: tempfile::tempdir().expect("a folder"), standin }
    }

    async fn start(&self) -> RunningApp {
        RunningApp::start(&config_text(&self.standin, SOURCES), self.folder.path()).await
    }

    async fn store(&self) -> Store {
        let config = store::Config::new(store::StoreUrl::sqlite(self.folder.path().join("hookbell.db")));
        Store::attach(&config).await.expect("a store")
    }

    /// A window that opened so many seconds ago and is open for so many.
    async fn window(&self, source: &str, ago: u64, length: u64) {
        let opened = Timestamp::now().before(Duration::from_secs(ago));
        let until = opened.after(Duration::from_secs(length));
        self.store().await.open_window(source, opened, until).await.expect("a window");
    }
}

/// What Asana sends first.
async fn greet_as_asana(url: &str, secret: &str) -> HttpResponse {
    fetch(client().post(url).header("X-Hook-Secret", secret)).await
}

async fn greet_as_notion(url: &str, secret: &str) -> HttpResponse {
    let body = format!("{{\"verification_token\":\"{secret}\"}}");
    fetch(client().post(url).header("content-type", "application/json").body(body)).await
}

/// An event signed with that secret.
async fn event(url: &str, provider: &str, secret: &str) -> u16 {
    let providers = hookbell::embedded::providers();
    let provider = providers.get(provider).expect("shipped");
    let sample: Sample = provider.renewed(&provider.samples[0], Timestamp::now());
    let verifier = provider.verifier(&[Secret::new(secret)]).expect("a secret");
    let sent = Signer::new(&verifier).outgoing(&sample, None, Timestamp::now());
    fetch(client().post(url).headers(sent.headers).body(sent.body)).await.status
}

#[tokio::test(flavor = "multi_thread")]
async fn outside_of_a_window_a_request_that_brings_a_secret_is_one_without_a_signature() {
    let stage = Stage::new().await;
    let bridge = stage.start().await;
    let (asana, notion) = (bridge.url("asana"), bridge.url("notion"));
    let unsigned = fetch(client().post(&asana).header("content-type", "application/json").body("{}")).await;
    let refused = |response: HttpResponse| {
        assert_eq!((response.status, &response.body), (401, &unsigned.body));
        assert!(!response.headers.contains_key("x-hook-secret"), "{response:?}");
    };
    refused(greet_as_asana(&asana, BROUGHT).await);
    refused(greet_as_notion(&notion, BROUGHT).await);
    // Over, not yet open, another source's.
    stage.window("asana", 601, 600).await;
    refused(greet_as_asana(&asana, BROUGHT).await);
    stage.window("notion", 0, 600).await;
    refused(greet_as_asana(&asana, BROUGHT).await);
    let later = Timestamp::now().after(Duration::from_secs(600));
    stage.store().await.open_window("asana", later, later.after(PATIENCE)).await.expect("a window");
    refused(greet_as_asana(&asana, BROUGHT).await);
    // Opened, and closed again by the command.
    let opened = Timestamp::now();
    stage.store().await.open_window("asana", opened, opened.after(PATIENCE)).await.expect("a window");
    stage.store().await.close_window("asana", opened).await.expect("closed");
    refused(greet_as_asana(&asana, BROUGHT).await);
    for source in ["asana", "notion"] {
        assert_eq!(bridge.store.capture(source).await.expect("asked").secrets, []);
    }
    // Without a secret no request is accepted, whatever it is signed with.
    for secret in [BROUGHT, "x"] {
        assert_eq!(event(&asana, "asana", secret).await, 401, "{secret}");
    }
    bridge.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_lets_one_secret_in_and_events_signed_with_it_count() {
    let stage = Stage::new().await;
    let bridge = stage.start().await;
    let (asana, notion) = (bridge.url("asana"), bridge.url("notion"));
    stage.window("asana", 0, 600).await;
    // An invalid secret leaves the window open.
    assert_eq!(greet_as_asana(&asana, &"x".repeat(257)).await.status, 400);
    assert_eq!(event(&asana, "asana", BROUGHT).await, 401);
    let answer = greet_as_asana(&asana, BROUGHT).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.headers.get("x-hook-secret").map(|value| value.as_bytes()), Some(BROUGHT.as_bytes()));
    assert!(answer.body.get("event").is_none(), "{answer:?}");
    assert_eq!(greet_as_asana(&asana, OTHER).await.status, 401);
    assert_eq!(event(&asana, "asana", BROUGHT).await, 200);
    assert_eq!(event(&asana, "asana", OTHER).await, 401);

    // Beside the secret of the config, and each capture beside those before.
    for secret in [BROUGHT, OTHER] {
        stage.window("notion", 0, 600).await;
        assert_eq!(greet_as_notion(&notion, secret).await.status, 200);
    }
    for secret in ["s3cret-of-the-config", BROUGHT, OTHER] {
        assert_eq!(event(&notion, "notion", secret).await, 200, "{secret}");
    }
    assert_eq!(event(&notion, "notion", "never-captured").await, 401);

    // Removed beside the running server, it is no longer valid.
    assert_eq!(stage.store().await.forget_captured("notion").await, Ok(2));
    assert_eq!(event(&notion, "notion", BROUGHT).await, 401);
    assert_eq!(event(&notion, "notion", "s3cret-of-the-config").await, 200);
    let kept = bridge.store.recent(Default::default(), None, 100).await.expect("a store");
    assert_eq!(kept.len(), 5, "no handshake became an event");
    for summary in kept {
        let details = bridge.store.details(summary.event.id).await.expect("a store").expect("an event");
        let printed = format!("{details:?} {}", String::from_utf8_lossy(&details.raw.body));
        assert!(!printed.contains(BROUGHT) && !printed.contains(OTHER), "{printed}");
    }
    bridge.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_at_once_one_is_taken() {
    let stage = Stage::new().await;
    let bridge = stage.start().await;
    stage.window("asana", 0, 600).await;
    let all = (0..20).map(|at| {
        let url = bridge.url("asana");
        tokio::spawn(async move { greet_as_asana(&url, &format!("secret-{at}")).await.status })
    });
    let mut statuses = Vec::new();
    for one in all.collect::<Vec<_>>() {
        statuses.push(one.await.expect("an answer"));
    }
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 401).count(), 19, "{statuses:?}");
    assert_eq!(bridge.store.capture("asana").await.expect("asked").secrets.len(), 1);
    bridge.stop().await;
}

fn hookbell(folder: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hookbell"));
    command.args(args).arg("--config").arg(folder.join("config.toml")).env("HOOKBELL_LOG", "trace");
    command
}

async fn serve(folder: &Path) -> Process {
    Process::serve_with(folder, |command| command.env("HOOKBELL_LOG", "trace")).await
}

async fn output(mut command: Command) -> Output {
    tokio::task::spawn_blocking(move || command.output().expect("hookbell")).await.expect("it ran")
}

fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_waits_for_the_secret_which_outlives_a_kill_and_is_printed_only_on_request() {
    let stage = Stage::new().await;
    let folder = stage.folder.path();
    let public = free_port();
    let text = config_text(&stage.standin, SOURCES).replacen("127.0.0.1:0", &public.to_string(), 1);
    std::fs::write(folder.join("config.toml"), text).expect("a config");
    let url = format!("http://{public}/hooks/asana");
    let waits = || hookbell(folder, &["check"]);
    assert!(stdout(&output(waits()).await).contains("source `asana` has no secret yet"));
    let server = serve(folder).await;
    assert!(stdout(&output(waits()).await).contains("`hookbell capture asana` takes the one"));

    let nothing = output(hookbell(folder, &["capture", "asana", "--for", "1ms"])).await;
    assert_eq!(
        (nothing.status.code(), stdout(&nothing).as_str()),
        (Some(1), "nothing came in 1ms; the window is closed\n")
    );
    assert_eq!(greet_as_asana(&url, BROUGHT).await.status, 401);

    let waiting = tokio::spawn(output(hookbell(folder, &["capture", "asana", "--for", "1m"])));
    eventually("the window is open", async || greet_as_asana(&url, BROUGHT).await.status == 200).await;
    let captured = waiting.await.expect("it ran");
    assert_eq!(captured.status.code(), Some(0), "{captured:?}");
    assert!(stdout(&captured).starts_with("captured: the secret of `asana`"), "{captured:?}");
    let mut printed = vec![captured];
    assert_eq!(event(&url, "asana", BROUGHT).await, 200);

    let before = server.kill();
    let server = serve(folder).await;
    assert_eq!(event(&url, "asana", BROUGHT).await, 200, "after a kill");
    assert_eq!(greet_as_asana(&url, OTHER).await.status, 401);
    for args in [
        &["events", "list"][..],
        &["events", "list", "--json"],
        &["check"],
        &["send", "asana"],
        &["providers", "show", "asana"],
    ] {
        let output = output(hookbell(folder, args)).await;
        assert_eq!(output.status.code(), Some(0), "{args:?} {output:?}");
        assert!(!stdout(&output).contains("no secret yet"), "{output:?}");
        printed.push(output);
    }
    for output in printed {
        assert!(!format!("{}{}", stdout(&output), String::from_utf8_lossy(&output.stderr)).contains(BROUGHT));
    }
    assert_eq!(stdout(&output(hookbell(folder, &["capture", "asana", "--show"])).await), format!("{BROUGHT}\n"));
    let forgotten = output(hookbell(folder, &["capture", "asana", "--forget"])).await;
    assert_eq!(stdout(&forgotten), "1 secret of `asana` forgotten\n");
    assert_eq!(event(&url, "asana", BROUGHT).await, 401);
    let log = before + &server.kill();
    assert!(log.contains("no secret yet: every request is refused") && log.contains("a secret was captured"), "{log}");
    for secret in [BROUGHT, OTHER] {
        assert!(!log.contains(secret), "{:?}", log.lines().find(|line| line.contains(secret)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_cannot_work_reports_the_reason() {
    let stage = Stage::new().await;
    let folder = stage.folder.path();
    std::fs::write(folder.join("config.toml"), config_text(&stage.standin, SOURCES)).expect("a config");
    for (args, part) in [
        (&["capture", "github"][..], "GitHub sends no secret by itself"),
        (&["capture", "asanna"], "did you mean `asana`?"),
        (&["capture", "asana", "--for", "2h"], "at most `1h`"),
        (&["capture", "asana", "--for", "0s"], "at most `1h`"),
        (&["capture", "asana", "--show", "--forget"], "cannot be used with"),
        (&["send", "asana"], "there is no database"),
        (&["capture", "asana"], "there is no database"),
    ] {
        let output = output(hookbell(folder, args)).await;
        let printed = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.code() != Some(0) && printed.contains(part), "{args:?}: {printed}");
    }
    stage.start().await.stop().await;
    let output = output(hookbell(folder, &["send", "asana"])).await;
    let printed = String::from_utf8_lossy(&output.stderr);
    assert!(printed.contains("`hookbell capture asana` takes the sender's"), "{printed}");
}
