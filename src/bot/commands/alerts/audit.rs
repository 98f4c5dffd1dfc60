//! `/alerts audit`: who changed what here, and when.

use super::muted;
use crate::bot::answer::{ActionButton, Answer, AnswerKind, Reply};
use crate::bot::base36;
use crate::bot::command::{Action, Answering, Call, Command, CommandForm, EVERYWHERE_OPTION, Pressed, Where};
use crate::bot::custom_id::CustomId;
use crate::bot::error::CommandError;
use crate::bot::gate::Capability;
use crate::bot::text::safe;
use crate::store::{AuditEntry, Scope};
use hookbell_model::audit::{Actor, AuditAction};
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
    let mut entries = call.store.audit(scope, before, MOST + 1).await?;
    if entries.is_empty() {
        return Ok(Reply::text(words.text("alerts.audit.none")));
    }
    let has_more = entries.len() > MOST;
    entries.truncate(MOST);
    let reply = Reply::embed(Embed {
        title: words.text("alerts.audit.title").to_owned(),
        description: entries.iter().map(|entry| line(call, entry)).collect::<Vec<_>>().join("\n"),
        color: Some(GREY),
        ..Embed::default()
    });
    let last = entries.last().and_then(|entry| u64::try_from(entry.id).ok()).unwrap_or_default();
    let older = CustomId::new(PAGE, format!("{place}.{}", base36::write(last))).to_string();
    let older = ActionButton::new(words.text("list.older"), older);
    Ok(reply.with_buttons(has_more.then_some(older).into_iter().collect()))
}

/// Two lines: what was changed; then who did it and when.
fn line(call: &Call, entry: &AuditEntry) -> String {
    let who = match &entry.author.actor {
        // Notifies nobody in an answer for one person.
        Actor::Discord { id, .. } => format!("<@{id}>"),
        actor @ (Actor::CommandLine { .. } | Actor::Hookbell) => safe(&actor.to_string(), 60),
    };
    format!("{}\n-# {who} · <t:{}:f>", action(call, &entry.action), entry.at.secs())
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
        other => safe(&other.to_string(), 200),
    }
}
