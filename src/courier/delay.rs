//! What a message says that comes late: by how much, and why.

use std::time::Duration;

use super::group::Group;
use hookbell_model::delay::DelayCause;
use hookbell_model::delivery::{Delivery, Reason};
use hookbell_model::locale::Locale;
use hookbell_model::message::limit;
use hookbell_model::note::Note;
use hookbell_model::timestamp::Timestamp;

/// Less is nobody's concern.
const LATE: Duration = Duration::from_secs(120);
/// What separates it from what the footer says.
const JOINT: &str = " · ";

/// Adds to a message that is posted late why it is. `started`: since when this process delivers.
pub(super) fn explain_delay(group: &mut Group, locale: Locale, started: Timestamp, now: Timestamp) {
    let Some((delay, cause)) = delay(group.first(), started, now) else { return };
    group.sent.notes.push(Note::Delayed { seconds: delay.as_secs(), cause });
    let words = locale.delayed(delay, cause);
    let message = &mut group.message;
    let room = limit::EMBED_SUM.saturating_sub(message.embeds.iter().map(|embed| embed.characters()).sum());
    match message.embeds.last_mut() {
        Some(embed) if !message.suppress_embeds => {
            let joint = if embed.footer.text.is_empty() { "" } else { JOINT };
            let added = joint.chars().count() + words.chars().count();
            if added <= room && embed.footer.text.chars().count() + added <= limit::FOOTER {
                embed.footer.text.push_str(&format!("{joint}{words}"));
            }
        }
        _ if message.content.is_empty() => {}
        _ => {
            let line = format!("\n-# {words}");
            let pings: usize = message.mention.iter().map(|mention| mention.to_string().len() + 1).sum();
            if message.content.chars().count() + line.chars().count() + pings <= limit::CONTENT {
                message.content.push_str(&line);
            }
        }
    }
    group.sent.body = group.message.to_post();
}

/// None where it is not late, or was meant to be.
fn delay(delivery: &Delivery, started: Timestamp, now: Timestamp) -> Option<(Duration, DelayCause)> {
    let delay = now.since(delivery.created);
    let cause = match &delivery.reason {
        Some(Reason::Held { .. } | Reason::Inhibited { .. } | Reason::Collecting { .. }) => return None,
        Some(Reason::Waiting { .. }) => DelayCause::RateLimit,
        Some(Reason::Parked { .. }) => DelayCause::DeadWebhook,
        Some(Reason::Failed { .. } | Reason::GivenUp { .. }) => DelayCause::Outage,
        _ if delivery.created < started => DelayCause::NotRunning,
        _ => DelayCause::RateLimit,
    };
    (delay >= LATE).then_some((delay, cause))
}

#[cfg(test)]
mod tests {
    use super::super::batch::tests::{group, queued};
    use super::*;
    use hookbell_model::delivery::FailureCause;
    use hookbell_model::message::Embed;
    use hookbell_model::webhook_error::WebhookError;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_secs(seconds)
    }

    fn late(reason: Option<Reason>, started: i64, now: i64) -> Group {
        let mut queued = queued(1, at(1000));
        queued.delivery.reason = reason;
        let mut group = group(queued, "payment:1");
        explain_delay(&mut group, Locale::default(), at(started), at(now));
        group
    }

    #[test]
    fn a_late_message_says_by_how_much_and_why() {
        assert_eq!(late(None, 0, 1240).message.content, "payment:1\n-# delayed 4 min: Discord's rate limit");
        let error = WebhookError::default();
        let failed = Reason::Failed { attempt: 2, cause: FailureCause::Error { error } };
        let shown = late(Some(failed), 0, 1000 + 7200);
        assert_eq!(shown.message.content, "payment:1\n-# delayed 2 h: Discord did not answer");
        assert_eq!(shown.sent.notes, [Note::Delayed { seconds: 7200, cause: DelayCause::Outage }]);
        assert_eq!(late(None, 1100, 1200).message.content, "payment:1\n-# delayed 3 min: hookbell was not running");
    }

    #[test]
    fn what_is_in_time_or_was_held_back_on_purpose_says_nothing() {
        assert_eq!(late(None, 0, 1100).message.content, "payment:1");
        let held = Reason::Held { until: at(1500) };
        assert_eq!(late(Some(held), 0, 1500).message.content, "payment:1");
    }

    #[test]
    fn it_is_in_the_footer_of_the_last_embed_where_there_is_one() {
        let mut group = group(queued(1, at(0)), "payment:1");
        let mut embed = Embed { title: "Sale".to_owned(), ..Embed::default() };
        embed.footer.text = "shop".to_owned();
        group.message.embeds.push(embed);
        explain_delay(&mut group, Locale::default(), at(0), at(180));
        assert_eq!(group.message.embeds[0].footer.text, "shop · delayed 3 min: Discord's rate limit");
        assert_eq!(group.sent.body["embeds"][0]["footer"]["text"], group.message.embeds[0].footer.text);
    }
}
