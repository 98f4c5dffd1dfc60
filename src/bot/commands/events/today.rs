//! `/events today`: how the day goes, against the day before by this time.

use super::statistics::{self, StatisticsQuery};
use crate::bot::answer::{Answer, AnswerKind};
use crate::bot::command::{Answering, Call, Command, CommandForm, EVERYWHERE_OPTION, OptionKind, OptionSpec};
use crate::bot::gate::Capability;
use crate::report::statistics::{Ranking, Window};
use crate::store::StatisticsFilter;

pub(in crate::bot) static COMMAND: Command = Command {
    name: "events today",
    form: CommandForm::Slash,
    capability: Capability::View,
    answer: AnswerKind::Private,
    options: &[OptionSpec::new("channel", OptionKind::Channel), EVERYWHERE_OPTION],
    run,
    actions: &[statistics::SHARE_STATISTICS],
};

fn run(call: &Call) -> Answering<'_> {
    Box::pin(async move {
        let query = StatisticsQuery {
            window: Window::Today,
            filter: StatisticsFilter::default(),
            by: Ranking::Source,
            compares: true,
        };
        Ok(Answer::Private(statistics::page(call, &query, call.viewer.scope.clone()).await?))
    })
}
