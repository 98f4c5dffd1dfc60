//! `/alerts note`: a line for the others, below the alert.

use super::things::{self, KEY_OPTION};
use crate::bot::answer::AnswerKind;
use crate::bot::command::{Answering, Call, Command, CommandForm, EVERYWHERE_OPTION, OptionKind, OptionSpec};
use crate::bot::gate::Capability;
use hookbell_model::handling::HandlingChange;

pub(in crate::bot) static COMMAND: Command = Command {
    name: "alerts note",
    form: CommandForm::Slash,
    capability: Capability::Operate,
    answer: AnswerKind::Private,
    options: &[
        KEY_OPTION,
        OptionSpec::new("note", OptionKind::Text { max_length: 200, suggest: None }).required(),
        EVERYWHERE_OPTION,
    ],
    run,
    actions: &[],
};

fn run(call: &Call) -> Answering<'_> {
    let text = call.options.text("note").unwrap_or_default().to_owned();
    Box::pin(things::by_command(call, HandlingChange::Note { text }, "alerts.note.done"))
}
