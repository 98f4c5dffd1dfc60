//! A feed's template on the last real event that came to its place, with everything that was cut or failed.

use crate::bot::answer::Reply;
use crate::bot::command::Call;
use crate::bot::error::CommandError;
use crate::bot::text::safe;
use crate::compose::{ComposeInputs, MessageTarget, OwnMessage, Tags, compose};
use crate::store::{EventFilter, Paging, Scope};
use hookbell_model::feed::Feed;
use hookbell_model::live::LiveContext;
use hookbell_model::message::Message;
use hookbell_model::note::Note;

/// The newest events among which one is looked for that the feed takes.
const NEWEST: usize = 20;
/// Notes that are told.
const MOST_NOTES: usize = 8;

/// None where no event of the place is one that the feed takes.
pub(super) async fn preview(call: &Call, feed: &Feed, own: &OwnMessage) -> Result<Option<Reply>, CommandError> {
    let scope = Scope::Channel { guild: feed.place.guild.clone(), channel: feed.place.channel.clone() };
    let filter = EventFilter { source: Some(feed.settings.source.clone()), ..EventFilter::default() };
    let page = call.store.recent_page(scope, filter, Paging::Newest, NEWEST).await?;
    let rules = call.settings.rules.with_feeds(std::slice::from_ref(feed));
    let (tags, destination) = (Tags::default(), feed.id.destination());
    let is_thread = feed.place.thread.is_some();
    let target = MessageTarget { is_thread, own: Some(own), ..MessageTarget::new(feed.settings.locale, &tags) };
    for summary in page.events {
        let Some((event, raw)) = call.store.event(summary.event.id).await? else { continue };
        let routed = rules.route(&event, &raw).deliveries;
        let Some(delivery) = routed.into_iter().find(|new| new.destination == destination) else { continue };
        let inputs = ComposeInputs::one(&event, &raw, &delivery.plan);
        let rendered = compose(&call.settings.templates, &inputs, &target, &LiveContext::default());
        return Ok(Some(reply(call, rendered.message, &rendered.notes)));
    }
    Ok(None)
}

/// What of the message an answer can show, below what is to be said about it.
fn reply(call: &Call, message: Message, notes: &[Note]) -> Reply {
    let mut lines = vec![format!("-# {}", call.words.text("feeds.template_form.preview"))];
    lines.extend(notes.iter().take(MOST_NOTES).map(|note| format!("-# ⚠️ {}", safe(&note.to_string(), 150))));
    lines.push(message.content);
    let (embeds, buttons) = (message.embeds, message.buttons);
    let content = lines.join("\n").trim_end().to_owned();
    Reply { message: Message { content, embeds, buttons, ..Message::default() }, rows: Vec::new() }
}
