//! Secrets cannot be printed: the log of a failing run of the real binary, at its most verbose level, is searched for
//! every secret.

mod diagnostics;
mod targets;

use std::net::SocketAddr;

use base64::Engine;
use hookbell_fake_discord::{FaultKind, StandIn};

use crate::support::{PATIENCE, Process, client, eventually, free_port, stand_in};

const SECRET: &str = "s3cr3t-of-the-source";
const ADMIN: &str = "s3cr3t-of-the-admin-door";
const CUSTOMER: &str = "customer-in-the-body";

/// `hookbell serve` with a bot, and its stand-in for Discord.
struct FailingRun {
    discord: StandIn,
    _folder: tempfile::TempDir,
    public: SocketAddr,
    admin: SocketAddr,
    process: Process,
}

impl FailingRun {
    /// Starts the binary; `level` goes into the config, `variable` into the environment.
    async fn start(level: &str, variable: Option<&str>) -> Self {
        let (discord, folder) = (stand_in().await, tempfile::tempdir().expect("a folder"));
        let (public, admin) = (free_port(), free_port());
        let config = format!(
            "[server]\nlisten = \"{public}\"\nadmin_listen = \"{admin}\"\nadmin_token = \"{ADMIN}\"\n[discord]\napi_base = \"{}\"\nbot_token = \"{}\"\n[destinations.alerts]\nwebhook_url = \"{}\"\n[sources.shop]\nprovider = \"generic\"\nsecret = \"{SECRET}\"\nverify = {{ scheme = \"token\", header = \"X-Token\" }}\n[[routes]]\nsource = \"shop\"\nto = \"alerts\"\n[log]\nlevel = \"{level}\"\n",
            discord.base(),
            discord.bot_token(),
            discord.webhook_url("alerts").expect("a webhook"),
        );
        std::fs::write(folder.path().join("config.toml"), config).expect("a config");
        let process =
            Process::serve_with(folder.path(), |command| command.envs(variable.map(|text| ("HOOKBELL_LOG", text))));
        Self { process: process.await, discord, _folder: folder, public, admin }
    }

    /// What can go wrong with a delivery and is tried again soon, then a dead webhook; unknown clients at both
    /// listeners; a bot that identifies itself.
    async fn fail(&self) {
        assert!(self.discord.wait_for_bot(PATIENCE).await, "the bot identifies itself");
        let faults = [
            FaultKind::Status(503).on_all().times(1),
            FaultKind::LostResponse.on_all().times(1),
            FaultKind::Redirect.on_all().times(1),
            FaultKind::UnknownWebhook.on_all(),
        ];
        for fault in faults {
            self.discord.inject(fault);
        }
        for (at, token) in [SECRET, "wrong", ""].iter().enumerate() {
            let body = format!(r#"{{"type":"signup","id":"{at}","name":"{CUSTOMER}"}}"#);
            let post = client().post(format!("http://{}/hooks/shop", self.public));
            let post = post.header("content-type", "application/json").header("x-token", *token);
            post.body(body).send().await.expect("an answer");
        }
        let ready = || client().get(format!("http://{}/readyz", self.admin));
        let _unauthorised = ready().send().await.expect("an answer");
        eventually("the lane is parked", async || {
            let answer = ready().bearer_auth(ADMIN).send().await.expect("an answer").text().await.expect("text");
            if answer.contains("\"parked\"") { Ok(()) } else { Err(answer) }
        })
        .await;
    }

    /// Ends the run and searches what it printed. Returns that.
    fn check(self) -> String {
        let log = self.process.kill();
        let hook = self.discord.webhook_url("alerts").expect("a webhook");
        let webhook_token = hook.rsplit('/').next().expect("a token");
        for secret in [SECRET, ADMIN, CUSTOMER, webhook_token, self.discord.bot_token()] {
            for form in printed_forms(secret) {
                let line = log.lines().find(|line| line.contains(&form));
                assert!(line.is_none(), "the log prints {secret}: {line:?}");
            }
        }
        log
    }
}

/// A text as it is, and as the bytes that libraries print of frames and buffers.
fn printed_forms(secret: &str) -> [String; 4] {
    let bytes: Vec<String> = secret.bytes().map(|byte| byte.to_string()).collect();
    let base64 = base64::engine::general_purpose::STANDARD.encode(secret);
    // The last group of three bytes is encoded together with what follows the secret.
    let base64 = base64.chars().take(secret.len() / 3 * 4).collect();
    [secret.to_owned(), bytes.join(", "), hex::encode(secret), base64]
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_of_a_failing_run_holds_no_secret() {
    let run = FailingRun::start("info", Some("trace")).await;
    run.fail().await;
    let log = run.check();
    assert!(log.contains("the webhook is dead") && log.contains("DEBUG"), "the log is talkative: {log}");
}

/// A directive for one target is more specific than any that silences its library.
#[tokio::test(flavor = "multi_thread")]
async fn no_log_directive_opens_a_library() {
    let targets = targets::of_a_run().await;
    for library in ["tungstenite::protocol", "serenity::gateway::shard", "hyper_util::client::legacy::connect::http"] {
        assert!(targets.contains(library), "the run has shown the target {library}: {targets:?}");
    }
    let directives: String = targets.iter().map(|target| format!(",{target}=trace")).collect();
    let directives = format!("info{directives}");
    for variable in [None, Some(directives.as_str())] {
        let run = FailingRun::start(&directives, variable).await;
        run.fail().await;
        let log = run.check();
        assert!(log.contains("libraries log at most"), "the user learns why nothing comes: {log}");
    }
}
