//! `/alerts audit`: who changed what here, and when.

use super::muted;
use crate::bot::answer::{ActionButton, Answer, AnswerKind, Reply};
use crate::bot::base36;
use crate::bot::command::{Action, Answering, Call, Command, CommandForm, EVERYWHERE_OPTION, Pressed, Where};
use crate::bot::commands::feeds::feed_line;
use crate::bot::custom_id::CustomId;
use crate::bot::error::CommandError;
use crate::bot::gate::Capability;
use crate::bot::text::safe;
use crate::bot::words::Words;
use crate::store::{AuditEntry, Scope};
use hookbell_model::audit::{Actor, AuditAction};
use hookbell_model::feed::FeedEnd;
use hookbell_model::handling::HandlingChange;
use hookbell_model::message::Embed;

/// Entries on a page.
const MOST: usize = 10;
const GREY: u32 = 0x0080_848E;
const PAGE: &str = "audit";

pub(in crate::bot) static COMMAND: Command = Command {
    name: "alerts audit",
    form: CommandForm::Slash,
    capability: Capability::Operate,
    answer: AnswerKind::Private,
    options: &[EVERYWHERE_OPTION],
    run,
    actions: &[Action { name: PAGE, capability: Capability::Operate, answer: AnswerKind::Update, run: turn }],
};

fn run(call: &Call) -> Answering<'_> {
    Box::pin(async move {
        let scope = call.viewer.scope.clone();
        Ok(Answer::Private(page(call, scope, &call.place(), None).await?))
    })
}

fn turn<'a>(call: &'a Call, pressed: &'a Pressed) -> Answering<'a> {
    Box::pin(async move {
        let (place, before) = pressed.key.split_once('.').ok_or(CommandError::UnknownButton)?;
        let place: Where = place.parse().map_err(|_| CommandError::UnknownButton)?;
        let before = base36::read(before).and_then(|before| i64::try_from(before).ok());
        let before = before.ok_or(CommandError::UnknownButton)?;
        let scope = call.look_again(&place)?;
        Ok(Answer::Update(page(call, scope, &place, Some(before)).await?))
    })
}

async fn page(call: &Call, scope: Scope, place: &Where, before: Option<i64>) -> Result<Reply, CommandError> {
    let words = call.words;
    let mut entries = call.store.audit(scope.clone(), before, MOST + 1).await?;
    if entries.is_empty() {
        return Ok(Reply::text(words.text("alerts.audit.none")));
    }
    let has_more = entries.len() > MOST;
    entries.truncate(MOST);
    let reply = Reply::embed(Embed {
        title: words.text("alerts.audit.title").to_owned(),
        description: entries.iter().map(|entry| line(call, &scope, entry)).collect::<Vec<_>>().join("\n"),
        color: Some(GREY),
        ..Embed::default()
    });
    let last = entries.last().and_then(|entry| u64::try_from(entry.id).ok()).unwrap_or_default();
    let older = CustomId::new(PAGE, format!("{place}.{}", base36::write(last))).to_string();
    let older = ActionButton::new(words.text("list.older"), older);
    Ok(reply.with_buttons(has_more.then_some(older).into_iter().collect()))
}

/// Two lines: what was changed; then who did it, where, and when.
fn line(call: &Call, scope: &Scope, entry: &AuditEntry) -> String {
    let who = match &entry.author.actor {
        // Notifies nobody in an answer for one person.
        Actor::Discord { id, .. } => format!("<@{id}>"),
        actor @ (Actor::CommandLine { .. } | Actor::Hookbell) => safe(&actor.to_string(), 60),
    };
    // Of one channel it is plain where.
    let place = entry.author.place.as_ref().filter(|_| !matches!(scope, Scope::Channel { .. }));
    let place = place.map(|place| format!(" · <#{}>", place.channel)).unwrap_or_default();
    format!("{}\n-# {who}{place} · <t:{}:f>", action(call, &entry.action), entry.at.secs())
}

/// What was changed, with times in the reader's own zone.
fn action(call: &Call, action: &AuditAction) -> String {
    let words = call.words;
    match action {
        AuditAction::Muted { matcher, reason, until, .. } => {
            let values = [
                ("what", safe(&muted::what(call, matcher), 120)),
                ("until", format!("<t:{}:f>", until.secs())),
                ("reason", safe(reason, 120)),
            ];
            words.fill("alerts.audit.muted", &values.each_ref().map(|(name, value)| (*name, value.as_str())))
        }
        AuditAction::Unmuted { mutes } => {
            let mutes: Vec<String> = mutes.iter().map(ToString::to_string).collect();
            words.fill("alerts.audit.unmuted", &[("mutes", &mutes.join(", "))])
        }
        AuditAction::LanePaused { destination } => {
            words.fill("alerts.audit.lane_paused", &[("to", &name(destination))])
        }
        AuditAction::LaneResumed { destination } => {
            words.fill("alerts.audit.lane_resumed", &[("to", &name(destination))])
        }
        AuditAction::LaneRetried { destination } => {
            words.fill("alerts.audit.lane_retried", &[("to", &name(destination))])
        }
        AuditAction::LanePurged { destination, count } => {
            words.count("alerts.audit.lane_purged", *count, &[("to", &name(destination))])
        }
        AuditAction::Replayed { destinations, count } => {
            words.count("alerts.audit.replayed", *count, &[("to", &name(&destinations.join(", ")))])
        }
        AuditAction::Tested { destinations } => {
            words.fill("alerts.audit.tested", &[("to", &name(&destinations.join(", ")))])
        }
        AuditAction::Handled { title, change } => handled(words, title, change),
        AuditAction::FeedMade { feed, settings } => {
            let what = safe(&feed_line::what(settings, words), 100);
            words.fill("alerts.audit.feed_made", &[("feed", &feed.to_string()), ("what", &what)])
        }
        AuditAction::FeedEdited { feed, settings } => {
            let what = safe(&feed_line::what(settings, words), 100);
            words.fill("alerts.audit.feed_edited", &[("feed", &feed.to_string()), ("what", &what)])
        }
        AuditAction::FeedEnded { feed, cause } => {
            let why = match cause {
                FeedEnd::Unsubscribed => words.text("alerts.audit.feed_end.unsubscribed"),
                FeedEnd::WebhookGone => words.text("alerts.audit.feed_end.webhook_gone"),
                FeedEnd::ChannelGone => words.text("alerts.audit.feed_end.channel_gone"),
                FeedEnd::BotLeft => words.text("alerts.audit.feed_end.bot_left"),
            };
            words.fill("alerts.audit.feed_ended", &[("feed", &feed.to_string()), ("why", why)])
        }
        AuditAction::FeedTemplateSet { feed, version: Some(version) } => {
            let values = [("feed", feed.to_string()), ("version", version.to_string())];
            words.fill("alerts.audit.template_set", &values.each_ref().map(|(name, value)| (*name, value.as_str())))
        }
        AuditAction::FeedTemplateSet { feed, version: None } => {
            words.fill("alerts.audit.template_removed", &[("feed", &feed.to_string())])
        }
    }
}

fn name(destination: &str) -> String {
    format!("**{}**", safe(destination, 80))
}

fn handled(words: Words, title: &str, change: &HandlingChange) -> String {
    let alert = safe(title, 80);
    match change {
        HandlingChange::Acknowledge => words.fill("alerts.audit.took", &[("alert", &alert)]),
        HandlingChange::Unacknowledge => words.fill("alerts.audit.gave_back", &[("alert", &alert)]),
        HandlingChange::Assign { to } => {
            words.fill("alerts.audit.assigned", &[("alert", &alert), ("person", &safe(&to.name, 40))])
        }
        HandlingChange::Note { text } => {
            words.fill("alerts.audit.noted", &[("alert", &alert), ("text", &safe(text, 120))])
        }
        HandlingChange::Resolve => words.fill("alerts.audit.resolved", &[("alert", &alert)]),
    }
}
