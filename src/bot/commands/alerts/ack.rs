//! `/alerts ack`: who asks has the alert from now on. Also the button below it.

use super::things::{self, KEY_OPTION};
use crate::bot::answer::{Answer, AnswerKind, Reply};
use crate::bot::command::{Action, Answering, Call, Command, CommandForm, EVERYWHERE_OPTION, Pressed};
use crate::bot::gate::Capability;
use crate::bot::text::safe;
use hookbell_model::handling::HandlingChange;

pub(in crate::bot) static COMMAND: Command = Command {
    name: "alerts ack",
    form: CommandForm::Slash,
    capability: Capability::Operate,
    answer: AnswerKind::Private,
    options: &[KEY_OPTION, EVERYWHERE_OPTION],
    run,
    actions: &[Action { name: "take", capability: Capability::Operate, answer: AnswerKind::Update, run: take }],
};

fn run(call: &Call) -> Answering<'_> {
    Box::pin(async move {
        let thing = things::named(call).await?;
        let store = call.store.on_behalf_of(call.author());
        things::change(call, &store, &thing, HandlingChange::Acknowledge).await?;
        let values = [("alert", &*safe(things::title(&thing), 80))];
        Ok(Answer::Private(Reply::text(call.words.fill("alerts.ack.done", &values))))
    })
}

/// The button below an alert: the message is drawn anew for all.
fn take<'a>(call: &'a Call, pressed: &'a Pressed) -> Answering<'a> {
    Box::pin(async move {
        let thing = things::of_message(call, pressed.message.as_deref()).await?;
        let store = call.store.on_behalf_of(call.author());
        things::change(call, &store, &thing, HandlingChange::Acknowledge).await?;
        let said = || Reply::text(call.words.fill("alerts.ack.done", &[("alert", &safe(things::title(&thing), 80))]));
        let card = things::card(call, &thing).await?;
        Ok(card.map_or_else(|| Answer::Private(said()), Answer::Update))
    })
}
