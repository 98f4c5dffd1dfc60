//! Why a delivery has its status, in the asker's language. What Discord or the network said of a failure stays as it came.

use super::text::safe;
use super::words::Words;
use hookbell_model::delivery::{CollectCause, FailureCause, MutedBy, Posted, PostedForm, Reason};
use hookbell_model::timestamp::{Timestamp, format_duration};
use hookbell_model::webhook_error::WebhookError;

/// Characters of an error, and of what people have written.
const DETAIL: usize = 120;

/// In Discord's Markdown; what comes from outside is escaped.
pub(super) fn reason(words: Words, reason: &Reason) -> String {
    let error = |error: &WebhookError| safe(&error.to_string(), DETAIL);
    let cause = |cause: &FailureCause| match cause {
        FailureCause::Error { error: why } => error(why),
        FailureCause::AnswerLost { error: why } => words.fill("reason.answer_lost", &[("error", &error(why))]),
        FailureCause::NoAnswerYet { error: why } => words.fill("reason.no_answer_yet", &[("error", &error(why))]),
    };
    match reason {
        Reason::Posted(how) => posted(words, how),
        Reason::Waiting { after, error: why } => {
            words.fill("reason.waiting", &[("span", &format_duration(*after)), ("error", &error(why))])
        }
        Reason::Failed { attempt, cause: why } => {
            words.fill("reason.failed", &[("attempt", &attempt.to_string()), ("error", &cause(why))])
        }
        Reason::Refused { error: why } => words.fill("reason.refused", &[("error", &error(why))]),
        Reason::RefusedPlain { error: why, .. } => words.fill("reason.refused_plain", &[("error", &error(why))]),
        Reason::Split { cause: why, .. } => words.fill("reason.split", &[("error", &cause(why))]),
        Reason::Misplaced { error: why, .. } => words.fill("reason.misplaced", &[("error", &error(why))]),
        Reason::GivenUp { age, attempts, cause: why } => {
            let values = [("span", format_duration(*age)), ("attempts", attempts.to_string()), ("error", cause(why))];
            words.fill("reason.given_up", &values.each_ref().map(|(name, value)| (*name, value.as_str())))
        }
        Reason::Parked { error: why } => words.fill("reason.parked", &[("error", &error(why))]),
        Reason::Older { .. } => words.text("reason.older").to_owned(),
        Reason::Collapsed { .. } => words.text("reason.collapsed").to_owned(),
        Reason::Routine => words.text("reason.routine").to_owned(),
        Reason::Purged => words.text("reason.purged").to_owned(),
        Reason::FeedEnded => words.text("reason.feed_ended").to_owned(),
        Reason::Muted(by) => muted(words, by),
        Reason::Collecting { until, cause, .. } => collecting(words, *cause, *until),
        Reason::Digested { .. } => words.text("reason.digested").to_owned(),
        Reason::Held { until } => words.fill("reason.held", &[("until", &relative(*until))]),
        Reason::ClosedInTime => words.text("reason.closed_in_time").to_owned(),
        Reason::Inhibited { key, title, .. } => {
            let name = safe(if title.is_empty() { key } else { title }, DETAIL);
            words.fill("reason.inhibited", &[("name", &name)])
        }
        Reason::Replayed { .. } => words.text("reason.replayed").to_owned(),
        Reason::MessageGone => words.text("reason.message_gone").to_owned(),
        Reason::Untyped { text } => safe(text, DETAIL),
    }
}

fn posted(words: Words, how: &Posted) -> String {
    let form = match how.form {
        PostedForm::Message => "reason.posted.message",
        PostedForm::InForumPost => "reason.posted.in_forum_post",
        PostedForm::NewForumPost => "reason.posted.new_forum_post",
        PostedForm::Edit => "reason.posted.edit",
        PostedForm::Anew | PostedForm::AnewInThread => "reason.posted.anew",
        PostedForm::Reposted => "reason.posted.reposted",
    };
    let others = u64::try_from(how.shared_with).unwrap_or(u64::MAX);
    let parts = [
        Some(words.text(form).to_owned()),
        (others > 0).then(|| words.count("reason.posted.with_others", others, &[])),
        how.refused.is_some().then(|| words.text("reason.posted.plain").to_owned()),
        how.found.is_some().then(|| words.text("reason.posted.found").to_owned()),
        how.repeat.is_some().then(|| words.text("reason.posted.repeat").to_owned()),
        how.muted.as_ref().map(|by| muted(words, by)),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

fn muted(words: Words, by: &MutedBy) -> String {
    words.fill("reason.muted", &[("until", &relative(by.until)), ("why", &safe(&by.reason, DETAIL))])
}

fn collecting(words: Words, cause: CollectCause, until: Timestamp) -> String {
    let key = match cause {
        CollectCause::Digest => "reason.collecting.digest",
        CollectCause::QuietHours => "reason.collecting.quiet_hours",
        CollectCause::Rate => "reason.collecting.rate",
        CollectCause::Stale => "reason.collecting.stale",
        CollectCause::Storm => "reason.collecting.storm",
        CollectCause::Hold | CollectCause::Inhibition => "reason.collecting.held",
    };
    words.fill(key, &[("until", &relative(until))])
}

fn relative(at: Timestamp) -> String {
    format!("<t:{}:R>", at.secs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use hookbell_model::delivery::MuteId;
    use hookbell_model::event::{EventId, Severity};

    #[test]
    fn a_reason_is_told_in_the_language_of_who_asks() {
        let by = MutedBy {
            mute: MuteId(3),
            reason: "*moved*".into(),
            until: Timestamp(1_700_000_000_000),
            severity: Severity::Error,
        };
        let (muted, digested) = (Reason::Muted(by), Reason::Digested { digest: EventId(7) });
        let english = Words::of("en-US");
        assert_eq!(reason(english, &muted), r"muted until <t:1700000000:R>: \*moved\*");
        assert_eq!(reason(english, &digested), "summed up in another message");
        assert_eq!(reason(Words::of("de"), &digested), "in einer anderen Nachricht zusammengefasst");
        assert_eq!(reason(Words::of("ja"), &digested), "別のメッセージにまとめました");
    }
}
