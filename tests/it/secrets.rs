//! Secrets cannot be printed: the log of a whole failing run of the real binary, at its most talkative, is read
//! for every secret there is.

use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::time::Duration;

use hookbell_fake_discord::{Fault, FaultKind, RateLimits, StandIn, StandInOptions};

use crate::bridge::client;

const SECRET: &str = "s3cr3t-of-the-source";
const ADMIN: &str = "s3cr3t-of-the-admin-door";
const CUSTOMER: &str = "customer-in-the-body";

#[tokio::test(flavor = "multi_thread")]
async fn the_log_of_a_failing_run_holds_no_secret() {
    let standin = StandIn::start(StandInOptions { limits: RateLimits::NONE, ..StandInOptions::default() })
        .await
        .expect("a stand-in");
    let folder = tempfile::tempdir().expect("a folder");
    let free = || TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port");
    let (public, admin) = (free(), free());
    let hook = standin.webhook_url("alerts").expect("a webhook");
    let webhook_token = hook.rsplit('/').next().expect("a token").to_owned();
    let config = format!(
        "[server]\nlisten = \"{public}\"\nadmin_listen = \"{admin}\"\nadmin_token = \"{ADMIN}\"\n[discord]\napi_base = \"{}\"\nbot_token = \"{}\"\n[destinations.alerts]\nwebhook_url = \"{hook}\"\n[sources.shop]\nprovider = \"generic\"\nsecret = \"{SECRET}\"\nverify = {{ scheme = \"token\", header = \"X-Token\" }}\n[[routes]]\nsource = \"shop\"\nto = \"alerts\"\n",
        standin.base(),
        standin.bot_token()
    );
    std::fs::write(folder.path().join("config.toml"), config).expect("a config");
    let log = std::fs::File::create(folder.path().join("log")).expect("a log");
    let mut child = Command::new(env!("CARGO_BIN_EXE_hookbell"))
        .args(["serve", "--config"])
        .arg(folder.path().join("config.toml"))
        .env("HOOKBELL_LOG", "trace")
        .stdout(Stdio::from(log.try_clone().expect("the log")))
        .stderr(Stdio::from(log))
        .spawn()
        .expect("hookbell");
    let up = async {
        while tokio::net::TcpStream::connect(public).await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), up).await.expect("hookbell starts");

    // What can go wrong with a delivery and is tried again soon, then a dead webhook; strangers at both doors.
    let troubles: Vec<Fault> = vec![
        FaultKind::Status(503).on_all().times(1),
        FaultKind::LostResponse.on_all().times(1),
        FaultKind::Redirect.on_all().times(1),
        FaultKind::UnknownWebhook.on_all(),
    ];
    for fault in troubles {
        standin.inject(fault);
    }
    for (at, token) in [SECRET, "wrong", ""].iter().enumerate() {
        let body = format!(r#"{{"type":"signup","id":"{at}","name":"{CUSTOMER}"}}"#);
        let post = client().post(format!("http://{public}/hooks/shop")).header("content-type", "application/json");
        post.header("x-token", *token).body(body).send().await.expect("an answer");
    }
    let _unauthorised = client().get(format!("http://{admin}/readyz")).send().await.expect("an answer");
    let parked = async {
        loop {
            let answer =
                client().get(format!("http://{admin}/readyz")).bearer_auth(ADMIN).send().await.expect("an answer");
            if answer.text().await.expect("text").contains("\"parked\"") {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), parked).await.expect("the lane is parked in the end");
    child.kill().expect("killed");
    child.wait().expect("ended");

    let log = std::fs::read_to_string(folder.path().join("log")).expect("the log");
    assert!(log.len() > 1000, "the log is talkative: {log}");
    for secret in [SECRET, ADMIN, CUSTOMER, webhook_token.as_str(), standin.bot_token()] {
        let line = log.lines().find(|line| line.contains(secret));
        assert!(line.is_none(), "the log tells {secret}: {line:?}");
    }
}
