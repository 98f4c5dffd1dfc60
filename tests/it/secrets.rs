//! Secrets cannot be printed: the log of a whole failing run of the real binary, at its most talkative, is read
//! for every secret there is.

use hookbell_fake_discord::{Fault, FaultKind};

use crate::support::{Process, client, eventually, free_port, stand_in};

const SECRET: &str = "s3cr3t-of-the-source";
const ADMIN: &str = "s3cr3t-of-the-admin-door";
const CUSTOMER: &str = "customer-in-the-body";

#[tokio::test(flavor = "multi_thread")]
async fn the_log_of_a_failing_run_holds_no_secret() {
    let standin = stand_in().await;
    let folder = tempfile::tempdir().expect("a folder");
    let (public, admin) = (free_port(), free_port());
    let hook = standin.webhook_url("alerts").expect("a webhook");
    let webhook_token = hook.rsplit('/').next().expect("a token").to_owned();
    let config = format!(
        "[server]\nlisten = \"{public}\"\nadmin_listen = \"{admin}\"\nadmin_token = \"{ADMIN}\"\n[discord]\napi_base = \"{}\"\nbot_token = \"{}\"\n[destinations.alerts]\nwebhook_url = \"{hook}\"\n[sources.shop]\nprovider = \"generic\"\nsecret = \"{SECRET}\"\nverify = {{ scheme = \"token\", header = \"X-Token\" }}\n[[routes]]\nsource = \"shop\"\nto = \"alerts\"\n",
        standin.base(),
        standin.bot_token()
    );
    std::fs::write(folder.path().join("config.toml"), config).expect("a config");
    let process = Process::serve_with(folder.path(), |command| command.env("HOOKBELL_LOG", "trace")).await;

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
    eventually("the lane is parked", async || {
        let ready = client().get(format!("http://{admin}/readyz")).bearer_auth(ADMIN).send().await.expect("an answer");
        let ready = ready.text().await.expect("text");
        if ready.contains("\"parked\"") { Ok(()) } else { Err(ready) }
    })
    .await;

    let log = process.kill();
    assert!(log.len() > 1000, "the log is talkative: {log}");
    for secret in [SECRET, ADMIN, CUSTOMER, webhook_token.as_str(), standin.bot_token()] {
        let line = log.lines().find(|line| line.contains(secret));
        assert!(line.is_none(), "the log tells {secret}: {line:?}");
    }
}
