//! `/feeds unsubscribe`: ends a feed.

use super::{list, suggest};
use crate::bot::answer::AnswerKind;
use crate::bot::command::{Answering, Call, Command, CommandForm, EVERYWHERE_OPTION, OptionSpec};
use crate::bot::gate::Capability;

pub(in crate::bot) static COMMAND: Command = Command {
    name: "feeds unsubscribe",
    form: CommandForm::Slash,
    capability: Capability::Arrange,
    answer: AnswerKind::Private,
    options: &[OptionSpec::suggested("feed", suggest::feed).required(), EVERYWHERE_OPTION],
    run,
    actions: &[],
};

fn run(call: &Call) -> Answering<'_> {
    Box::pin(async move {
        let store = call.store.on_behalf_of(call.author());
        list::end(call, &store, call.options.text("feed").unwrap_or_default(), &call.viewer.scope).await
    })
}
