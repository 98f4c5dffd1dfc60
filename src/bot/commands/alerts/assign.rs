//! `/alerts assign`: somebody else has the alert.

use super::things::{self, KEY_OPTION};
use crate::bot::answer::{Answer, AnswerKind, Reply};
use crate::bot::command::{Answering, Call, Command, CommandForm, EVERYWHERE_OPTION, OptionKind, OptionSpec};
use crate::bot::gate::Capability;
use crate::bot::text::safe;
use hookbell_model::handling::HandlingChange;

pub(in crate::bot) static COMMAND: Command = Command {
    name: "alerts assign",
    form: CommandForm::Slash,
    capability: Capability::Operate,
    answer: AnswerKind::Private,
    options: &[KEY_OPTION, OptionSpec::new("person", OptionKind::Person).required(), EVERYWHERE_OPTION],
    run,
    actions: &[],
};

fn run(call: &Call) -> Answering<'_> {
    Box::pin(async move {
        let thing = things::named(call).await?;
        let store = call.store.on_behalf_of(call.author());
        let to = call.options.person("person").cloned().unwrap_or_else(|| things::person(call));
        things::change(call, &store, &thing, HandlingChange::Assign { to: to.clone() }).await?;
        let values = [("alert", &*safe(things::title(&thing), 80)), ("person", &*safe(&to.name, 40))];
        Ok(Answer::Private(Reply::text(call.words.fill("alerts.assign.done", &values))))
    })
}
