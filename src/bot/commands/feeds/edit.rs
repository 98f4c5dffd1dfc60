//! `/feeds edit`: what a feed takes and how it is shown. What is not given stays; `-` takes a filter away.

use super::settings::{
    BUTTONS_OPTION, MASK_OPTION, SEVERITY_OPTION, TEMPLATE_OPTION, TOPIC_OPTION, TYPE_OPTION, open_source, with_options,
};
use super::{feed_line, suggest, visible};
use crate::bot::answer::{Answer, AnswerKind, Reply};
use crate::bot::command::{Answering, Call, Command, CommandForm, EVERYWHERE_OPTION, OptionSpec};
use crate::bot::error::CommandError;
use crate::bot::gate::Capability;
use crate::bot::text::safe;

pub(in crate::bot) static COMMAND: Command = Command {
    name: "feeds edit",
    form: CommandForm::Slash,
    capability: Capability::Arrange,
    answer: AnswerKind::Private,
    options: &[
        OptionSpec::suggested("feed", suggest::feed).required(),
        TYPE_OPTION,
        TOPIC_OPTION,
        SEVERITY_OPTION,
        TEMPLATE_OPTION,
        MASK_OPTION,
        BUTTONS_OPTION,
        EVERYWHERE_OPTION,
    ],
    run,
    actions: &[],
};

fn run(call: &Call) -> Answering<'_> {
    Box::pin(async move {
        let feed = visible::feed(call, call.options.text("feed").unwrap_or_default(), &call.viewer.scope).await?;
        let source = open_source(call, &feed.settings.source)?;
        let settings = with_options(call, feed.settings.clone(), source)?;
        let all = call.store.feeds().await?;
        let same = |other: &&hookbell_model::feed::Feed| {
            other.id != feed.id && other.place == feed.place && other.settings.takes_the_same_as(&settings)
        };
        if all.iter().any(|other| same(&other)) {
            return Err(CommandError::SameFeed);
        }
        if !call.store.on_behalf_of(call.author()).edit_feed(feed.id, settings.clone(), call.now).await? {
            return Err(CommandError::NothingToEdit);
        }
        let what = safe(&feed_line::what(&settings, call.words), 100);
        let done = call.words.fill("feeds.edit.done", &[("what", &what)]);
        let how = feed_line::how(&settings, call.words).map(|how| format!("\n-# {how}")).unwrap_or_default();
        Ok(Answer::Private(Reply::text(format!("{done}{how}"))))
    })
}
