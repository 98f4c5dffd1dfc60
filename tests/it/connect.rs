//! `hookbell connect`: from the printed link over Discord's consent page to the URL in the file, and every way that ends without.

use std::path::Path;
use std::process::Output;
use std::time::Duration;

use hookbell_fake_discord::{RateLimits, StandIn, StandInOptions};
use serde_json::Value;

use crate::cli::{hookbell, json, text};
use crate::support::{HttpResponse, Process, client, fetch, free_port};

const SECRET: &str = "the-s3cret-of-the-application";
const URLS: &str = "[destinations.sales]\nwebhook_url = \"${file:secrets/sales}\"\n\
    [destinations.ops]\nwebhook_url = \"${OPS_WEBHOOK_URL}\"\n\
    [sources.stripe]\nprovider = \"stripe\"\nsecret = \"${NOT_SET}\"\n";

struct Stage {
    folder: tempfile::TempDir,
    standin: StandIn,
    port: u16,
}

impl Stage {
    async fn new() -> Self {
        let port = free_port().port();
        let options = StandInOptions {
            limits: RateLimits::NONE,
            client_secret: SECRET.to_owned(),
            redirects: vec![format!("http://127.0.0.1:{port}/")],
            ..StandInOptions::default()
        };
        let standin = StandIn::start(options).await.expect("a stand-in");
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join("secrets")).expect("a folder");
        let stage = Self { folder, standin, port };
        stage.configure("client_id = \"4444\"\nclient_secret = \"${CLIENT_SECRET}\"\n", URLS);
        stage
    }

    fn configure(&self, discord: &str, more: &str) {
        let config = format!("[discord]\napi_base = \"{}\"\n{discord}{more}", self.standin.base());
        std::fs::write(self.folder.path().join("config.toml"), config).expect("a config");
    }

    /// The command, once it has printed its link, and the link.
    async fn connect(&self, more: &[&str], secret: &str) -> (Process, String) {
        let port = self.port.to_string();
        let arguments: Vec<&str> =
            ["connect", "sales", "--port", &port].into_iter().chain(more.iter().copied()).collect();
        let process = Process::start(self.folder.path(), &arguments, |command| command.env("CLIENT_SECRET", secret));
        process.wait_for_output("/oauth2/authorize?", 1).await;
        let output = process.output();
        let link = output.lines().find(|line| line.contains("/oauth2/authorize?")).expect("a link").to_owned();
        (process, link)
    }

    /// A run that ends without a browser.
    async fn run(&self, arguments: &[&str]) -> Output {
        let folder = self.folder.path().to_owned();
        let arguments: Vec<String> = arguments.iter().map(|&argument| argument.to_owned()).collect();
        let run = move || hookbell(&folder, &arguments.iter().map(String::as_str).collect::<Vec<_>>());
        tokio::task::spawn_blocking(run).await.expect("no panic")
    }

    fn file(&self) -> std::path::PathBuf {
        self.folder.path().join("secrets/sales")
    }

    fn files(&self) -> usize {
        std::fs::read_dir(self.folder.path().join("secrets")).expect("a folder").count()
    }
}

/// Submits the form of the consent page, and follows where it leads.
async fn consent(link: &str, decision: &str) -> HttpResponse {
    let form = client().post(link).header("content-type", "application/x-www-form-urlencoded");
    fetch(form.body(format!("channel=2222&decision={decision}"))).await
}

fn page(response: &HttpResponse) -> &str {
    response.body.as_str().expect("a page")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consent_becomes_the_url_in_the_file_and_nothing_prints_it() {
    let stage = Stage::new().await;
    let (process, link) = stage.connect(&[], SECRET).await;
    let shown = fetch(client().get(&link)).await;
    assert_eq!(shown.status, 200);
    assert!(page(&shown).contains("<option value=\"2222\">#alerts</option>"), "{shown:?}");
    let ended = consent(&link, "authorize").await;
    assert_eq!(ended.status, 200, "{ended:?}");
    assert!(page(&ended).contains("Connected"), "{ended:?}");
    process.wait_for_output("connected: `sales` posts into channel 2222", 1).await;
    let printed = process.output();
    assert_eq!(process.exit_status().await.code(), Some(0));

    let webhooks = stage.standin.webhooks();
    let made = webhooks.iter().find(|webhook| webhook.id != "3333").expect("a webhook");
    assert_eq!((made.channel.as_str(), made.application.as_deref()), ("2222", Some("4444")));
    let url = format!("{}/api/webhooks/{}/{}", stage.standin.base(), made.id, made.token);
    assert_eq!(std::fs::read_to_string(stage.file()).expect("a file"), format!("{url}\n"));
    for secret in [&made.token, SECRET, "code="] {
        assert!(!printed.contains(secret) && !page(&ended).contains(secret), "{printed}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(stage.file()).expect("a file").permissions().mode() & 0o777, 0o600);
    }
    let tried = stage.run(&["try", "stripe.payment", "--to", "sales"]).await;
    assert_eq!(tried.status.code(), Some(0), "{}{}", text(&tried.stdout), text(&tried.stderr));
    assert_eq!(stage.standin.messages("2222").len(), 1);
    let logged = format!("{:?}", stage.standin.requests());
    assert!(!logged.contains(SECRET), "{logged}");
    assert_eq!(stage.files(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_consent_replaces_the_url_and_programs_read_the_result() {
    let stage = Stage::new().await;
    std::fs::write(stage.file(), "old\n").expect("a file");
    let (process, link) = stage.connect(&["--json"], SECRET).await;
    consent(&link, "authorize").await;
    process.wait_for_output("\n}\n", 1).await;
    let printed = process.output();
    assert_eq!(process.exit_status().await.code(), Some(0));
    let (_, fields) = printed.split_once('{').expect("JSON");
    let view: Value = serde_json::from_str(&format!("{{{fields}")).expect("JSON alone");
    assert_eq!((view["connected"].as_bool(), view["channel"].as_str()), (Some(true), Some("2222")));
    assert!(std::fs::read_to_string(stage.file()).expect("a file").starts_with(&stage.standin.base()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_consent_is_reported_and_changes_nothing() {
    let stage = Stage::new().await;
    let (process, link) = stage.connect(&[], SECRET).await;
    let ended = consent(&link, "cancel").await;
    assert!(page(&ended).contains("Not connected"), "{ended:?}");
    process.wait_for_output("error: the consent was refused at Discord; nothing was changed", 1).await;
    assert_eq!(process.exit_status().await.code(), Some(1));
    assert_eq!((stage.files(), stage.standin.webhooks().len()), (0, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_without_the_links_state_is_refused_and_does_not_end_the_wait() {
    let stage = Stage::new().await;
    let (process, link) = stage.connect(&[], SECRET).await;
    let at = |rest: &str| format!("http://127.0.0.1:{}/{rest}", stage.port);
    let state = link.rsplit_once("state=").expect("a state").1.to_owned();
    assert_eq!(state.len(), 64, "{link}");
    for (rest, status) in [
        ("favicon.ico".to_owned(), 404),
        (format!("other?code=x&state={state}"), 404),
        (String::new(), 400),
        ("?code=x".to_owned(), 400),
        ("?code=x&state=".to_owned(), 400),
        (format!("?code=x&state={}", "0".repeat(64)), 400),
        (format!("?code=x&state={}", state.split_at(63).0), 400),
        (format!("?error=access_denied&state={}", "0".repeat(64)), 400),
        (format!("?state={state}"), 400),
    ] {
        assert_eq!(fetch(client().get(at(&rest))).await.status, status, "{rest}");
    }
    assert_eq!(fetch(client().post(at(&format!("?code=x&state={state}")))).await.status, 405);
    assert!(page(&consent(&link, "authorize").await).contains("Connected"));
    assert_eq!(process.exit_status().await.code(), Some(0));
    assert!(client().get(at("")).send().await.is_err(), "one answer, then it ends");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_discord_does_not_exchange_is_reported_and_keeps_the_old_url() {
    let stage = Stage::new().await;
    std::fs::write(stage.file(), "old\n").expect("a file");
    let (process, link) = stage.connect(&[], "another-secret").await;
    assert!(page(&consent(&link, "authorize").await).contains("Not connected"));
    process.wait_for_output("Discord does not accept `client_id` with this `client_secret`", 1).await;
    assert_eq!(process.exit_status().await.code(), Some(1));
    // A code of somebody else's, with the right state.
    let (process, link) = stage.connect(&["--json"], SECRET).await;
    let state = link.rsplit_once("state=").expect("a state").1;
    let redirect = format!("http://127.0.0.1:{}/?code=a-code-of-others&state={state}", stage.port);
    assert!(page(&fetch(client().get(redirect)).await).contains("Not connected"));
    process.wait_for_output("\"error\": \"Discord answered 400: Invalid \\\"code\\\" in request.\"", 1).await;
    assert!(!process.output().contains("a-code-of-others"), "{}", process.output());
    assert_eq!(process.exit_status().await.code(), Some(1));
    assert_eq!(std::fs::read_to_string(stage.file()).expect("a file"), "old\n");
    assert_eq!(stage.files(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_who_comes_ends_the_wait_in_time() {
    let stage = Stage::new().await;
    let port = stage.port.to_string();
    stage.configure("client_id = \"4444\"\nclient_secret = \"s3cret\"\n", URLS);
    let run = stage.run(&["connect", "sales", "--port", &port, "--for", "100ms", "--json"]).await;
    assert_eq!(run.status.code(), Some(1), "{}", text(&run.stderr));
    let view = json(&run);
    assert_eq!((view["connected"].as_bool(), view["webhook"].as_str()), (Some(false), None));
    assert!(view["error"].as_str().is_some_and(|error| error.starts_with("nobody consented in")), "{view}");
    assert_eq!(stage.files(), 0);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_wait_that_is_given_up_leaves_nothing() {
    let stage = Stage::new().await;
    let (process, _) = stage.connect(&[], SECRET).await;
    assert_eq!(stage.files(), 1, "opened before anybody is asked");
    process.signal("INT");
    process.wait_for_output("error: stopped; nothing was changed", 1).await;
    assert_eq!(process.exit_status().await.code(), Some(1));
    assert_eq!(stage.files(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_connected_is_refused_before_anybody_is_asked() {
    let stage = Stage::new().await;
    let refused = async |arguments: &[&str], code: i32, part: &str| {
        let run = stage.run(&[&["connect"], arguments].concat()).await;
        let error = text(&run.stderr);
        assert_eq!(run.status.code(), Some(code), "{error}");
        assert!(error.contains(part) && run.stdout.is_empty(), "{part} is not in {error}");
        assert!(!error.contains("s3cret"), "{error}");
    };
    let application = "client_id = \"4444\"\nclient_secret = \"s3cret\"\n";
    refused(&["sales"], 2, "the environment variable `CLIENT_SECRET` is not set").await;
    let checked = stage.run(&["check"]).await;
    let help = "help: `hookbell connect sales` makes the webhook and writes the file";
    assert!(text(&checked.stderr).contains(help) || text(&checked.stdout).contains(help), "{checked:?}");
    stage.configure(application, URLS);
    refused(&["sale"], 2, "the config has no destination `sale`; did you mean `sales`?").await;
    refused(&["ops"], 2, "webhook_url = \"${file:secrets/ops}\"").await;
    refused(&["sales", "--for", "2h"], 2, "at most `1h`").await;
    let hand_made = "[destinations.sales]\nwebhook_url = \"https://discord.com/api/webhooks/1/s3cret\"\n";
    stage.configure(application, hand_made);
    refused(&["sales"], 2, "names no file that the URL can be written to").await;
    stage.configure("", URLS);
    refused(&["sales"], 2, "`[discord]` has no `client_id` and `client_secret`").await;
    stage.configure("client_id = \"4444\"\n", URLS);
    refused(&["sales"], 2, "`discord.client_secret`: missing key").await;
    stage.configure(application, "[destinations.sales]\nwebhook_url = \"${file:nowhere/sales}\"\n");
    refused(&["sales"], 1, "nowhere/sales cannot be written; its folder must exist").await;
    stage.configure(application, URLS);
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("bound").port().to_string();
    refused(&["sales", "--port", &port], 1, "cannot be taken; `--port` takes another").await;
    assert!(Path::new(&stage.folder.path().join("secrets")).exists() && stage.files() == 0);
    tokio::time::timeout(Duration::from_secs(5), stage.standin.stop()).await.expect("stops");
}
