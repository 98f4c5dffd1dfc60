//! `/events stats`: how many events came in over a time, and what the sales among them come to.

use super::statistics::{self, StatisticsQuery};
use super::suggest;
use crate::bot::answer::{Answer, AnswerKind};
use crate::bot::command::{Answering, Call, Command, CommandForm, EVERYWHERE_OPTION, OptionKind, OptionSpec};
use crate::bot::gate::Capability;

pub(in crate::bot) static COMMAND: Command = Command {
    name: "events stats",
    form: CommandForm::Slash,
    capability: Capability::View,
    answer: AnswerKind::Private,
    options: &[
        OptionSpec::new(
            "window",
            OptionKind::Choice(&["today", "yesterday", "7d", "30d", "this-month", "last-month", "this-year"]),
        ),
        OptionSpec::suggested("source", suggest::source),
        OptionSpec::suggested("topic", suggest::topic),
        OptionSpec::new("by", OptionKind::Choice(&["source", "topic", "type", "severity"])),
        OptionSpec::new("compare", OptionKind::Flag),
        OptionSpec::new("channel", OptionKind::Channel),
        EVERYWHERE_OPTION,
    ],
    run,
    actions: &[],
};

fn run(call: &Call) -> Answering<'_> {
    Box::pin(async move {
        let query = StatisticsQuery::read(call)?;
        Ok(Answer::Private(statistics::page(call, &query, call.viewer.scope.clone()).await?))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::statistics::{Ranking, Window};

    #[test]
    fn every_window_and_every_ranking_can_be_chosen() {
        let choices = |name: &str| {
            let option = COMMAND.options.iter().find(|option| option.name == name).expect("an option");
            match option.kind {
                OptionKind::Choice(words) => words.to_vec(),
                _ => Vec::new(),
            }
        };
        assert_eq!(choices("window"), Window::ALL.iter().map(|window| window.as_str()).collect::<Vec<_>>());
        assert_eq!(choices("by"), Ranking::ALL.iter().map(|by| by.as_str()).collect::<Vec<_>>());
    }
}
