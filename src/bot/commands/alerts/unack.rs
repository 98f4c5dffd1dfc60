//! `/alerts unack`: nobody has the alert any more, so that it escalates. Also the button below it.

use super::things::{self, KEY_OPTION};
use crate::bot::answer::AnswerKind;
use crate::bot::command::{Action, Answering, Call, Command, CommandForm, EVERYWHERE_OPTION, Pressed};
use crate::bot::gate::Capability;
use hookbell_model::handling::HandlingChange;

pub(in crate::bot) static COMMAND: Command = Command {
    name: "alerts unack",
    form: CommandForm::Slash,
    capability: Capability::Operate,
    answer: AnswerKind::Private,
    options: &[KEY_OPTION, EVERYWHERE_OPTION],
    run,
    actions: &[Action { name: "release", capability: Capability::Operate, answer: AnswerKind::Update, run: release }],
};

fn run(call: &Call) -> Answering<'_> {
    Box::pin(things::by_command(call, HandlingChange::Unacknowledge, "alerts.unack.done"))
}

/// The button below an alert.
fn release<'a>(call: &'a Call, pressed: &'a Pressed) -> Answering<'a> {
    Box::pin(things::by_button(call, pressed, HandlingChange::Unacknowledge, "alerts.unack.done"))
}
