//! `/feeds subscribe`: this channel, thread or forum gets a source. Only one that the config opens to the server; it is posted
//! by a webhook of the bot's own.

use super::settings::{
    BUTTONS_OPTION, MASK_OPTION, SEVERITY_OPTION, TEMPLATE_OPTION, TOPIC_OPTION, TYPE_OPTION, open_source, with_options,
};
use super::{feed_line, list, suggest};
use crate::bot::answer::{Answer, AnswerKind, Reply};
use crate::bot::command::{Answering, Call, Command, CommandForm, OptionKind, OptionSpec};
use crate::bot::error::CommandError;
use crate::bot::gate::{Capability, Refusal};
use crate::bot::text::safe;
use crate::rules::OpenSource;
use crate::store::{NewFeed, Scope};
use hookbell_model::event::Globs;
use hookbell_model::feed::{Feed, FeedPlace, FeedSettings};
use hookbell_model::locale::Locale;
use hookbell_model::privacy::Masks;

/// Of a server: each has a lane of its own.
const MOST_FEEDS: usize = 50;

pub(in crate::bot) static COMMAND: Command = Command {
    name: "feeds subscribe",
    form: CommandForm::Slash,
    capability: Capability::Arrange,
    answer: AnswerKind::Private,
    options: &[
        OptionSpec::suggested("source", suggest::source).required(),
        TYPE_OPTION,
        TOPIC_OPTION,
        SEVERITY_OPTION,
        TEMPLATE_OPTION,
        MASK_OPTION,
        BUTTONS_OPTION,
        OptionSpec::new("channel", OptionKind::Channel),
    ],
    run,
    actions: &[],
};

fn run(call: &Call) -> Answering<'_> {
    Box::pin(async move {
        let (place, is_here) = place(call)?;
        let source = open_source(call, call.options.text("source").unwrap_or_default())?;
        let nothing = FeedSettings {
            source: source.name.clone(),
            event_type: None,
            topic: None,
            severity: None,
            template: None,
            mask: Masks::default(),
            buttons: false,
            locale: Locale::parse(&call.guild_locale).unwrap_or_else(|_| call.words.locale()),
        };
        let settings = with_options(call, nothing, source)?;
        check(&call.store.feeds().await?, &place, &settings)?;
        if is_here {
            call.application.may_make_webhooks(&place.guild)?;
        }
        let webhook = call.application.webhook(&place.guild, &place.channel, place.thread.clone()).await?;
        let application = call.application.id.clone();
        let new = NewFeed { place: place.clone(), application, webhook, settings: settings.clone() };
        let id = call.store.on_behalf_of(call.author()).add_feed(new, call.now).await?;
        let words = call.words;
        let target = format!("<#{}>", place.thread.as_ref().unwrap_or(&place.channel));
        let what = safe(&feed_line::what(&settings, words), 100);
        let mut lines = vec![words.fill("feeds.subscribe.done", &[("what", &what), ("place", &target)])];
        let masked = feed_line::masked(call.settings.rules.masks_of(&settings), words);
        lines.extend(masked.map(|masked| format!("-# {masked}")));
        if settings.event_type.as_ref().is_some_and(|glob| !is_known(source, glob)) {
            lines.push(format!("-# {}", words.text("feeds.subscribe.unknown_type")));
        }
        if comes_by_a_route(call, &place, &settings).await? {
            lines.push(format!("-# {}", words.text("feeds.subscribe.twice")));
        }
        lines.push(format!("-# {}", words.text("feeds.subscribe.how")));
        let button = list::end_button(call, &call.place(), id).await?;
        Ok(Answer::Private(Reply::text(lines.join("\n")).with_buttons(vec![button])))
    })
}

/// Where the feed is to post, and whether that is where somebody asks.
fn place(call: &Call) -> Result<(FeedPlace, bool), CommandError> {
    let here = call.viewer.place.as_ref().ok_or(Refusal::NotInServer)?;
    let guild = here.guild.clone();
    Ok(match call.options.channel("channel") {
        Some(chosen) => {
            let (channel, thread) = (chosen.parent.to_owned(), chosen.thread.map(str::to_owned));
            let is_here = channel == here.channel;
            (FeedPlace { guild, channel, thread }, is_here)
        }
        None => (FeedPlace { guild, channel: here.channel.clone(), thread: here.thread.clone() }, true),
    })
}

/// Whether the source's provider sends such types, as far as its file lists any.
fn is_known(source: &OpenSource, glob: &str) -> bool {
    let glob = Globs::new([glob]);
    source.event_types.is_empty() || source.event_types.iter().any(|known| glob.matches(known))
}

/// Whether a route of the config brings the source there, too.
async fn comes_by_a_route(call: &Call, place: &FeedPlace, settings: &FeedSettings) -> Result<bool, CommandError> {
    let scope = Scope::Channel { guild: place.guild.clone(), channel: place.channel.clone() };
    let there = call.store.destinations_in(scope).await?;
    let mut routes = call.settings.rules.summaries();
    Ok(routes.any(|route| {
        let takes = route.sources.is_none_or(|sources| sources.contains(&settings.source));
        takes && route.to.iter().any(|to| there.contains(to))
    }))
}

fn check(feeds: &[Feed], place: &FeedPlace, settings: &FeedSettings) -> Result<(), CommandError> {
    if feeds.iter().any(|feed| feed.place == *place && feed.settings.takes_the_same_as(settings)) {
        return Err(CommandError::SameFeed);
    }
    let of_server = feeds.iter().filter(|feed| feed.place.guild == place.guild).count();
    if of_server < MOST_FEEDS { Ok(()) } else { Err(CommandError::TooManyFeeds) }
}
