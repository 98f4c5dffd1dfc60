//! The mark of a message that is about a test: in the footer of its last embed, else in a small line below its text. The
//! engine sets it, so that no template can forget it.

use hookbell_model::message::Message;

const WORDS: &str = "test mode";
/// Before the text, so that a phone shows it first.
const TRIAL: &str = "🧪 **Test message**, nothing has happened.";

/// Marks a message that somebody asked for to see whether it comes.
pub(super) fn mark_trial(message: &mut Message) {
    message.content = format!("{TRIAL}\n{}", message.content).trim_end().to_owned();
}

/// Marks the message, unless its footer or its text says so already.
pub(super) fn mark(message: &mut Message) {
    let says = |text: &str| text.to_lowercase().contains(WORDS);
    let text = message.embeds.last_mut().map_or(&mut message.content, |embed| &mut embed.footer.text);
    if says(text) {
        return;
    }
    let is_footer = !message.embeds.is_empty();
    let text = message.embeds.last_mut().map_or(&mut message.content, |embed| &mut embed.footer.text);
    *text = match (text.is_empty(), is_footer) {
        (true, _) => WORDS.to_owned(),
        (false, true) => format!("{text} · {WORDS}"),
        (false, false) => format!("{text}\n-# {WORDS}"),
    };
}
