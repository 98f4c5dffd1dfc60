//! `/alerts status`: how the destinations here do, what is muted, and the bot itself.

use std::time::Duration;

use crate::bot::answer::{Answer, AnswerKind, Reply};
use crate::bot::command::{Answering, Call, Command, CommandForm, EVERYWHERE_OPTION};
use crate::bot::error::CommandError;
use crate::bot::gate::Capability;
use crate::bot::state::BotHealth;
use crate::bot::text::safe;
use crate::report::lane::{LaneStatus, LaneView};
use crate::report::statistics::{Silence, silence_periods, silences};
use crate::store::{Scope, StatisticsFilter};
use hookbell_model::message::Embed;
use hookbell_model::timestamp::format_duration;

/// Lanes that are listed.
const MOST: usize = 15;
const GREEN: u32 = 0x002D_A05A;
const YELLOW: u32 = 0x00D9_870A;
const RED: u32 = 0x00ED_4245;

pub(in crate::bot) static COMMAND: Command = Command {
    name: "alerts status",
    form: CommandForm::Slash,
    capability: Capability::Operate,
    answer: AnswerKind::Private,
    options: &[EVERYWHERE_OPTION],
    run,
    actions: &[],
};

fn run(call: &Call) -> Answering<'_> {
    Box::pin(async move {
        let words = call.words;
        let scope = &call.viewer.scope;
        let here = call.store.destinations_in(scope.clone()).await?;
        let lanes = call.store.lanes().await?.into_iter();
        let lanes = lanes.filter(|lane| *scope == Scope::Everything || here.contains(&lane.destination));
        let mut lanes: Vec<LaneView> = lanes.map(|lane| LaneView::new(lane, call.now)).collect();
        // What needs somebody comes first.
        lanes.sort_by_key(|lane| (urgency(lane.status), lane.destination.clone()));
        let worst = lanes.first().map_or(0, |lane| 3 - urgency(lane.status));
        let mut lines: Vec<String> = lanes.iter().take(MOST).map(|lane| line(call, lane)).collect();
        if lines.is_empty() {
            lines.push(words.text("error.no_destination").to_owned());
        }
        let muted = call.store.active_mutes(call.now).await?;
        let muted = muted
            .iter()
            .filter(|mute| *scope == Scope::Everything || mute.matcher.destinations.iter().any(|to| here.contains(to)));
        let count = u64::try_from(muted.count()).unwrap_or(u64::MAX);
        if count > 0 {
            lines.push(format!("🔇 {}", words.count("alerts.status.mutes", count, &[])));
        }
        lines.extend(silent(call, scope).await?);
        // It names other servers, which is for those who may see everything.
        if *scope == Scope::Everything
            && let Some(why) = call.health.reason().filter(|_| !matches!(call.health, BotHealth::Ready { .. }))
        {
            lines.push(words.fill("alerts.status.bot", &[("why", &safe(&why, 200))]));
        }
        if call.store.check_writable().await.is_err() {
            lines.push(words.text("alerts.status.store").to_owned());
        }
        Ok(Answer::Private(Reply::embed(Embed {
            title: words.text("alerts.status.title").to_owned(),
            description: lines.join("\n"),
            color: Some([GREEN, YELLOW, YELLOW, RED].get(usize::from(worst)).copied().unwrap_or(GREEN)),
            ..Embed::default()
        })))
    })
}

/// Sources that are silent for longer than is usual at this hour.
async fn silent(call: &Call, scope: &Scope) -> Result<Vec<String>, CommandError> {
    let (words, periods) = (call.words, silence_periods(call.now));
    let found = call.store.statistics(scope.clone(), StatisticsFilter::default(), periods).await?;
    let line = |silence: Silence| {
        let (source, span) = (safe(&silence.source, 40), format_duration(silence.span));
        let count = words.locale().number(&silence.usual.to_string());
        words.fill("alerts.status.silent", &[("source", &source), ("span", &span), ("count", &count)])
    };
    Ok(silences(&found).into_iter().take(MOST).map(line).collect())
}

/// 0 = most urgent.
fn urgency(status: LaneStatus) -> u8 {
    match status {
        LaneStatus::Parked => 0,
        LaneStatus::BackingOff | LaneStatus::Paused => 1,
        LaneStatus::Waiting => 2,
        LaneStatus::Idle | LaneStatus::Flowing => 3,
    }
}

/// How it does; then, in small, how much waits since when, and why.
fn line(call: &Call, lane: &LaneView) -> String {
    let words = call.words;
    let emoji = match urgency(lane.status) {
        0 => "❌",
        1 => "⚠️",
        2 => "⏳",
        _ => "✅",
    };
    let state = words.word("lane", lane.status.as_str());
    let mut parts = Vec::new();
    if lane.waiting > 0 {
        parts.push(words.count("alerts.status.waiting", lane.waiting, &[]));
    }
    if let Some(age) = lane.oldest_seconds {
        let oldest = call.now.before(Duration::from_secs(age));
        parts.push(words.fill("alerts.status.oldest", &[("when", &format!("<t:{}:R>", oldest.secs()))]));
    }
    parts.extend(lane.reason.as_ref().map(|reason| safe(reason, 150)));
    let details = if parts.is_empty() { String::new() } else { format!("\n-# {}", parts.join(" · ")) };
    format!("{emoji} **{}** {state}{details}", safe(&lane.destination, 60))
}
