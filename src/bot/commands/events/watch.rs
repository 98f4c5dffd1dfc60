//! `/events watch`: a private note in direct messages when a search or a thing has news. It is of its asker alone, who ends it
//! with a press, wherever they are.

use super::suggest;
use crate::bot::answer::{ActionButton, Answer, AnswerKind, Reply};
use crate::bot::command::{
    Action, Answering, Call, Command, CommandForm, EVERYWHERE_OPTION, OptionKind, OptionSpec, Pressed,
};
use crate::bot::custom_id::CustomId;
use crate::bot::error::CommandError;
use crate::bot::event_line;
use crate::bot::gate::{Capability, Refusal};
use crate::bot::text::{plain, safe};
use crate::bot::words::Words;
use crate::bot::{direct_message, membership};
use crate::store::{EventSummary, NewWatch, Scope, WatchFilter};

/// Of one person.
const MOST: u64 = 20;
/// Events in one note.
const LINES: usize = 5;
const LONGEST: u16 = 100;

pub(in crate::bot) static COMMAND: Command = Command {
    name: "events watch",
    form: CommandForm::Slash,
    capability: Capability::View,
    answer: AnswerKind::Private,
    options: &[
        OptionSpec::new("text", OptionKind::Text { max_length: LONGEST, suggest: None }),
        OptionSpec::suggested("source", suggest::source),
        OptionSpec::suggested("type", suggest::event_type),
        OptionSpec::suggested("topic", suggest::topic),
        OptionSpec::new("severity", OptionKind::Choice(&["critical", "error", "warning", "success", "info"])),
        OptionSpec::new("key", OptionKind::Text { max_length: LONGEST, suggest: None }),
        OptionSpec::new("channel", OptionKind::Channel),
        EVERYWHERE_OPTION,
    ],
    run,
    actions: &[],
};

/// Ends a watch of the presser's own; its key is the watch's number.
pub(in crate::bot) static OFF: Action =
    Action { name: "watch-off", capability: Capability::View, answer: AnswerKind::Private, run: off };

fn run(call: &Call) -> Answering<'_> {
    Box::pin(async move {
        let filter = filter(call)?;
        if filter == WatchFilter::default() {
            return Err(CommandError::NothingToWatch);
        }
        let (guild, channel) = match &call.viewer.scope {
            Scope::Channel { guild, channel } => (guild.clone(), Some(channel.clone())),
            Scope::Guild(guild) => (guild.clone(), None),
            Scope::Everything => return Err(Refusal::NotInServer.into()),
        };
        let asker = call.viewer.user.clone();
        let locale = call.words.locale().tag().to_owned();
        let new = NewWatch { asker, guild, channel, locale, filter };
        check(call, &new).await?;
        let id = call.store.add_watch(new.clone(), MOST, call.now).await?.ok_or(CommandError::TooManyWatches)?;
        let words = call.words;
        let text = words.fill("events.watch.done", &[("what", &safe(&what(&new.filter, words), 120))]);
        Ok(Answer::Private(Reply::text(text).with_buttons(vec![off_button(id, words)])))
    })
}

fn filter(call: &Call) -> Result<WatchFilter, CommandError> {
    let options = &call.options;
    let text = |name: &str| options.text(name).map(str::to_owned);
    let topic = |text: &str| text.to_lowercase().parse().map_err(|_| CommandError::UnknownTopic(text.to_owned()));
    let severity = |text: &str| text.parse().map_err(|_| CommandError::UnknownSeverity(text.to_owned()));
    Ok(WatchFilter {
        search: text("text"),
        source: text("source"),
        event_type: text("type"),
        topic: options.text("topic").map(topic).transpose()?,
        severity: options.text("severity").map(severity).transpose()?,
        key: text("key"),
    })
}

/// Whether notes can be sent: who may see the place is asked of Discord before each, and there has to be a way to write.
async fn check(call: &Call, new: &NewWatch) -> Result<(), CommandError> {
    let (client, access) = (&call.application.client, &call.settings.config.access);
    let place = (new.guild.as_str(), new.channel.as_deref());
    let holds = membership::holds(client, access, &new.asker, place, needed(new)).await;
    if !holds.unwrap_or_default() || direct_message::channel(client, &new.asker).await.is_err() {
        return Err(CommandError::NoNotes);
    }
    Ok(())
}

/// What it takes to hear of the place.
pub(in crate::bot) fn needed(watch: &NewWatch) -> Capability {
    if watch.channel.is_some() { Capability::View } else { Capability::Operate }
}

fn off<'a>(call: &'a Call, pressed: &'a Pressed) -> Answering<'a> {
    Box::pin(async move {
        let id: i64 = pressed.key.parse().map_err(|_| CommandError::UnknownButton)?;
        let ended = call.store.end_watch(id, Some(&call.viewer.user)).await?;
        let text = call.words.text(if ended { "events.watch.ended" } else { "events.watch.over" });
        Ok(Answer::Private(Reply::text(text)))
    })
}

/// The note about news, the oldest first; `events` are masked as their readers see them.
pub(in crate::bot) fn note(id: i64, filter: &WatchFilter, events: &[EventSummary], words: Words) -> Reply {
    let mut lines = vec![words.fill("events.watch.news", &[("what", &safe(&what(filter, words), 120))])];
    lines.extend(events.iter().take(LINES).map(|summary| {
        let masked = EventSummary { event: summary.masked_event(), ..summary.clone() };
        event_line::lines(&masked, words)
    }));
    let more = u64::try_from(events.len().saturating_sub(LINES)).unwrap_or(u64::MAX);
    if more > 0 {
        lines.push(format!("-# {}", words.count("events.watch.more", more, &[])));
    }
    Reply::text(lines.join("\n")).with_buttons(vec![off_button(id, words)])
}

fn off_button(id: i64, words: Words) -> ActionButton {
    ActionButton::new(words.text("events.watch.off"), CustomId::new(OFF.name, id).to_string())
}

/// What is heard of, as plain text.
fn what(filter: &WatchFilter, words: Words) -> String {
    let parts = [
        filter.search.as_deref().map(|text| format!("“{}”", plain(text, 60))),
        filter.source.clone(),
        filter.event_type.clone(),
        filter.topic.map(|topic| words.word("topic", topic)),
        filter.severity.map(|severity| words.word("choice", severity)),
        filter.key.clone(),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}
