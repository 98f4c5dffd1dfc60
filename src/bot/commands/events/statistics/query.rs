//! Which statistics are asked for: by the options of a command, or by the custom id of a button.

use crate::bot::base36;
use crate::bot::command::Call;
use crate::bot::error::CommandError;
use crate::report::statistics::{Ranking, Window};
use crate::store::StatisticsFilter;
use hookbell_model::event::Topic;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::bot::commands::events) struct StatisticsQuery {
    pub(in crate::bot::commands::events) window: Window,
    pub(in crate::bot::commands::events) filter: StatisticsFilter,
    pub(in crate::bot::commands::events) by: Ranking,
    /// With the change against what was before.
    pub(in crate::bot::commands::events) compares: bool,
}

impl StatisticsQuery {
    /// # Errors
    /// For a value that no option can have; the asker is told.
    pub(in crate::bot::commands::events) fn read(call: &Call) -> Result<Self, CommandError> {
        let options = &call.options;
        let topic = |text: &str| text.to_lowercase().parse().map_err(|_| CommandError::UnknownTopic(text.to_owned()));
        // Discord takes none but those that are offered.
        let unknown = |_| CommandError::UnknownCommand;
        Ok(Self {
            window: options.text("window").map(str::parse).transpose().map_err(unknown)?.unwrap_or(Window::Days7),
            filter: StatisticsFilter {
                source: options.text("source").map(str::to_owned),
                topic: options.text("topic").map(topic).transpose()?,
            },
            by: options.text("by").map(str::parse).transpose().map_err(unknown)?.unwrap_or(Ranking::Source),
            compares: options.flag("compare"),
        })
    }

    /// For a button: numbers, and the source as a hash.
    pub(in crate::bot::commands::events) fn key(&self) -> String {
        let topic = self.filter.topic.map(|topic| place(Topic::ALL, &topic).to_string()).unwrap_or_default();
        let source = self.filter.source.as_deref().map(base36::hash).unwrap_or_default();
        let (window, by) = (place(Window::ALL, &self.window), place(Ranking::ALL, &self.by));
        format!("{window}.{by}.{}.{topic}.{source}", u8::from(self.compares))
    }

    /// # Errors
    /// For a key that no button of this hookbell has, and when the source behind it is gone.
    pub(in crate::bot::commands::events) async fn of_key(call: &Call, key: &str) -> Result<Self, CommandError> {
        let parts: Vec<&str> = key.split('.').collect();
        let [window, by, compares, topic, source] = parts[..] else { return Err(CommandError::UnknownButton) };
        let source = match source {
            "" => None,
            hash => {
                let classes = call.store.classes(call.viewer.scope.clone()).await?;
                let known = classes.into_iter().map(|class| class.source).find(|name| base36::hash(name) == hash);
                Some(known.ok_or(CommandError::UnknownButton)?)
            }
        };
        let topic = if topic.is_empty() { None } else { Some(at(Topic::ALL, topic)?) };
        let filter = StatisticsFilter { source, topic };
        Ok(Self { window: at(Window::ALL, window)?, filter, by: at(Ranking::ALL, by)?, compares: compares == "1" })
    }
}

/// A word by its number among all.
fn place<T: PartialEq>(all: &[T], value: &T) -> usize {
    all.iter().position(|known| known == value).unwrap_or_default()
}

fn at<T: Copy>(all: &[T], number: &str) -> Result<T, CommandError> {
    let at: Option<usize> = number.parse().ok();
    at.and_then(|at| all.get(at).copied()).ok_or(CommandError::UnknownButton)
}
