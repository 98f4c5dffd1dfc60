//! `/events recent`: the newest events of a place.

use super::filter::EventQuery;
use super::{list, suggest};
use crate::bot::answer::{Answer, AnswerKind};
use crate::bot::command::{Answering, Call, Command, CommandForm, OptionKind, OptionSpec};
use crate::bot::gate::Capability;
use crate::store::Paging;

pub(in crate::bot) static COMMAND: Command = Command {
    name: "events recent",
    form: CommandForm::Slash,
    capability: Capability::View,
    answer: AnswerKind::Private,
    options: &[
        OptionSpec::suggested("source", suggest::source),
        OptionSpec::suggested("type", suggest::event_type),
        OptionSpec::suggested("topic", suggest::topic),
        OptionSpec::new("severity", OptionKind::Choice(&["critical", "error", "warning", "success", "info"])),
        OptionSpec::new(
            "status",
            OptionKind::Choice(&["delivered", "pending", "collecting", "dead", "muted", "merged", "unrouted"]),
        ),
        OptionSpec::suggested("since", suggest::since),
        OptionSpec::suggested("until", suggest::since),
        OptionSpec::new("channel", OptionKind::Channel),
        OptionSpec::new("everywhere", OptionKind::Flag),
        OptionSpec::new("count", OptionKind::Number { min: 1, max: 10 }),
    ],
    run,
    actions: &[list::TURN, list::SHARE_LIST],
};

fn run(call: &Call) -> Answering<'_> {
    Box::pin(async move {
        let query = EventQuery::read(call, call.place())?;
        let scope = call.viewer.scope.clone();
        Ok(Answer::Private(list::page(call, &query, Paging::Newest, scope).await?))
    })
}
