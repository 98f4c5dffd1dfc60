//! `/alerts open`: what fires and nobody has, with a menu to take one.

use serde::{Deserialize, Serialize};

use super::things;
use crate::bot::answer::{Answer, AnswerKind, Reply, Row, SelectMenu, SelectOption};
use crate::bot::command::{Action, Answering, Call, Command, CommandForm, EVERYWHERE_OPTION, Pressed, Where};
use crate::bot::confirm;
use crate::bot::error::CommandError;
use crate::bot::event_line;
use crate::bot::gate::Capability;
use crate::bot::text::{plain, safe};
use crate::store::{Scope, Thing};
use hookbell_model::handling::HandlingChange;
use hookbell_model::message::Embed;

/// Alerts that are listed.
const MOST: usize = 10;
const GREEN: u32 = 0x002D_A05A;
const RED: u32 = 0x00ED_4245;
const TAKE_ONE: &str = "take-one";

pub(in crate::bot) static COMMAND: Command = Command {
    name: "alerts open",
    form: CommandForm::Slash,
    capability: Capability::Operate,
    answer: AnswerKind::Private,
    options: &[EVERYWHERE_OPTION],
    run,
    actions: &[Action { name: TAKE_ONE, capability: Capability::Operate, answer: AnswerKind::Update, run: take }],
};

/// An alert of the list is taken.
#[derive(Debug, Serialize, Deserialize)]
struct TakeOne {
    /// Where it was asked; see [`Where`].
    place: String,
}

fn run(call: &Call) -> Answering<'_> {
    Box::pin(async move { Ok(Answer::Private(list(call, &call.place(), call.viewer.scope.clone()).await?)) })
}

fn take<'a>(call: &'a Call, pressed: &'a Pressed) -> Answering<'a> {
    Box::pin(async move {
        let (asked, store) = confirm::pressed::<TakeOne>(call, TAKE_ONE, pressed).await?;
        let place: Where = asked.place.parse().map_err(|_| CommandError::UnknownButton)?;
        let scope = call.look_again(&place)?;
        let chosen = pressed.values.first().map(String::as_str).unwrap_or_default();
        let thing = things::find(call, chosen, scope.clone()).await?;
        things::change(call, &store, &thing, HandlingChange::Acknowledge).await?;
        let mut reply = list(call, &place, scope).await?;
        reply.message.content = call.words.fill("alerts.ack.done", &[("alert", &safe(things::title(&thing), 80))]);
        Ok(Answer::Update(reply))
    })
}

async fn list(call: &Call, place: &Where, scope: Scope) -> Result<Reply, CommandError> {
    let words = call.words;
    let all = things::firing(call, scope).await?;
    let (owned, free): (Vec<Thing>, Vec<Thing>) = all.into_iter().partition(|thing| thing.handling.owner.is_some());
    let mut lines: Vec<String> = free.iter().take(MOST).map(|thing| things::line(call, thing)).collect();
    let count = |things: usize| u64::try_from(things).unwrap_or(u64::MAX);
    if free.len() > MOST {
        lines.push(words.count("alerts.open.more", count(free.len() - MOST), &[]));
    }
    if free.is_empty() {
        lines.push(words.text("alerts.open.none").to_owned());
    }
    if !owned.is_empty() {
        let who: Vec<String> = owned.iter().take(MOST).map(|thing| things::line(call, thing)).collect();
        lines.push(format!("\n{}", words.count("alerts.open.owned", count(owned.len()), &[])));
        lines.extend(who);
    }
    let mut reply = Reply::embed(Embed {
        title: words.text("alerts.open.title").to_owned(),
        description: lines.join("\n"),
        color: Some(if free.is_empty() { GREEN } else { RED }),
        ..Embed::default()
    });
    let option = |thing: &Thing| SelectOption {
        label: plain(things::title(thing), 100),
        value: format!("#{}", thing.record),
        description: String::new(),
        emoji: event_line::emoji(thing.state.severity).to_owned(),
    };
    let options: Vec<SelectOption> = free.iter().take(MOST).map(option).collect();
    if !options.is_empty() {
        let custom_id = confirm::offer(call, TAKE_ONE, &TakeOne { place: place.to_string() }).await?.to_string();
        let placeholder = words.text("alerts.open.take").to_owned();
        reply.rows.push(Row::Select(SelectMenu { custom_id, placeholder, options }));
    }
    Ok(reply)
}
