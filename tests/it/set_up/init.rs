//! `hookbell init`, with flags: what it writes works, and is in nobody's way.

use std::collections::BTreeMap;
use std::path::Path;

use crate::cli::{hookbell, json, text};
use crate::support::{PATIENCE, Process, free_port, stand_in};

const FLAGS: [&str; 8] =
    ["init", "--provider", "stripe", "--destination", "sales", "--new-secret", "--private-data", "hide"];

fn read(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_config_that_init_writes_brings_a_sample_into_the_channel() {
    let standin = stand_in().await;
    let folder = tempfile::tempdir().expect("a folder");
    let url = standin.webhook_url("alerts").expect("a webhook");
    let written = hookbell(folder.path(), &[&FLAGS[..], &["--webhook-url", &url]].concat());
    let printed = text(&written.stdout);
    assert_eq!(written.status.code(), Some(0), "{written:?}");
    for part in ["At Stripe:", "The URL: https://YOUR.HOST/hooks/stripe", "hookbell send stripe"] {
        assert!(printed.contains(part), "{part}\n--\n{printed}");
    }
    assert!(!printed.contains("Still open"), "{printed}");
    assert!(!printed.contains(&url), "the URL is a secret");
    // Free ports in the place of the usual ones, which this machine may need.
    let (public, admin) = (free_port(), free_port());
    let config = read(folder.path(), "config.toml");
    let config =
        config.replace("listen = \"0.0.0.0:8080\"", &format!("listen = \"{public}\"\nadmin_listen = \"{admin}\""));
    std::fs::write(folder.path().join("config.toml"), config).expect("a config");
    let checked = hookbell(folder.path(), &["check"]);
    assert_eq!(text(&checked.stdout), "fine: 1 source, 1 destination\n");
    let server = Process::serve(folder.path()).await;
    let sent = hookbell(folder.path(), &["send", "stripe"]);
    assert_eq!(sent.status.code(), Some(0), "{sent:?}\n{}", server.output());
    standin.wait_for_messages("2222", 1, PATIENCE).await;
    server.kill();
}

#[test]
fn the_secrets_are_in_a_file_that_only_its_owner_reads() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = "https://discord.com/api/webhooks/123456789012345678/TOKEN";
    let written = hookbell(folder.path(), &[&FLAGS[..], &["--webhook-url", url, "--json"]].concat());
    let written = json(&written);
    assert_eq!(written["url"], "https://YOUR.HOST/hooks/stripe");
    assert_eq!(written["open"], serde_json::json!([]));
    let (config, secrets) = (read(folder.path(), "config.toml"), read(folder.path(), ".env"));
    assert!(config.contains("webhook_url = \"${SALES_WEBHOOK_URL}\"") && !config.contains("TOKEN"), "{config}");
    assert!(secrets.contains(&format!("SALES_WEBHOOK_URL={url}\nSTRIPE_SECRET=")), "{secrets}");
    let secret = secrets.trim_end().rsplit('=').next().expect("a value");
    assert!(secret.len() == 64 && secret.bytes().all(|byte| byte.is_ascii_hexdigit()), "{secret}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(folder.path().join(".env")).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn what_is_there_is_not_touched() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("templates")).expect("a folder");
    std::fs::write(folder.path().join("templates/stripe.toml"), "provider = \"stripe\"\n").expect("a file");
    std::fs::write(folder.path().join(".env"), "STRIPE_SECRET=mine").expect("a file");
    assert_eq!(hookbell(folder.path(), &FLAGS).status.code(), Some(0));
    assert_eq!(read(folder.path(), "templates/stripe.toml"), "provider = \"stripe\"\n");
    assert_eq!(read(folder.path(), ".env"), "STRIPE_SECRET=mine\nSALES_WEBHOOK_URL=\n");
    let before = read(folder.path(), "config.toml");
    let again = hookbell(folder.path(), &["init", "--provider", "github"]);
    assert_eq!(again.status.code(), Some(2), "{again:?}");
    assert!(text(&again.stderr).contains("is there already") && text(&again.stderr).contains("--force"), "{again:?}");
    assert_eq!(read(folder.path(), "config.toml"), before);
    assert_eq!(hookbell(folder.path(), &["init", "--provider", "github", "--force"]).status.code(), Some(0));
    assert!(read(folder.path(), "config.toml").contains("provider = \"github\""));
}

#[test]
fn what_is_left_open_is_listed() {
    let folder = tempfile::tempdir().expect("a folder");
    let written = hookbell(folder.path(), &["init", "--provider", "github"]);
    let printed = text(&written.stdout);
    assert!(
        printed.contains("Still open:") && printed.contains("fill in ALERTS_WEBHOOK_URL, GITHUB_SECRET"),
        "{printed}"
    );
    for (flags, part) in [
        (&["--provider", "strip"][..], "did you mean `stripe`"),
        (&[], "--provider NAME"),
        (
            &["--provider", "stripe", "--webhook-url", "https://hooks.slack.com/services/T/B/X"],
            "webhook URL as Discord",
        ),
        (&["--provider", "stripe", "--public-url", "hooks.example.com"], "https://hooks.example.com"),
        (&["--provider", "stripe", "--source", "a b"], "a-z A-Z 0-9"),
    ] {
        let wrong = hookbell(folder.path(), &[&["init", "--force"][..], flags].concat());
        assert_eq!(wrong.status.code(), Some(2), "{wrong:?}");
        assert!(text(&wrong.stderr).contains(part), "{part}: {wrong:?}");
    }
}

#[test]
fn every_kind_of_provider_gets_a_config_whose_only_mistakes_are_what_is_left_open() {
    let providers = hookbell::embedded::providers();
    // One of each kind: what it needs decides what is written.
    let mut kinds = BTreeMap::new();
    for provider in providers.iter() {
        let guide = provider.setup_guide();
        let kind = (guide.secret.is_some(), guide.captured, guide.query.is_some());
        kinds
            .entry((kind, provider.is_unchecked(), provider.settings().len(), provider.needs_url()))
            .or_insert(provider);
    }
    assert!(kinds.len() > 6, "{}", kinds.len());
    for provider in kinds.values() {
        let folder = tempfile::tempdir().expect("a folder");
        let url = "https://discord.com/api/webhooks/123456789012345678/TOKEN";
        let flags =
            ["init", "--json", "--provider", &provider.name, "--webhook-url", url, "--public-url", "https://a.example"];
        let written = json(&hookbell(folder.path(), &flags));
        for open in written["open"].as_array().expect("a list") {
            let key = open["key"].as_str().expect("a key");
            assert!(key.ends_with(".secret") || key.contains(".conf"), "{}: {open}", provider.name);
        }
    }
}
