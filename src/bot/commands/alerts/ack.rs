//! `/alerts ack`: who asks has the alert from now on. Also the button below it.

use super::things::{self, KEY_OPTION};
use crate::bot::answer::AnswerKind;
use crate::bot::command::{Action, Answering, Call, Command, CommandForm, EVERYWHERE_OPTION, Pressed};
use crate::bot::gate::Capability;
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
    Box::pin(things::by_command(call, HandlingChange::Acknowledge, "alerts.ack.done"))
}

/// The button below an alert.
fn take<'a>(call: &'a Call, pressed: &'a Pressed) -> Answering<'a> {
    Box::pin(things::by_button(call, pressed, HandlingChange::Acknowledge, "alerts.ack.done"))
}
