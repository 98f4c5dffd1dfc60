//! `/feeds template`: a message of a feed's own, written in a form and tried on the last real event. "Keep" takes it into use;
//! each that was kept has a number, and the one before it can be taken back.

use super::preview::preview;
use super::{suggest, visible};
use crate::bot::answer::{ActionButton, Answer, AnswerKind, ButtonStyle, FORM_TEXT, Form, LONGEST_FORM_TEXT, Reply};
use crate::bot::base36;
use crate::bot::command::{
    Action, Answering, Call, Command, CommandForm, EVERYWHERE_OPTION, OptionSpec, Pressed, Where,
};
use crate::bot::confirm;
use crate::bot::custom_id::CustomId;
use crate::bot::error::CommandError;
use crate::bot::gate::Capability;
use crate::bot::text::safe;
use crate::compose::OwnMessage;
use hookbell_config_file::{Diagnostic, DiagnosticSeverity, Diagnostics};
use hookbell_model::feed::{Feed, FeedId};
use std::time::Duration;

/// How long what was written can be kept or edited.
const KEPT: Duration = Duration::from_secs(86_400);
/// Mistakes that are told.
const MOST: usize = 10;
/// What a form holds where there is no template yet.
const FIRST: &str = "title = \"{{ message.title }}\"\ndescription = \"{{ message.description }}\"\n\
                     footer = \"{{ event.type }}\"\n";
/// Opens the form; its key is the place, the feed and, where there is, the key of what was written before.
pub(super) const WRITE: &str = "feed-write";
const WRITTEN: &str = "feed-written";
const KEEP: &str = "feed-keep";
/// Takes a version into use; its key is the place, the feed and the version, 0 for none.
pub(super) const SET: &str = "feed-set";

pub(in crate::bot) static COMMAND: Command = Command {
    name: "feeds template",
    form: CommandForm::Slash,
    capability: Capability::Arrange,
    answer: AnswerKind::Form,
    options: &[OptionSpec::suggested("feed", suggest::feed).required(), EVERYWHERE_OPTION],
    run,
    actions: &[
        Action { name: WRITE, capability: Capability::Arrange, answer: AnswerKind::Form, run: write },
        Action { name: WRITTEN, capability: Capability::Arrange, answer: AnswerKind::Private, run: written },
        Action { name: KEEP, capability: Capability::Arrange, answer: AnswerKind::Private, run: keep },
        Action { name: SET, capability: Capability::Arrange, answer: AnswerKind::Private, run: set },
    ],
};

/// What a button or form is about.
struct Target<'p> {
    place: Where,
    feed: Feed,
    /// Of what was written, or a version.
    rest: &'p str,
}

impl<'p> Target<'p> {
    async fn of(call: &Call, key: &'p str) -> Result<Self, CommandError> {
        let mut parts = key.splitn(3, '.');
        let (Some(place), Some(id), rest) = (parts.next(), parts.next(), parts.next()) else {
            return Err(CommandError::UnknownButton);
        };
        let place: Where = place.parse().map_err(|_| CommandError::UnknownButton)?;
        let feed = visible::feed(call, id, &call.look_again(&place)?).await?;
        Ok(Self { place, feed, rest: rest.unwrap_or_default() })
    }

    /// What this person wrote before.
    async fn text(&self, call: &Call) -> Result<String, CommandError> {
        let kept = call.store.kept_query(self.rest, &call.viewer.user, call.now).await?;
        kept.ok_or(CommandError::Expired)
    }
}

fn run(call: &Call) -> Answering<'_> {
    Box::pin(async move {
        let feed = visible::feed(call, call.options.text("feed").unwrap_or_default(), &call.viewer.scope).await?;
        let text = current(&feed);
        Ok(Answer::Form(form(call, &call.place(), &feed, text)))
    })
}

fn write<'a>(call: &'a Call, pressed: &'a Pressed) -> Answering<'a> {
    Box::pin(async move {
        let target = Target::of(call, &pressed.key).await?;
        let text = if target.rest.is_empty() { current(&target.feed) } else { target.text(call).await? };
        Ok(Answer::Form(form(call, &target.place, &target.feed, text)))
    })
}

fn current(feed: &Feed) -> String {
    feed.own_template.as_ref().map_or_else(|| FIRST.to_owned(), |own| own.text.clone())
}

fn form(call: &Call, place: &Where, feed: &Feed, text: String) -> Form {
    let id = feed.id.to_string();
    Form {
        custom_id: custom_id(WRITTEN, place, feed.id, ""),
        title: call.words.fill("feeds.template_form.title", &[("feed", &id)]),
        label: call.words.text("feeds.template_form.label").to_owned(),
        text,
    }
}

fn written<'a>(call: &'a Call, pressed: &'a Pressed) -> Answering<'a> {
    Box::pin(async move {
        let Target { place, feed, .. } = Target::of(call, &pressed.key).await?;
        let text = pressed.fields.get(FORM_TEXT).map(String::as_str).unwrap_or_default();
        let text: String = text.chars().take(LONGEST_FORM_TEXT).collect();
        let asker = &call.viewer.user;
        let key = format!("{}{}", base36::hash(asker), base36::hash(&text));
        call.store.keep_query(&key, asker, &text, call.now, call.now.after(KEPT)).await?;
        let words = call.words;
        let again = ActionButton::new(words.text("feeds.template_form.again"), custom_id(WRITE, &place, feed.id, &key));
        let (own, diagnostics) = OwnMessage::parse(&text);
        let Some(own) = own else {
            return Ok(Answer::Private(Reply::text(mistakes(call, &diagnostics)).with_buttons(vec![again])));
        };
        let keep = offer(call, KEEP, &place, feed.id, &key).await?;
        let keep = ActionButton::new(words.text("feeds.template_form.keep"), keep);
        let buttons = vec![keep.styled(ButtonStyle::Primary), again];
        let reply = preview(call, &feed, &own).await?;
        let reply = reply.unwrap_or_else(|| Reply::text(words.text("feeds.template_form.no_event")));
        Ok(Answer::Private(reply.with_buttons(buttons)))
    })
}

fn mistakes(call: &Call, diagnostics: &Diagnostics) -> String {
    let words = call.words;
    let errors: Vec<&Diagnostic> =
        diagnostics.0.iter().filter(|one| one.severity == DiagnosticSeverity::Error).collect();
    let count = u64::try_from(errors.len()).unwrap_or(u64::MAX);
    let mut lines = vec![words.count("feeds.template_form.mistakes", count, &[])];
    for Diagnostic { location, message, help, .. } in errors.iter().take(MOST) {
        let line = words.fill("feeds.template_form.line", &[("line", &location.line.to_string())]);
        lines.push(format!("❌ {line}: {}", safe(message, 150)));
        lines.extend(help.as_ref().map(|help| format!("-# {}", safe(help, 150))));
    }
    lines.join("\n")
}

fn keep<'a>(call: &'a Call, pressed: &'a Pressed) -> Answering<'a> {
    Box::pin(async move {
        let (key, store) = confirm::pressed::<String>(call, KEEP, pressed).await?;
        let target = Target::of(call, &key).await?;
        let (text, feed) = (target.text(call).await?, &target.feed);
        // A second press changes nothing.
        if OwnMessage::parse(&text).0.is_none() || feed.own_template.as_ref().is_some_and(|own| own.text == text) {
            return Err(CommandError::NothingToEdit);
        }
        let version = store.keep_feed_template(feed.id, text, call.now).await?.ok_or(CommandError::NoSuchFeed)?;
        let words = call.words;
        let before = feed.own_template.as_ref().map_or(0, |own| own.version).to_string();
        let undo = offer(call, SET, &target.place, feed.id, &before).await?;
        let text = words.fill("feeds.template_form.kept", &[("version", &version.to_string())]);
        let undo = ActionButton::new(words.text("feeds.template_form.undo"), undo);
        Ok(Answer::Private(Reply::text(text).with_buttons(vec![undo])))
    })
}

fn set<'a>(call: &'a Call, pressed: &'a Pressed) -> Answering<'a> {
    Box::pin(async move {
        let (key, store) = confirm::pressed::<String>(call, SET, pressed).await?;
        let target = Target::of(call, &key).await?;
        let version: u32 = target.rest.parse().map_err(|_| CommandError::UnknownButton)?;
        let version = Some(version).filter(|version| *version > 0);
        if !store.set_feed_template(target.feed.id, version, call.now).await? {
            return Err(CommandError::NothingToEdit);
        }
        let words = call.words;
        let text = match version {
            Some(version) => words.fill("feeds.template_form.in_use", &[("version", &version.to_string())]),
            None => words.text("feeds.template_form.removed").to_owned(),
        };
        Ok(Answer::Private(Reply::text(text)))
    })
}

/// A button that changes the feed, once.
pub(super) async fn offer(
    call: &Call,
    action: &str,
    place: &Where,
    feed: FeedId,
    rest: &str,
) -> Result<String, CommandError> {
    Ok(confirm::offer(call, action, &format!("{place}.{feed}.{rest}")).await?.to_string())
}

pub(super) fn custom_id(action: &str, place: &Where, feed: FeedId, rest: &str) -> String {
    CustomId::new(action, format!("{place}.{feed}.{rest}")).to_string()
}
