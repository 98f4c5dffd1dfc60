//! What is left of a message that another one of the same thing has replaced: what that one says first, and a link.

use hookbell_model::delivery::MessageRef;
use hookbell_model::locale::Locale;
use hookbell_model::message::{Embed, Message};
use hookbell_template::fit;

/// Neither good nor bad news: those are in the newer message.
const COLOR: u32 = 0x99_AA_B5;

/// The message that leads to `shown`, which says `title` first. Without the guild, which a link needs, it says only that there
/// is one.
pub fn pointer(title: &str, shown: &MessageRef, guild: Option<&str>, locale: Locale) -> Message {
    let link = guild.map(|guild| format!("https://discord.com/channels/{guild}/{}/{}", shown.channel, shown.id));
    let words = locale.to_the_message();
    let link = match &link {
        Some(link) => format!("[{words}]({link})"),
        None => words.to_owned(),
    };
    // In a description, as a title has no timestamps.
    let description = format!("{title}\n{link}").trim_start().to_owned();
    let embed = Embed { description, color: Some(COLOR), ..Embed::default() };
    let mut message = Message { embeds: vec![embed], ..Message::default() };
    // A title that was cut once fits.
    drop(fit::fit_message(&mut message));
    message
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn it_has_the_first_line_and_a_link_and_nothing_else() {
        let shown = MessageRef { id: "30".to_owned(), channel: "20".to_owned() };
        let body = pointer("Resolved: **Disk**", &shown, Some("10"), Locale::default()).to_patch();
        let expected = "Resolved: **Disk**\n[To the message](https://discord.com/channels/10/20/30)";
        assert_eq!((&body["embeds"][0]["title"], &body["embeds"][0]["description"]), (&Value::Null, &expected.into()));
        assert_eq!((&body["content"], body["components"].as_array().map(Vec::len)), (&"".into(), Some(0)));
        let body = pointer("Disk", &shown, None, Locale::parse("de").expect("a locale")).to_patch();
        assert_eq!(body["embeds"][0]["description"], "Disk\nZur Nachricht");
    }
}
