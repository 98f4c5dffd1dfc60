//! `check --online`, and what `check` says of the machine.

use hookbell_fake_discord::{ChannelSpec, RateLimits, StandIn, StandInOptions, WebhookSpec};

use super::config;
use crate::cli::{hookbell, json, text};
use crate::support::{Process, free_port, stand_in};

#[tokio::test(flavor = "multi_thread")]
async fn discord_is_asked_whether_each_webhook_lives_and_which_channel_it_has() {
    let mut options = StandInOptions { limits: RateLimits::NONE, ..StandInOptions::default() };
    options.channels.push(ChannelSpec::forum("1111", "3333", "issues", &[]));
    options.webhooks.push(WebhookSpec::new("445566778899001122", "issues", "3333"));
    let standin = StandIn::start(options).await.expect("a free port");
    let folder = tempfile::tempdir().expect("a folder");
    let url = |name: &str| standin.webhook_url(name).expect("a webhook");
    let gone = format!("{}/api/webhooks/998877665544332211/gone", standin.base());
    let text_of = format!(
        "[server]\nlisten = \"127.0.0.1:0\"\nadmin_listen = \"127.0.0.1:0\"\n[discord]\napi_base = \"{}\"\nbot_token = \"{}\"\n[destinations.alerts]\nwebhook_url = \"{}\"\n[destinations.issues]\nwebhook_url = \"{}\"\n[destinations.old]\nwebhook_url = \"{gone}\"\n[sources.shop]\nprovider = \"generic\"\nsecret = \"s\"\n[[routes]]\nsource = \"shop\"\nto = [\"alerts\", \"issues\", \"old\"]\n",
        standin.base(),
        standin.bot_token(),
        url("alerts"),
        url("issues"),
    );
    std::fs::write(folder.path().join("config.toml"), text_of).expect("a config");
    let checked = hookbell(folder.path(), &["check", "--online"]);
    let printed = text(&checked.stdout);
    assert_eq!(checked.status.code(), Some(2), "{printed}");
    for part in [
        "error[dead-webhook]",
        "the webhook of `old` is dead",
        "posts into channel 2222\n",
        "posts into channel 3333, a forum\n",
        "public_url: not in the config",
    ] {
        assert!(printed.contains(part), "{part}\n--\n{printed}");
    }
    let answer = json(&hookbell(folder.path(), &["check", "--online", "--json"]));
    assert_eq!(answer["online"]["destinations"][1]["kind"], "forum", "{answer}");
    assert_eq!(answer["online"]["destinations"][2]["state"], "dead", "{answer}");
    // Without the question nothing is asked.
    assert!(!text(&hookbell(folder.path(), &["check"]).stdout).contains("dead"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_public_url_is_tried_with_the_server_that_runs_and_without_one() {
    let standin = stand_in().await;
    let folder = tempfile::tempdir().expect("a folder");
    let (public, _) = config(folder.path(), &standin, "");
    let with_url = |url: &str| {
        let path = folder.path().join("config.toml");
        let text = std::fs::read_to_string(&path).expect("a config");
        let text: Vec<&str> = text.lines().filter(|line| !line.starts_with("public_url")).collect();
        let text = text.join("\n").replacen("[server]\n", &format!("[server]\npublic_url = \"{url}\"\n"), 1);
        std::fs::write(path, text).expect("a config");
        let checked = hookbell(folder.path(), &["check", "--online"]);
        (checked.status.code(), crate::cli::text(&checked.stdout))
    };
    let here = format!("http://{public}");
    let (code, printed) = with_url(&here);
    assert!(code == Some(0) && printed.contains("public_url: reaches this machine"), "{printed}");
    let (code, printed) = with_url(&standin.base());
    assert!(code == Some(2) && printed.contains("leads elsewhere"), "{printed}");
    let (code, printed) = with_url(&format!("http://{}", free_port()));
    assert!(code == Some(2) && printed.contains("does not answer"), "{printed}");
    with_url(&here);
    let server = Process::serve(folder.path()).await;
    let (code, printed) = with_url(&here);
    assert!(code == Some(0) && printed.contains("public_url: reaches this machine"), "{printed}");
    // Another hookbell is not this one.
    let other = tempfile::tempdir().expect("a folder");
    let (elsewhere, _) = config(other.path(), &standin, "");
    let second = Process::serve(other.path()).await;
    let (code, printed) = with_url(&format!("http://{elsewhere}"));
    assert!(code == Some(2) && printed.contains("not to the one that runs"), "{printed}");
    server.kill();
    second.kill();
}

#[tokio::test(flavor = "multi_thread")]
async fn check_warns_of_what_serve_would_stumble_over_on_this_machine() {
    let standin = stand_in().await;
    let folder = tempfile::tempdir().expect("a folder");
    let (public, _) = config(folder.path(), &standin, "");
    assert_eq!(text(&hookbell(folder.path(), &["check"]).stdout), "fine: 1 source, 1 destination\n");
    let path = folder.path().join("config.toml");
    let text_of = std::fs::read_to_string(&path).expect("a config");
    std::fs::write(&path, format!("{text_of}\n[store]\nurl = \"sqlite:none/hookbell.db\"\n")).expect("a config");
    let other = std::net::TcpListener::bind(public).expect("free");
    let checked = hookbell(folder.path(), &["check"]);
    let printed = text(&checked.stdout);
    assert_eq!(checked.status.code(), Some(0), "{printed}");
    for part in ["warning[unusable-store]", "mkdir -p", "warning[unusable-address]", "another program has this port"] {
        assert!(printed.contains(part), "{part}\n--\n{printed}");
    }
    drop(other);
    // A hookbell that runs has its own ports.
    std::fs::write(&path, text_of).expect("a config");
    let server = Process::serve(folder.path()).await;
    assert_eq!(text(&hookbell(folder.path(), &["check"]).stdout), "fine: 1 source, 1 destination\n");
    server.kill();
}
