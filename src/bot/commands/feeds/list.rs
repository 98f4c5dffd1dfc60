//! `/feeds list`: what comes into this channel, by feeds and by routes of the config, which stay where they are.

use super::{feed_line, template, visible};
use crate::bot::answer::{ActionButton, Answer, AnswerKind, Reply, Row, SelectMenu, SelectOption};
use crate::bot::command::{
    Action, Answering, Call, Command, CommandForm, EVERYWHERE_OPTION, OptionKind, OptionSpec, Pressed, Where,
};
use crate::bot::confirm;
use crate::bot::custom_id::CustomId;
use crate::bot::error::CommandError;
use crate::bot::gate::Capability;
use crate::bot::text::{code, safe};
use crate::rules::RouteSummary;
use crate::store::{Scope, Store};
use hookbell_model::feed::{Feed, FeedEnd, FeedId};
use hookbell_model::message::Embed;

/// Feeds on a page, and routes on the first one.
const MOST: usize = 8;
const BLURPLE: u32 = 0x0058_65F2;
/// A page; its key is the place and the number of the feed before it.
const PAGE: &str = "feeds";
const OPEN: &str = "feed";
/// Ends a feed, which was offered by the place and its number.
const END: &str = "feed-end";

pub(in crate::bot) static COMMAND: Command = Command {
    name: "feeds list",
    form: CommandForm::Slash,
    capability: Capability::Arrange,
    answer: AnswerKind::Private,
    options: &[OptionSpec::new("channel", OptionKind::Channel), EVERYWHERE_OPTION],
    run,
    actions: &[
        Action { name: PAGE, capability: Capability::Arrange, answer: AnswerKind::Update, run: turn },
        Action { name: OPEN, capability: Capability::Arrange, answer: AnswerKind::Private, run: open },
        Action { name: END, capability: Capability::Arrange, answer: AnswerKind::Private, run: pressed_end },
    ],
};

fn run(call: &Call) -> Answering<'_> {
    Box::pin(async move {
        let scope = call.viewer.scope.clone();
        Ok(Answer::Private(page(call, &scope, &call.place(), None).await?))
    })
}

fn turn<'a>(call: &'a Call, pressed: &'a Pressed) -> Answering<'a> {
    Box::pin(async move {
        let (place, scope, after) = key(call, pressed)?;
        let after = after.parse().map_err(|_| CommandError::UnknownButton)?;
        Ok(Answer::Update(page(call, &scope, &place, Some(after)).await?))
    })
}

fn open<'a>(call: &'a Call, pressed: &'a Pressed) -> Answering<'a> {
    Box::pin(async move {
        let (place, scope, id) = key(call, pressed)?;
        let feed = visible::feed(call, id, &scope).await?;
        Ok(Answer::Private(card(call, &place, &feed).await?))
    })
}

fn pressed_end<'a>(call: &'a Call, pressed: &'a Pressed) -> Answering<'a> {
    Box::pin(async move {
        let (key, store) = confirm::pressed::<String>(call, END, pressed).await?;
        let (place, id) = key.split_once('.').ok_or(CommandError::UnknownButton)?;
        let place: Where = place.parse().map_err(|_| CommandError::UnknownButton)?;
        end(call, &store, id, &call.look_again(&place)?).await
    })
}

/// The place and number of a button, or of a menu and its choice; the place is in view again.
fn key<'p>(call: &Call, pressed: &'p Pressed) -> Result<(Where, Scope, &'p str), CommandError> {
    let (place, id) = pressed.key.split_once('.').unwrap_or((pressed.key.as_str(), ""));
    let id = pressed.values.first().map_or(id, String::as_str);
    let place: Where = place.parse().map_err(|_| CommandError::UnknownButton)?;
    let scope = call.look_again(&place)?;
    Ok((place, scope, id))
}

/// Ends a feed of the scope.
pub(super) async fn end(call: &Call, store: &Store, written: &str, scope: &Scope) -> Result<Answer, CommandError> {
    let feed = visible::feed(call, written, scope).await?;
    if !store.end_feed(feed.id, FeedEnd::Unsubscribed, call.now).await? {
        return Err(CommandError::NoSuchFeed);
    }
    let what = safe(&feed_line::what(&feed.settings, call.words), 100);
    Ok(Answer::Private(Reply::text(call.words.fill("feeds.unsubscribe.done", &[("what", &what)]))))
}

async fn page(call: &Call, scope: &Scope, place: &Where, after: Option<FeedId>) -> Result<Reply, CommandError> {
    let words = call.words;
    let mut feeds = visible::feeds(call, scope).await?;
    feeds.retain(|feed| after.is_none_or(|after| feed.id > after));
    let has_more = feeds.len() > MOST;
    feeds.truncate(MOST);
    let mut lines: Vec<String> = feeds.iter().map(|feed| feed_line::lines(call, feed)).collect();
    if after.is_none() {
        lines.extend(routes(call, scope).await?);
    }
    if lines.is_empty() {
        return Ok(Reply::text(words.text("feeds.list.none")));
    }
    let mut reply = Reply::embed(Embed {
        title: words.text("feeds.list.title").to_owned(),
        description: lines.join("\n"),
        color: Some(BLURPLE),
        ..Embed::default()
    });
    if !feeds.is_empty() {
        let option = |feed: &Feed| SelectOption {
            label: feed_line::label(feed, words),
            value: feed.id.to_string(),
            description: String::new(),
            emoji: "📡".to_owned(),
        };
        reply.rows.push(Row::Select(SelectMenu {
            custom_id: CustomId::new(OPEN, place).to_string(),
            placeholder: words.text("list.open").to_owned(),
            options: feeds.iter().map(option).collect(),
        }));
    }
    let more = feeds.last().filter(|_| has_more).map(|last| {
        let more = CustomId::new(PAGE, format!("{place}.{}", last.id)).to_string();
        ActionButton::new(words.text("feeds.list.more"), more)
    });
    Ok(reply.with_buttons(more.into_iter().collect()))
}

/// A button that ends a feed.
pub(super) async fn end_button(call: &Call, place: &Where, feed: FeedId) -> Result<ActionButton, CommandError> {
    let end = confirm::offer(call, END, &format!("{place}.{feed}")).await?.to_string();
    Ok(ActionButton::new(call.words.text("feeds.unsubscribe.button"), end))
}

async fn card(call: &Call, place: &Where, feed: &Feed) -> Result<Reply, CommandError> {
    let words = call.words;
    let write = template::custom_id(template::WRITE, place, feed.id, "");
    let mut buttons = vec![
        end_button(call, place, feed.id).await?,
        ActionButton::new(words.text("feeds.template_form.write"), write),
    ];
    if let Some(before) = feed.own_template.as_ref().map(|own| own.version.saturating_sub(1)) {
        let undo = template::offer(call, template::SET, place, feed.id, &before.to_string()).await?;
        buttons.push(ActionButton::new(words.text("feeds.template_form.undo"), undo));
    }
    Ok(Reply::text(feed_line::lines(call, feed)).with_buttons(buttons))
}

/// The routes of the config that lead to where one asks.
async fn routes(call: &Call, scope: &Scope) -> Result<Vec<String>, CommandError> {
    let here = call.store.destinations_in(scope.clone()).await?;
    let leads_here = |route: &RouteSummary<'_>| route.to.iter().any(|to| here.contains(to));
    let routes: Vec<_> = call.settings.rules.summaries().filter(leads_here).collect();
    let mut lines: Vec<String> = routes.iter().take(MOST).map(|route| route_lines(call, route, &here)).collect();
    let hidden = u64::try_from(routes.len().saturating_sub(MOST)).unwrap_or(u64::MAX);
    if hidden > 0 {
        lines.push(format!("-# {}", call.words.count("feeds.list.more_routes", hidden, &[])));
    }
    Ok(lines)
}

/// What a route takes; of its destinations those that are in view.
fn route_lines(call: &Call, route: &RouteSummary<'_>, here: &[String]) -> String {
    let words = call.words;
    let sources = route.sources.map_or_else(|| words.text("feeds.list.every_source").to_owned(), |all| all.join(", "));
    let topics: Vec<String> = route.topics.iter().map(|topic| words.word("topic", topic)).collect();
    let parts = [sources, route.events.patterns().join(", "), topics.join(", ")];
    let what = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
    let to: Vec<&str> = route.to.iter().filter(|to| here.contains(to)).map(String::as_str).collect();
    let name = code(&route.name.to_string(), 30);
    let how = words.fill("feeds.list.config", &[("route", &name), ("to", &safe(&to.join(", "), 60))]);
    format!("📌 **{}**\n-# {how}", safe(&what, 100))
}
