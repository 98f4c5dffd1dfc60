//! `/events search`: events by what is written in them, as far as the asker may read it.

use super::filter::EventQuery;
use super::{list, suggest};
use crate::bot::answer::{Answer, AnswerKind};
use crate::bot::command::{Answering, Call, Command, CommandForm, OptionKind, OptionSpec};
use crate::bot::gate::Capability;
use crate::store::Paging;

/// In characters.
const LONGEST: u16 = 100;

pub(in crate::bot) static COMMAND: Command = Command {
    name: "events search",
    form: CommandForm::Slash,
    capability: Capability::View,
    answer: AnswerKind::Private,
    options: &[
        OptionSpec::new("text", OptionKind::Text { max_length: LONGEST, suggest: None }).required(),
        OptionSpec::suggested("source", suggest::source),
        OptionSpec::suggested("topic", suggest::topic),
        OptionSpec::suggested("since", suggest::since),
        OptionSpec::suggested("until", suggest::since),
        OptionSpec::new("payload", OptionKind::Flag),
        OptionSpec::new("channel", OptionKind::Channel),
        OptionSpec::new("everywhere", OptionKind::Flag),
    ],
    run,
    actions: &[],
};

fn run(call: &Call) -> Answering<'_> {
    Box::pin(async move {
        let mut query = EventQuery::read(call, call.place())?;
        let text = call.options.text("text").unwrap_or_default();
        query.search(call, text).await?;
        query.filter.in_payload = call.options.flag("payload");
        query.may(call)?;
        let scope = call.viewer.scope.clone();
        Ok(Answer::Private(list::page(call, &query, Paging::Newest, scope).await?))
    })
}
