//! The commands as a person runs them: the real binary, its exit codes, data on stdout and words on stderr.

use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use hookbell::standin::{Limits, Options, StandIn};
use serde_json::Value;

struct Serve(Child);

impl Drop for Serve {
    fn drop(&mut self) {
        self.0.kill().expect("killed");
        self.0.wait().expect("ended");
    }
}

fn hookbell(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_hookbell")).current_dir(folder).args(arguments).output().expect("hookbell runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}"))
}

fn free_port() -> SocketAddr {
    TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port")
}

/// A folder with a config for this stand-in; Stripe and a shop of one's own go to `alerts`.
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

async fn serve(folder: &Path, public: SocketAddr) -> Serve {
    let child = Command::new(env!("CARGO_BIN_EXE_hookbell"))
        .current_dir(folder)
        .arg("serve")
        .stderr(Stdio::null())
        .spawn()
        .expect("hookbell runs");
    let serve = Serve(child);
    let up = async {
        while tokio::net::TcpStream::connect(public).await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), up).await.expect("hookbell starts");
    serve
}

async fn stage() -> StandIn {
    StandIn::start(Options { limits: Limits::NONE, ..Options::default() }).await.expect("a stand-in")
}

#[tokio::test(flavor = "multi_thread")]
async fn check_tells_every_mistake_and_says_when_all_is_fine() {
    let standin = stage().await;
    let (folder, _) = folder(&standin);
    let fine = hookbell(folder.path(), &["check"]);
    assert_eq!((fine.status.code(), text(&fine.stdout)), (Some(0), "fine: 2 sources, 1 destination\n".to_owned()));
    std::fs::write(folder.path().join("config.toml"), "[servr]\n[store]\nkeep = 3\n").expect("a config");
    let wrong = hookbell(folder.path(), &["check"]);
    assert_eq!(wrong.status.code(), Some(2));
    let told = text(&wrong.stdout);
    assert!(told.contains("config.toml:1:2: `servr`: unknown key\n  hint: did you mean `server`?"), "{told}");
    assert!(told.contains("config.toml:3:8: `store.keep`") && told.ends_with("2 mistakes, 1 warning\n"), "{told}");
    let list = json(&hookbell(folder.path(), &["check", "--json"]));
    assert_eq!((&list["ok"], list["mistakes"].as_array().map(Vec::len)), (&false.into(), Some(3)));
    // The other commands tell the same and do nothing.
    let serve = hookbell(folder.path(), &["serve"]);
    assert_eq!(serve.status.code(), Some(2));
    assert!(text(&serve.stderr).contains("did you mean `server`?") && serve.stdout.is_empty());
}

#[test]
fn a_missing_config_says_what_would_help() {
    let folder = tempfile::tempdir().expect("a folder");
    let output = hookbell(folder.path(), &["serve"]);
    assert_eq!(output.status.code(), Some(2));
    let told = text(&output.stderr);
    assert!(told.contains("config.toml: cannot be read") && told.contains("hookbell example-config"), "{told}");
    let example = hookbell(folder.path(), &["example-config"]);
    assert_eq!(text(&example.stdout), hookbell::config::EXAMPLE);
    assert_eq!(hookbell(folder.path(), &["nonsense"]).status.code(), Some(2));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sample_is_sent_and_told_of() {
    let standin = stage().await;
    let (folder, public) = folder(&standin);
    let _serve = serve(folder.path(), public).await;
    for _ in 0..2 {
        let sent = hookbell(folder.path(), &["send", "stripe", "--event", "invoice.paid"]);
        let told = text(&sent.stdout);
        assert_eq!(sent.status.code(), Some(0), "{told} {}", text(&sent.stderr));
        assert!(told.contains("\"status\":\"accepted\"") && told.contains("delivered → alerts"), "{told}");
    }
    let list = json(&hookbell(folder.path(), &["events", "list", "--source", "stripe", "--json"]));
    assert_eq!((list.as_array().map(Vec::len), &list[0]["type"]), (Some(2), &"invoice.paid".into()));
    let id = list[0]["id"].as_str().expect("an id");
    let prefix: String = id.chars().take(4).collect();
    let shown = json(&hookbell(folder.path(), &["events", "show", &prefix, "--json"]));
    assert_eq!((&shown["id"], &shown["deliveries"][0]["status"]), (&id.into(), &"delivered".into()));
    let words = text(&hookbell(folder.path(), &["events", "show", id, "--payload"]).stdout);
    assert!(words.contains("delivered → alerts") && words.contains("\"type\": \"invoice.paid\""), "{words}");
    let table = text(&hookbell(folder.path(), &["events", "list", "--status", "delivered"]).stdout);
    assert_eq!(table.lines().count(), 3, "{table}");

    let nobody = hookbell(folder.path(), &["events", "show", "zzzzzzzz"]);
    assert_eq!((nobody.status.code(), nobody.stdout.len()), (Some(2), 0));
    let strange = hookbell(folder.path(), &["send", "strip"]);
    assert!(strange.status.code() == Some(2) && text(&strange.stderr).contains("did you mean `stripe`?"));
    let second = hookbell(folder.path(), &["serve"]);
    assert_eq!(second.status.code(), Some(1));
    assert!(text(&second.stderr).contains("hookbell.db"), "{}", text(&second.stderr));
}

#[test]
fn verify_tells_each_step_and_speaks_json() {
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
    let told = json(&valid);
    assert_eq!(
        (&told["valid"], &told["event"]["id"], &told["event"]["type"]),
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

#[test]
fn providers_are_listed() {
    let folder = tempfile::tempdir().expect("a folder");
    let list = json(&hookbell(folder.path(), &["providers", "list", "--json"]));
    let names: Vec<&str> = list.as_array().expect("a list").iter().filter_map(|row| row["name"].as_str()).collect();
    for name in ["github", "stripe", "gitlab", "standard-webhooks", "shopify", "slack", "generic"] {
        assert!(names.contains(&name), "{names:?}");
    }
    let table = text(&hookbell(folder.path(), &["providers", "list"]).stdout);
    assert!(table.starts_with("NAME") && table.contains("Stripe-Signature"), "{table}");
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn sigterm_ends_it_cleanly() {
    let standin = stage().await;
    let (folder, public) = folder(&standin);
    let mut serve = serve(folder.path(), public).await;
    let kill = Command::new("kill").arg("-TERM").arg(serve.0.id().to_string()).status().expect("kill runs");
    assert!(kill.success());
    let ended = tokio::task::spawn_blocking(move || serve.0.wait().map(|status| (status.code(), serve)));
    let (code, _serve) =
        tokio::time::timeout(Duration::from_secs(15), ended).await.expect("in time").expect("no panic").expect("ended");
    assert_eq!(code, Some(0));
    // The log was moved into the file: nothing is left beside it.
    assert!(!folder.path().join("hookbell.db-wal").exists());
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn the_demo_shows_a_living_channel_and_ends_cleanly() {
    use std::io::{BufRead, BufReader};
    let demo = Command::new(env!("CARGO_BIN_EXE_hookbell")).arg("demo").stdout(Stdio::piped()).spawn();
    let mut demo = Serve(demo.expect("hookbell runs"));
    let output = BufReader::new(demo.0.stdout.take().expect("its output"));
    let greeting = move || -> Vec<String> {
        let lines = output.lines().map(|line| line.expect("a line"));
        lines.take_while(|line| !line.contains("Ctrl-C")).collect()
    };
    let greeting = tokio::task::spawn_blocking(greeting);
    let greeting = tokio::time::timeout(Duration::from_secs(30), greeting).await.expect("in time").expect("a greeting");
    let urls = || greeting.iter().flat_map(|line| line.split_whitespace()).filter(|word| word.starts_with("http://"));
    let hook = urls().find(|url| url.contains("/hooks/")).expect("a URL to post to").to_owned();
    let page = urls().find(|url| !url.contains("/hooks/")).expect("a page").to_owned();
    let client = crate::bridge::client();
    let signup = r#"{"type":"signup","name":"Grace","email":"grace@example.com","plan":"Team"}"#;
    let post = client.post(hook).bearer_auth("demo-secret").header("content-type", "application/json").body(signup);
    assert_eq!(post.send().await.expect("an answer").status(), 200);
    let arrives = async {
        loop {
            let state =
                client.get(format!("{page}_standin/state")).send().await.expect("the page").text().await.expect("text");
            if state.contains("Grace") && state.contains("received") {
                return;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), arrives).await.expect("own event and samples are in the channels");
    let id = demo.0.id().to_string();
    assert!(Command::new("kill").args(["-INT", &id]).status().expect("kill runs").success());
    let ended = tokio::task::spawn_blocking(move || demo.0.wait().map(|status| (status.code(), demo)));
    let (code, _demo) =
        tokio::time::timeout(Duration::from_secs(20), ended).await.expect("in time").expect("no panic").expect("ended");
    assert_eq!(code, Some(0));
}

#[test]
fn a_reader_that_has_had_enough_is_no_mistake() {
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
fn check_tells_a_value_that_a_template_misses_in_a_sample() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = "[destinations.a]\nwebhook_url = \"https://discord.com/api/webhooks/1/token\"\n[sources.shop]\nprovider = \"generic\"\nsecret = \"s\"\n[[routes]]\nsource = \"shop\"\nto = \"a\"\n";
    std::fs::write(folder.path().join("config.toml"), config).expect("a config");
    let output = hookbell(folder.path(), &["check"]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stdout));

    std::fs::create_dir(folder.path().join("templates")).expect("a folder");
    let template = "provider = \"generic\"\n[[message]]\nname = \"mine\"\non = [\"signup\"]\ntitle = \"Hello {{ payload.nmae }}\"\n";
    std::fs::write(folder.path().join("templates/mine.toml"), template).expect("a template");
    let output = hookbell(folder.path(), &["check"]);
    let told = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(told.contains("generic.mine") && told.contains("payload.nmae"), "{told}");
}

#[test]
fn events_are_listed_without_the_secrets_that_serving_needs() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = "[sources.s]\nprovider = \"stripe\"\nsecret = \"${NOT_SET_HERE}\"\n[store]\nurl = \"sqlite:own.db\"\n";
    std::fs::write(folder.path().join("config.toml"), config).expect("a config");
    let output = hookbell(folder.path(), &["events", "list"]);
    let told = text(&output.stderr);
    assert!(output.status.code() == Some(1) && told.contains("own.db") && !told.contains("NOT_SET_HERE"), "{told}");
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

#[test]
fn a_provider_is_told_whole_without_a_config() {
    let folder = tempfile::tempdir().expect("a folder");
    let words = text(&hookbell(folder.path(), &["providers", "show", "stripe"]).stdout);
    for part in [
        "Stripe (stripe)",
        "https://docs.stripe.com/webhooks",
        "https://YOUR.HOST/hooks/NAME",
        "HMAC-SHA256, hex in header `Stripe-Signature` (v1), over `{ts}.{body}`; the time in the pair `t=` may be 5 min off",
        "invoice.paid",
        "[sources.stripe]\nprovider = \"stripe\"\nsecret = \"${STRIPE_SECRET}\"\n",
    ] {
        assert!(words.contains(part), "{part}\n{words}");
    }
    let strange = hookbell(folder.path(), &["providers", "show", "strip"]);
    assert!(strange.status.code() == Some(2) && text(&strange.stderr).contains("did you mean `stripe`?"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_is_told_with_the_url_of_its_source_and_what_its_file_says() {
    let standin = stage().await;
    let (folder, _) = folder(&standin);
    extend(
        folder.path(),
        "[server]\npublic_url = \"https://hooks.example.com\"\n",
        "[sources.desk]\nprovider = \"desk\"\nsecret = \"s\"\n[sources.desk.conf]\nword = \"w\"\n",
    );
    std::fs::create_dir(folder.path().join("providers")).expect("a folder");
    let provider = "title = \"Desk\"\nsetup = \"Settings, then Webhooks.\"\ndelivery = \"Waits 3 s.\"\nunverified = true\n[verify]\nscheme = \"token\"\nquery = \"key\"\n[body]\nformat = \"form\"\nredact = \"/password\"\n[event]\ntype = \"/type\"\n[[facts]]\non = [\"ticket.opened\"]\ntopic = \"issue\"\n[[handshake]]\nsigned = false\nwhen = { method = \"GET\", \"query:word\" = \"conf:word\" }\n";
    std::fs::write(folder.path().join("providers/desk.toml"), provider).expect("a provider");
    let shown = json(&hookbell(folder.path(), &["providers", "show", "desk", "--json"]));
    assert_eq!(shown["urls"][0]["url"], "https://hooks.example.com/hooks/desk");
    assert_eq!((&shown["setup"], &shown["delivery"]), (&"Settings, then Webhooks.".into(), &"Waits 3 s.".into()));
    assert_eq!((&shown["proof"], &shown["conf"][0]), (&"unverified".into(), &"word".into()));
    assert_eq!(shown["types"], serde_json::json!([{ "type": "ticket.opened", "topic": "issue" }]));
    let words = text(&hookbell(folder.path(), &["providers", "show", "desk"]).stdout);
    for part in [
        "Settings, then Webhooks.",
        "https://hooks.example.com/hooks/desk?key=SECRET (source `desk`)",
        "the secret itself in `key` in the query",
        "GET with `word` in the query = `conf.word` is answered before any check",
        "/password",
        "[sources.desk.conf]\nword = \"${DESK_WORD}\"\n",
    ] {
        assert!(words.contains(part), "{part}\n{words}");
    }
    let list = text(&hookbell(folder.path(), &["providers", "list"]).stdout);
    let row = list.lines().find(|line| line.starts_with("desk")).expect("a row");
    assert!(row.contains("unverified") && list.lines().any(|row| row.starts_with("stripe") && row.contains("proved")));
    let checked = hookbell(folder.path(), &["check"]);
    let told = text(&checked.stdout);
    assert!(checked.status.success() && told.contains("`sources.desk.provider`") && told.contains("of Desk"), "{told}");
}

#[test]
fn the_config_that_each_provider_shows_can_be_served() {
    use hookbell::config::{Config, Environment};
    use hookbell::provider::Providers;
    let folder = tempfile::tempdir().expect("a folder");
    for provider in Providers::shipped().iter() {
        let shown = json(&hookbell(folder.path(), &["providers", "show", &provider.name, "--json"]));
        let (secrets, settings) = provider.trial();
        let secret = secrets.first().expect("a secret").expose().to_owned();
        let variable = provider.name.to_uppercase().replace('-', "_");
        let (secret, asked) = match provider.scheme().starts_with("RSA") {
            true => (include_str!("../../src/provider/tests/rsa_test_only_certificate.pem").to_owned(), settings),
            false => (secret, settings),
        };
        let environment = move |name: &str| {
            let rest = name.strip_prefix(&format!("{variable}_"))?;
            (rest == "SECRET" || asked.0.keys().any(|key| key.to_uppercase() == rest)).then(|| secret.clone())
        };
        let snippet = shown["config"].as_str().expect("a snippet");
        let config = format!(
            "{snippet}[destinations.DESTINATION]\nwebhook_url = \"https://discord.com/api/webhooks/1/token\"\n"
        );
        let mut mistakes = hookbell::mistake::Mistakes::default();
        Config::read("shown", &config, folder.path(), &Environment::of(environment), &mut mistakes);
        assert_eq!(mistakes.errors(), 0, "{mistakes}\n{config}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn many_samples_are_sent_at_a_pace_and_summed_up() {
    let standin = stage().await;
    let (folder, public) = folder(&standin);
    extend(folder.path(), "[server]\n", "[sources.slow]\nprovider = \"generic\"\nsecret = \"s\"\nrate = \"2/h\"\n");
    let _serve = serve(folder.path(), public).await;
    let began = std::time::Instant::now();
    let sent = hookbell(folder.path(), &["send", "shop", "--count", "6", "--rate", "20/s"]);
    let told = text(&sent.stdout);
    assert!(began.elapsed() >= Duration::from_millis(250), "{told}");
    assert_eq!(sent.status.code(), Some(0), "{told} {}", text(&sent.stderr));
    assert!(told.contains("200 accepted: 6\n") && told.contains("delivered: 6 of 6\n"), "{told}");
    let some = hookbell(folder.path(), &["send", "slow", "--count", "5"]);
    let told = text(&some.stdout);
    assert!(told.contains("200 accepted: 2\n429 too_many: 3\n5 requests sent"), "{told}");
    assert_eq!((some.status.code(), told.contains("delivered: 2 of 2")), (Some(1), true), "{told}");
    let wrong = hookbell(folder.path(), &["send", "shop", "--count", "5", "--rate", "fast"]);
    assert!(wrong.status.code() == Some(2) && text(&wrong.stderr).contains("such as `10/s`"));
}

/// Provider files whose proofs stand where no ordinary header is.
const SCHEMES: [(&str, &str); 7] = [
    ("query", "verify = { scheme = \"token\", query = \"key\" }\n"),
    ("field", "verify = { scheme = \"token\", form = \"token\" }\n[body]\nformat = \"form\"\n"),
    ("basic", "verify = { scheme = \"token\", auth = \"basic\" }\n"),
    (
        "inside",
        "verify = { scheme = \"signed\", json = \"/signature\", covers = \"part\", content = \"{json:/id}\" }\n",
    ),
    ("url", "verify = { scheme = \"signed\", header = \"X-Signature\", content = \"{url}{body}\" }\n"),
    (
        "clock",
        "verify = { scheme = \"signed\", header = \"X-Signature\", content = \"{ts}{body}\", timestamp = { header = \"X-Time\" } }\n",
    ),
    ("worded", "verify = { scheme = \"signed\", header = \"X-Signature\" }\n[reply]\nbody = \"[accepted]\"\n"),
];

#[tokio::test(flavor = "multi_thread")]
async fn samples_of_every_scheme_are_signed_where_their_proof_stands() {
    let standin = stage().await;
    let (folder, public) = folder(&standin);
    std::fs::create_dir(folder.path().join("providers")).expect("a folder");
    let mut sources = String::new();
    for (name, verify) in SCHEMES {
        let body = if name == "field" { "type=order&id=1" } else { "{\"type\":\"order\",\"id\":\"ev_1a2b3c4d\"}" };
        let old = if name == "clock" { "headers = { X-Time = \"1700000000\" }\n" } else { "" };
        let file = format!(
            "title = \"T\"\n{verify}[event]\ntype = \"/type\"\nid = \"/id\"\n[[sample]]\nname = \"order\"\nbody = '{body}'\n{old}"
        );
        std::fs::write(folder.path().join(format!("providers/{name}.toml")), file).expect("a provider");
        sources.push_str(&format!("[sources.{name}]\nprovider = \"{name}\"\nsecret = \"user:pass\"\n"));
    }
    let der = "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
    sources.push_str(&format!(
        "[sources.public]\nprovider = \"generic\"\nsecret = \"{der}\"\nverify = {{ scheme = \"signed\", kind = \"ed25519\", key = \"spki-base64\", header = \"X-Signature\" }}\n"
    ));
    extend(folder.path(), "[server]\npublic_url = \"https://hooks.example.com\"\n", &sources);
    let _serve = serve(folder.path(), public).await;
    for (name, _) in SCHEMES {
        let sent = hookbell(folder.path(), &["send", name]);
        let told = text(&sent.stdout);
        assert_eq!(sent.status.code(), Some(0), "{name}: {told} {}", text(&sent.stderr));
        assert!(told.contains("delivered → alerts"), "{name}: {told}");
    }
    let many = hookbell(folder.path(), &["send", "worded", "--event", "order", "--count", "3"]);
    assert!(text(&many.stdout).contains("delivered: 3 of 3"), "{many:?}");
    let refused = hookbell(folder.path(), &["send", "public"]);
    let told = text(&refused.stderr);
    assert!(refused.status.code() == Some(2) && told.contains("conf.private_key"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payload_of_ones_own_goes_out_in_the_providers_format() {
    let standin = stage().await;
    let (folder, public) = folder(&standin);
    let _serve = serve(folder.path(), public).await;
    std::fs::write(folder.path().join("own.json"), "{\"type\":\"signup\",\"name\":\"Ada\"}").expect("a file");
    let url = format!("http://{public}/");
    let sent = hookbell(folder.path(), &["send", "shop", "--payload", "own.json", "--url", &url]);
    assert_eq!(sent.status.code(), Some(0), "{sent:?}");
    assert!(standin.messages("2222").iter().any(|message| message.body.to_string().contains("Ada")));
}
