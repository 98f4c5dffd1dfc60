//! Three people go from an empty folder to a message in a channel with what README.md and docs/ tell them: files are pasted
//! from there, and each command is one that they name.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Command, Output};

use hookbell_fake_discord::{ChannelSpec, RateLimits, StandIn, StandInOptions, StoredMessage, WebhookSpec};
use tempfile::TempDir;

use crate::cli::{json, text};
use crate::support::{Process, SECRET, eventually, free_port, on_loopback};

/// The server that the docs name.
const GUILD: &str = "112233445566778899";

/// Somebody with an empty folder, a Discord channel and the docs.
struct Walker {
    folder: TempDir,
    discord: StandIn,
    listen: SocketAddr,
    docs: String,
    environment: BTreeMap<String, String>,
}

/// README.md, and then every page of docs/.
fn docs() -> String {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let pages = std::fs::read_dir(root.join("docs")).expect("docs").map(|page| page.expect("a page").path());
    let mut pages: Vec<PathBuf> =
        pages.filter(|page| page.extension().is_some_and(|extension| extension == "md")).collect();
    pages.sort();
    pages.insert(0, root.join("README.md"));
    pages.iter().map(|page| std::fs::read_to_string(page).expect("a text")).collect()
}

impl Walker {
    async fn new(variables: &[&str]) -> Self {
        let options = StandInOptions {
            channels: vec![ChannelSpec::text(GUILD, "2222", "channel")],
            webhooks: vec![WebhookSpec::new("3333", "channel", "2222")],
            limits: RateLimits::NONE,
            ..StandInOptions::default()
        };
        let discord = StandIn::start(options).await.expect("a free port");
        let url = discord.webhook_url("channel").expect("a webhook");
        let value = |name: &str| if name.ends_with("WEBHOOK_URL") { url.clone() } else { SECRET.to_owned() };
        let environment = variables.iter().map(|name| ((*name).to_owned(), value(name))).collect();
        let folder = tempfile::tempdir().expect("a folder");
        Self { folder, discord, listen: free_port(), docs: docs(), environment }
    }

    /// Pastes the block of the docs that names this file, and holds this text.
    fn paste(&self, path: &str, holds: &str) {
        let begins = format!("```toml\n# {path}\n");
        let blocks = self.docs.split(&begins).skip(1).filter_map(|rest| rest.split("```").next());
        let block = blocks.into_iter().find(|block| block.contains(holds));
        let block = block.unwrap_or_else(|| panic!("no `{path}` with `{holds}` in the docs"));
        // What README says of trying it without a Discord server, and a port that is free here.
        let text = match path {
            "config.toml" => on_loopback(block, &self.listen.to_string(), &self.discord),
            _ => block.to_owned(),
        };
        let file = self.folder.path().join(path);
        std::fs::create_dir_all(file.parent().expect("a parent")).expect("a folder");
        std::fs::write(file, text).expect("written");
    }

    /// Ports that are free here, in the place of the usual ones.
    fn moves_to_free_ports(&self) {
        let path = self.folder.path().join("config.toml");
        let (written, admin) = (std::fs::read_to_string(&path).expect("a config"), free_port());
        let ports = format!("listen = \"{}\"\nadmin_listen = \"{admin}\"", self.listen);
        std::fs::write(path, written.replace("listen = \"0.0.0.0:8080\"", &ports)).expect("written");
    }

    /// Runs a command as the docs name it, with words of this walk in the place of theirs, and `more` options.
    fn run(&self, line: &str, own: &[(&str, &str)], more: &[&str]) -> Output {
        assert!(self.docs.contains(line), "the docs do not name `{line}`");
        let mut command = Command::new(env!("CARGO_BIN_EXE_hookbell"));
        command
            .args(line.split(' ').skip(1).map(|word| in_place(word, own)))
            .args(more)
            .current_dir(self.folder.path());
        command.env_remove("HOOKBELL_LOG").envs(&self.environment).output().expect("hookbell runs")
    }

    /// The same, where it must succeed. Returns what it printed.
    fn does(&self, line: &str, own: &[(&str, &str)], more: &[&str]) -> String {
        let output = self.run(line, own, more);
        let (printed, said) = (text(&output.stdout), text(&output.stderr));
        assert_eq!(output.status.code(), Some(0), "`{line}`: {printed}\n{said}");
        printed
    }

    async fn serve(&self) -> Process {
        assert!(self.docs.contains("\nhookbell serve\n"));
        Process::serve_with(self.folder.path(), |command| command.envs(&self.environment)).await
    }

    /// The newest event's id.
    fn newest(&self) -> String {
        let list = json(&self.run("hookbell events list", &[], &["--json"]));
        list[0]["id"].as_str().expect("an event").to_owned()
    }

    fn messages(&self) -> Vec<StoredMessage> {
        self.discord.messages("2222")
    }

    fn lines(&self) -> Vec<String> {
        let messages = self.messages();
        messages.iter().map(|message| message.object["content"].as_str().unwrap_or_default().to_owned()).collect()
    }
}

fn in_place<'w>(word: &'w str, own: &[(&str, &'w str)]) -> &'w str {
    own.iter().find(|(theirs, _)| *theirs == word).map_or(word, |(_, own)| *own)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_founder_comes_from_an_empty_folder_to_a_payment_in_the_channel_and_changes_its_words() {
    let walker = Walker::new(&[]).await;
    let without = walker.run("hookbell check", &[], &[]);
    assert_eq!(without.status.code(), Some(2), "nothing is there yet");
    assert!(text(&without.stdout).contains("hookbell example-config"), "{}", text(&without.stdout));
    let url = walker.discord.webhook_url("channel").expect("a webhook");
    let answers = ["--provider", "stripe", "--destination", "sales", "--webhook-url", &url, "--new-secret"];
    let written = walker.does("hookbell init", &[], &answers);
    assert!(written.contains("Signing secret") && written.contains("/hooks/stripe"), "{written}");
    walker.moves_to_free_ports();
    assert!(walker.does("hookbell check", &[], &[]).starts_with("fine: 1 source, 1 destination"));
    assert!(walker.does("hookbell preview stripe.payment", &[], &[]).contains("€49.00 from Ada Example"));
    let serve = walker.serve().await;
    let sent = walker.does("hookbell send stripe --event payment_intent.succeeded", &[], &[]);
    assert!(sent.contains("delivered → sales"), "{sent}");
    assert!(walker.lines()[0].contains("**€49.00** from Ada Example"), "{:?}", walker.lines());
    let id = walker.newest();
    let shown = walker.does("hookbell events show k3f9", &[("k3f9", &id)], &[]);
    assert!(shown.contains("delivered → sales") && shown.contains("€49.00"), "{shown}");

    walker.paste("templates/stripe.toml", "🎉 We earned");
    assert!(walker.does("hookbell check", &[], &[]).starts_with("fine: "));
    assert!(walker.does("hookbell preview stripe.payment", &[], &[]).contains("🎉 We earned €49.00"));
    serve.wait_for_output("the changed config is in use", 1).await;
    walker.does("hookbell events replay ID", &[("ID", &id)], &["--edit"]);
    eventually("the message has the new words", async || {
        let lines = walker.lines();
        if lines.first().is_some_and(|line| line.contains("🎉 We earned €49.00")) { Ok(()) } else { Err(lines) }
    })
    .await;
    assert_eq!(walker.messages().len(), 1, "it is changed in its place");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_maintainer_gets_failed_builds_and_is_told_why_a_push_is_not_there() {
    let walker = Walker::new(&["CI_WEBHOOK_URL", "GITHUB_WEBHOOK_SECRET", "GITLAB_WEBHOOK_SECRET"]).await;
    let setup = walker.does("hookbell providers show NAME", &[("NAME", "github")], &[]);
    assert!(setup.contains("Settings → Webhooks") && setup.contains("provider = \"github\""), "{setup}");
    walker.paste("config.toml", "event.branch == 'main'");
    assert!(walker.does("hookbell check", &[], &[]).starts_with("fine: 2 sources, 1 destination"));
    let _serve = walker.serve().await;
    let send = |event| walker.run("hookbell send SOURCE --event TYPE", &[("SOURCE", "github"), ("TYPE", event)], &[]);
    let build = send("workflow_run.completed");
    assert_eq!(build.status.code(), Some(0), "{build:?}");
    assert_eq!(walker.lines(), ["CI failed on main of lighthouse"]);
    let shown = walker.does("hookbell events show k3f9", &[("k3f9", &walker.newest())], &[]);
    assert!(shown.contains("branch     main"), "what `when` compares: {shown}");
    let push = send("push");
    assert_eq!(push.status.code(), Some(1), "no route takes it: {push:?}");
    let id = walker.newest();
    let why = walker.does("hookbell events explain k3f9", &[("k3f9", &id)], &[]);
    assert!(why.contains("routes[0]") && why.contains("does not take it") && why.contains("push"), "{why}");
    let listed = walker.does("hookbell events list --status unrouted", &[], &[]);
    assert!(listed.contains(&id) && !listed.contains("workflow_run"), "{listed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_on_call_is_paged_mutes_what_is_known_and_sees_it_end() {
    let mut walker = Walker::new(&["ON_CALL_WEBHOOK_URL", "ALERTMANAGER_TOKEN"]).await;
    walker.environment.insert("DISCORD_BOT_TOKEN".to_owned(), walker.discord.bot_token().to_owned());
    walker.paste("config.toml", "[sources.alertmanager]\nprovider = \"alertmanager\"");
    assert!(walker.does("hookbell check", &[], &[]).starts_with("fine: "));
    let _serve = walker.serve().await;
    let send = |event, more: &[&str]| {
        let own = [("SOURCE", "alertmanager"), ("TYPE", event)];
        walker.run("hookbell send SOURCE --event TYPE", &own, more)
    };
    assert_eq!(send("firing", &[]).status.code(), Some(0));
    assert_eq!(walker.messages()[0].mentions.roles, ["112233445566778899"]);
    let known = ["--source", "alertmanager", "--type", "firing", "--for", "2h", "--reason", "a known outage"];
    walker.does("hookbell mute", &[], &known);
    // A server looks once a second for what was muted beside it.
    let mut group = 0;
    let mut send_another = || {
        group += 1;
        text(&send("firing.group", &["--set", &format!("groupKey=another {group}")]).stdout)
    };
    eventually("the mute is in force", async || {
        let other = send_another();
        if other.contains("muted") { Ok(()) } else { Err(other) }
    })
    .await;
    let posted = walker.messages().len();
    assert!(send_another().contains("muted"));
    assert_eq!(walker.messages().len(), posted, "what is muted is not posted");
    assert!(walker.does("hookbell mute list", &[], &[]).contains("a known outage"));
    walker.does("hookbell unmute 3", &[("3", "1")], &[]);
    assert_eq!(send("resolved", &[]).status.code(), Some(0));
    eventually("the alert is over", async || {
        let lines = walker.lines();
        if lines[0].starts_with("Resolved: DiskAlmostFull") { Ok(()) } else { Err(lines) }
    })
    .await;
    let lanes = walker.does("hookbell lanes", &[], &[]);
    assert!(lanes.contains("on-call"), "{lanes}");
}
