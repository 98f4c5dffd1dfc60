//! `/alerts muted` and `/alerts unmute`: the mutes that are in force here, and their end before their time.

use serde::{Deserialize, Serialize};

use crate::bot::answer::{Answer, AnswerKind, OptionChoice, Reply, Row, SelectMenu, SelectOption};
use crate::bot::command::{
    Action, Answering, Call, Command, CommandForm, EVERYWHERE_OPTION, OptionSpec, Pressed, Suggesting, Where,
};
use crate::bot::confirm;
use crate::bot::error::CommandError;
use crate::bot::gate::Capability;
use crate::bot::text::{plain, safe};
use crate::report::mute::MuteView;
use crate::store::{Scope, Store};
use hookbell_model::delivery::{Mute, MuteId, MuteMatcher};
use hookbell_model::event::Severity;

/// Mutes that are listed.
const MOST: usize = 10;
/// Ends a mute: the offered one, or the choice of a menu.
pub(super) const UNMUTE: &str = "unmute";

pub(in crate::bot) static COMMAND: Command = Command {
    name: "alerts muted",
    form: CommandForm::Slash,
    capability: Capability::Operate,
    answer: AnswerKind::Private,
    options: &[EVERYWHERE_OPTION],
    run,
    actions: &[Action { name: UNMUTE, capability: Capability::Operate, answer: AnswerKind::Update, run: pressed }],
};

/// The end of a mute.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Unmute {
    /// Where it was asked; see [`Where`].
    pub(super) place: String,
    /// None = the one that is chosen of the menu.
    pub(super) mute: Option<MuteId>,
}

pub(in crate::bot) static UNMUTE_COMMAND: Command = Command {
    name: "alerts unmute",
    form: CommandForm::Slash,
    capability: Capability::Operate,
    answer: AnswerKind::Private,
    options: &[OptionSpec::suggested("mute", mutes).required(), EVERYWHERE_OPTION],
    run: unmute,
    actions: &[],
};

fn run(call: &Call) -> Answering<'_> {
    Box::pin(async move { Ok(Answer::Private(list(call, &call.place(), &call.viewer.scope).await?)) })
}

async fn list(call: &Call, place: &Where, scope: &Scope) -> Result<Reply, CommandError> {
    let words = call.words;
    let mutes = visible(call, scope).await?;
    if mutes.is_empty() {
        return Ok(Reply::text(words.text("alerts.muted.none")));
    }
    let (mut lines, mut options) = (Vec::new(), Vec::new());
    for mute in mutes.into_iter().take(MOST) {
        let held_back = call.store.held_back(mute.id).await?;
        let label = plain(&what(call, &mute.matcher), 100);
        let view = MuteView::new(mute, held_back);
        let until = format!("<t:{}:R>", view.until.secs());
        lines.push(format!("🔇 **{}**", safe(&label, 120)));
        let count = words.count("alerts.muted.held_back", view.count, &[]);
        lines.push(format!(
            "-# {} · {count} · {}",
            words.fill("list.until", &[("when", &until)]),
            safe(&view.reason, 80)
        ));
        options.push(SelectOption {
            label,
            value: view.id.to_string(),
            description: plain(&view.reason, 100),
            emoji: "🔔".to_owned(),
        });
    }
    let mut reply = Reply::text(lines.join("\n"));
    reply.rows.push(Row::Select(SelectMenu {
        custom_id: confirm::offer(call, UNMUTE, &Unmute { place: place.to_string(), mute: None }).await?.to_string(),
        placeholder: words.text("alerts.muted.end_one").to_owned(),
        options,
    }));
    Ok(reply)
}

fn unmute(call: &Call) -> Answering<'_> {
    Box::pin(async move {
        let id = call.options.text("mute").unwrap_or_default();
        let id = id.parse().map_err(|_| CommandError::NoSuchMute)?;
        let store = call.store.on_behalf_of(call.author());
        Ok(Answer::Private(Reply::text(end(call, &store, id, &call.viewer.scope).await?)))
    })
}

fn pressed<'a>(call: &'a Call, pressed: &'a Pressed) -> Answering<'a> {
    Box::pin(async move {
        let (asked, store) = confirm::pressed::<Unmute>(call, UNMUTE, pressed).await?;
        let chosen = || pressed.values.first().and_then(|id| id.parse().ok());
        let id = asked.mute.or_else(chosen).ok_or(CommandError::NoSuchMute)?;
        let place: Where = asked.place.parse().map_err(|_| CommandError::UnknownButton)?;
        let scope = call.look_again(&place)?;
        let ended = end(call, &store, id, &scope).await?;
        if asked.mute.is_some() {
            return Ok(Answer::Update(Reply::text(ended)));
        }
        // The others stay at hand.
        let mut reply = list(call, &place, &scope).await?;
        reply.message.content = format!("{ended}\n{}", reply.message.content);
        Ok(Answer::Update(reply))
    })
}

async fn end(call: &Call, store: &Store, id: MuteId, scope: &Scope) -> Result<String, CommandError> {
    let mute = visible(call, scope).await?.into_iter().find(|mute| mute.id == id);
    let mute = mute.ok_or(CommandError::NoSuchMute)?;
    let ended = store.end_mutes(Some(id), call.now).await?;
    if ended.is_empty() {
        return Err(CommandError::NoSuchMute);
    }
    Ok(call.words.fill("alerts.muted.ended", &[("what", &safe(&what(call, &mute.matcher), 120))]))
}

fn mutes<'a>(call: &'a Call, typed: &'a str) -> Suggesting<'a> {
    Box::pin(async move {
        let choice = |mute: Mute| OptionChoice {
            name: plain(&format!("{} · {}", what(call, &mute.matcher), mute.reason), 100),
            value: mute.id.to_string(),
        };
        let all = visible(call, &call.viewer.scope).await?.into_iter().map(choice);
        let typed = typed.trim().to_lowercase();
        Ok(all.filter(|choice| choice.name.to_lowercase().contains(&typed) || choice.value == typed).collect())
    })
}

/// Those that concern destinations of the scope alone: one that was made on the command line for more is not theirs to end.
async fn visible(call: &Call, scope: &Scope) -> Result<Vec<Mute>, CommandError> {
    let mutes = call.store.active_mutes(call.now).await?;
    if *scope == Scope::Everything {
        return Ok(mutes);
    }
    let here = call.store.destinations_in(scope.clone()).await?;
    let concerns = |mute: &Mute| {
        !mute.matcher.destinations.is_empty() && mute.matcher.destinations.iter().all(|to| here.contains(to))
    };
    Ok(mutes.into_iter().filter(concerns).collect())
}

/// What is muted, in words; plain text.
pub(super) fn what(call: &Call, matcher: &MuteMatcher) -> String {
    let words = call.words;
    let parts = [
        matcher.source.clone(),
        matcher.event_type.clone(),
        matcher.topic.map(|topic| words.word("topic", topic)),
        matcher.severity.map(|severity| words.word("choice", severity)),
        matcher.route.as_ref().map(ToString::to_string),
        matcher.key.clone(),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    let what = if parts.is_empty() { words.text("alerts.muted.everything").to_owned() } else { parts.join(" · ") };
    // What has another severity is not critical anyway.
    let spares = matcher.spares_critical && matcher.severity.is_none_or(|severity| severity == Severity::Critical);
    if spares { format!("{what} {}", words.text("alerts.muted.spares")) } else { what }
}
