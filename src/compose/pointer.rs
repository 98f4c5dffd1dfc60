//! What is left of a message that a newer one of the same thing has replaced: the thing's title and a link.

use hookbell_model::delivery::MessageRef;
use hookbell_model::locale::Locale;
use hookbell_model::message::{Embed, Message};
use hookbell_template::fit;

/// Neither good nor bad news: those are in the newer message.
const COLOR: u32 = 0x99_AA_B5;

/// The message that leads to `newer`. Without the guild, which a link needs, it says only that there is one.
pub fn pointer(title: &str, newer: &MessageRef, guild: Option<&str>, locale: Locale) -> Message {
    let link = guild.map(|guild| format!("https://discord.com/channels/{guild}/{}/{}", newer.channel, newer.id));
    let words = locale.newer_message();
    let description = match &link {
        Some(link) => format!("[{words}]({link})"),
        None => words.to_owned(),
    };
    let embed = Embed { title: title.to_owned(), description, color: Some(COLOR), ..Embed::default() };
    let mut message = Message { embeds: vec![embed], ..Message::default() };
    // A title that was cut once fits.
    drop(fit::fit_message(&mut message));
    message
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_has_the_title_and_a_link_and_nothing_else() {
        let newer = MessageRef { id: "30".to_owned(), channel: "20".to_owned() };
        let body = pointer("Resolved: **Disk**", &newer, Some("10"), Locale::default()).to_patch();
        assert_eq!(body["embeds"][0]["title"], "Resolved: **Disk**");
        assert_eq!(body["embeds"][0]["description"], "[Newer message](https://discord.com/channels/10/20/30)");
        assert_eq!((&body["content"], body["components"].as_array().map(Vec::len)), (&"".into(), Some(0)));
        let body = pointer("Disk", &newer, None, Locale::parse("de").expect("a locale")).to_patch();
        assert_eq!(body["embeds"][0]["description"], "Neuere Nachricht");
    }
}
