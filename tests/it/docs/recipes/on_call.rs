//! Alerts: who is paged, what is held back, and when it comes.

use std::time::Duration;

use hookbell_model::delivery::Status;
use serde_json::json;

use super::{ROLE, Recipe, sample};
use crate::support::eventually;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_critical_pages_a_warning_does_not_and_resolved_edits() {
    let running = Recipe::named("Alerts that page").start().await;
    eventually("the webhook is known to be the bot's", async || {
        let lanes = running.store.lanes().await.expect("a store");
        lanes.iter().any(|lane| lane.channel.as_ref().is_some_and(|channel| channel.application.is_some()))
    })
    .await;
    running.post("alertmanager", &sample("alertmanager", "firing.group")).await;
    assert_eq!(running.pinged("on_call"), [[""; 0]], "a warning");
    running.post("alertmanager", &sample("alertmanager", "firing")).await;
    assert_eq!(running.pinged("on_call")[1], [ROLE]);
    eventually("the commands are registered", async || {
        !running.discord.commands(&running.channel("on_call")).is_empty()
    })
    .await;
    let message = running.messages("on_call").remove(1);
    let channel = running.channel("on_call");
    let reader = running.discord.member(&Default::default());
    reader.in_channel(&channel).press(&message, "Ack").await.expect("it is pressed");
    eventually("the message says who has it", async || {
        let said = running.messages("on_call")[1].text();
        if said.contains("has it") { Ok(()) } else { Err(said) }
    })
    .await;
    running.post("alertmanager", &sample("alertmanager", "resolved")).await;
    let lines = running.lines("on_call");
    assert!(lines.len() == 2 && lines[1].starts_with("Resolved: DiskAlmostFull"), "{lines:?}");
}

#[tokio::test]
async fn a_blip_is_not_reported_and_an_outage_is_one_message() {
    let running = Recipe::named("Down, and up again").start().await;
    let at = |name: &str, monitor: u64, time: &str| {
        sample("uptime-kuma", name)
            .with("/heartbeat/monitorID", monitor)
            .with("/monitor/id", monitor)
            .with("/heartbeat/time", time)
    };
    running.post("kuma", &at("heartbeat.0", 1, "2026-11-21 10:00:00.000")).await;
    let over = running.post("kuma", &at("heartbeat.1", 1, "2026-11-21 10:01:00.000")).await;
    assert_eq!(running.details(&over).await.deliveries[0].0.status, Status::Muted);
    running.back_in_time(Duration::from_secs(180));
    running.post("kuma", &at("heartbeat.0", 2, "2026-11-21 10:00:00.000")).await;
    running.wait_for("status", 1).await;
    assert_eq!(running.lines("status"), ["🚨 Down: Shop"]);
    running.post("kuma", &at("heartbeat.1", 2, "2026-11-21 10:07:00.000")).await;
    assert_eq!(running.lines("status"), ["Up again: Shop after 7 min"]);
}

/// The recipe's hours, set so that they hold now.
fn now_is_quiet(recipe: Recipe) -> Recipe {
    let hour = hookbell_model::timestamp::Timestamp::now().secs().rem_euclid(86_400) / 3600;
    let (from, to) = (format!("{:02}:00", (hour + 20) % 24), format!("{:02}:00", (hour + 4) % 24));
    let at_night = "from = \"22:00\", to = \"07:00\", zone = \"Europe/Berlin\"";
    let now = format!("from = \"{from}\", to = \"{to}\", zone = \"UTC\"");
    let replaced = |(path, text): (String, String)| {
        assert!(path != "config.toml" || text.contains(at_night));
        (path, text.replace(at_night, &now))
    };
    Recipe { files: recipe.files.into_iter().map(replaced).collect(), ..recipe }
}

#[tokio::test]
async fn at_night_nothing_rings_but_what_is_critical() {
    let running = now_is_quiet(Recipe::named("Quiet at night")).start().await;
    running.post("grafana", &sample("grafana", "firing")).await;
    let loud = sample("grafana", "firing").replace("\"severity\": \"critical\"", "\"severity\": \"warning\"");
    running.post("grafana", &loud.with("/groupKey", "another")).await;
    let silent: Vec<bool> =
        running.messages("ops").iter().map(|message| message.body["flags"] == json!(1 << 12)).collect();
    assert_eq!(silent, [false, true]);
}

#[tokio::test]
async fn what_can_wait_is_one_message_in_the_morning() {
    let running = Recipe::named("A digest at nine").start().await;
    let issue = |number: u64| sample("sentry", "issue.created").with("/data/issue/id", number.to_string());
    let waits = running.post("sentry", &issue(1)).await;
    assert_eq!(running.details(&waits).await.deliveries[0].0.status, Status::Collecting);
    running.back_in_time(Duration::from_secs(2 * 86_400));
    running.post("sentry", &issue(2)).await;
    running.post("sentry", &issue(3)).await;
    running.wait_for("dev", 1).await;
    let lines = running.lines("dev");
    assert!(lines.len() == 1 && lines[0].starts_with("2 events"), "{lines:?}");
}

#[tokio::test]
async fn a_noisy_check_waits_and_the_others_do_not() {
    let running = Recipe::named("A check that is noisy").start().await;
    let noisy = running.post("alertmanager", &sample("alertmanager", "firing.group")).await;
    assert_eq!(running.details(&noisy).await.deliveries[0].0.status, Status::Collecting);
    running.post("alertmanager", &sample("alertmanager", "firing")).await;
    let lines = running.lines("ops");
    assert!(lines.len() == 1 && lines[0].contains("Firing: DiskAlmostFull"), "{lines:?}");
}
