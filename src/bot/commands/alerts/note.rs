//! `/alerts note`: a line for the others, below the alert.

use super::things::{self, KEY_OPTION};
use crate::bot::answer::{Answer, AnswerKind, Reply};
use crate::bot::command::{Answering, Call, Command, CommandForm, EVERYWHERE_OPTION, OptionKind, OptionSpec};
use crate::bot::gate::Capability;
use crate::bot::text::safe;
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
    Box::pin(async move {
        let thing = things::named(call).await?;
        let store = call.store.on_behalf_of(call.author());
        let text = call.options.text("note").unwrap_or_default().to_owned();
        things::change(call, &store, &thing, HandlingChange::Note { text }).await?;
        let values = [("alert", &*safe(things::title(&thing), 80))];
        Ok(Answer::Private(Reply::text(call.words.fill("alerts.note.done", &values))))
    })
}
