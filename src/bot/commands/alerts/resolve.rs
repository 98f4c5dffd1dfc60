//! `/alerts resolve`: the alert is over, whatever its sender says. Also the button below it.

use super::things::{self, KEY_OPTION};
use crate::bot::answer::AnswerKind;
use crate::bot::command::{Action, Answering, Call, Command, CommandForm, EVERYWHERE_OPTION, Pressed};
use crate::bot::gate::Capability;
use hookbell_model::handling::HandlingChange;

pub(in crate::bot) static COMMAND: Command = Command {
    name: "alerts resolve",
    form: CommandForm::Slash,
    capability: Capability::Operate,
    answer: AnswerKind::Private,
    options: &[KEY_OPTION, EVERYWHERE_OPTION],
    run,
    actions: &[Action { name: "resolve", capability: Capability::Operate, answer: AnswerKind::Update, run: resolve }],
};

fn run(call: &Call) -> Answering<'_> {
    Box::pin(things::by_command(call, HandlingChange::Resolve, "alerts.resolve.done"))
}

/// The button below an alert.
fn resolve<'a>(call: &'a Call, pressed: &'a Pressed) -> Answering<'a> {
    Box::pin(things::by_button(call, pressed, HandlingChange::Resolve, "alerts.resolve.done"))
}
