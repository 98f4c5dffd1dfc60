//! Every reason with its JSON and its text.

use super::*;

fn error() -> WebhookError {
    WebhookError { status: Some(503), ..WebhookError::default() }
}

/// Every reason with its JSON and its text: what is stored stays readable, what is printed stays the same.
#[test]
fn every_reason_has_its_json_and_its_words() {
    let posted = Posted {
        form: PostedForm::Message,
        template: "stripe.payment".to_owned(),
        notes: Vec::new(),
        refused: None,
        ring: None,
        shared_with: 0,
        muted: None,
        repeat: None,
        found: None,
    };
    let joined = RingCause::Joined { names: vec!["a".to_owned(), "b".to_owned()], count: 5 };
    let collapsed_json = format!(r#"{{"type":"collapsed","event":"{}"}}"#, EventId(7));
    let collapsed = format!("its message shows a later event of the same thing, {}", EventId(7));
    let digested_json = format!(r#"{{"type":"digested","digest":"{}"}}"#, EventId(7));
    let digested = format!("summed up in the message of {}", EventId(7));
    let all = [
        (
            Reason::Posted(posted.clone()),
            r#"{"type":"posted","form":"message","template":"stripe.payment"}"#,
            "posted (template stripe.payment)",
        ),
        (
            Reason::Posted(Posted {
                form: PostedForm::AnewInThread,
                refused: Some(error()),
                repeat: Some(RepeatCause::AnswerLost),
                ..posted.clone()
            }),
            r#"{"type":"posted","form":"anew_in_thread","template":"stripe.payment","refused":{"status":503},"repeat":"answer_lost"}"#,
            "posted anew: the earlier message is gone, or its thread closed (template stripe.payment); as a plain \
             message, because Discord refused the other: HTTP 503; an earlier answer was lost, so it may be posted twice",
        ),
        (
            Reason::Posted(Posted { shared_with: 6, ..posted.clone() }),
            r#"{"type":"posted","form":"message","template":"stripe.payment","shared_with":6}"#,
            "posted in one message with 6 others (template stripe.payment)",
        ),
        (Reason::Collapsed { event: EventId(7) }, &collapsed_json, &collapsed),
        (
            Reason::Posted(Posted { found: Some(RepeatCause::AnswerLost), ..posted.clone() }),
            r#"{"type":"posted","form":"message","template":"stripe.payment","found":"answer_lost"}"#,
            "posted (template stripe.payment); an earlier answer was lost, and the message was found in the channel",
        ),
        (
            Reason::Waiting { after: Duration::from_millis(376), error: error() },
            r#"{"type":"waiting","after_ms":376,"error":{"status":503}}"#,
            "waits 0.376s as Discord asked: HTTP 503",
        ),
        (
            Reason::Failed { attempt: 2, cause: FailureCause::AnswerLost { error: error() } },
            r#"{"type":"failed","attempt":2,"cause":{"type":"answer_lost","error":{"status":503}}}"#,
            "attempt 2 failed: no usable answer came back, it may have been posted: HTTP 503",
        ),
        (
            Reason::RefusedPlain { error: error(), plain: error() },
            r#"{"type":"refused_plain","error":{"status":503},"plain":{"status":503}}"#,
            "Discord refused the message: HTTP 503; and the plain one: HTTP 503",
        ),
        (
            Reason::Misplaced { error: error(), misplacement: Misplacement::UnknownTag },
            r#"{"type":"misplaced","error":{"status":503},"misplacement":"unknown_tag"}"#,
            "Discord refused the message: HTTP 503; the forum does not have these tags: correct the ids in the \
             destination's `tags`",
        ),
        (
            Reason::GivenUp {
                age: Duration::from_secs(8 * 86_400),
                attempts: 21,
                cause: FailureCause::Error { error: error() },
            },
            r#"{"type":"given_up","age_ms":691200000,"attempts":21,"cause":{"type":"error","error":{"status":503}}}"#,
            "given up after 8d and 21 attempts: HTTP 503",
        ),
        (
            Reason::Parked { error: error() },
            r#"{"type":"parked","error":{"status":503}}"#,
            "the webhook is dead, this waits for a new URL: HTTP 503",
        ),
        (
            Reason::Posted(Posted { form: PostedForm::Reposted, ring: Some(joined), ..posted.clone() }),
            r#"{"type":"posted","form":"reposted","template":"stripe.payment","ring":{"type":"joined","names":["a","b"],"count":5}}"#,
            "posted anew because a, b and 3 more joined (template stripe.payment)",
        ),
        (
            Reason::Posted(Posted {
                form: PostedForm::Reposted,
                ring: Some(RingCause::SeverityRose { from: Severity::Warning, to: Severity::Critical }),
                ..posted.clone()
            }),
            r#"{"type":"posted","form":"reposted","template":"stripe.payment","ring":{"type":"severity_rose","from":"warning","to":"critical"}}"#,
            "posted anew because the severity rose from warning to critical (template stripe.payment)",
        ),
        (
            Reason::Posted(Posted {
                form: PostedForm::Reposted,
                ring: Some(RingCause::Mentioned { mentions: vec![Mention::Role("5".to_owned())], count: 2 }),
                ..posted.clone()
            }),
            r#"{"type":"posted","form":"reposted","template":"stripe.payment","ring":{"type":"mentioned","mentions":["role:5"],"count":2}}"#,
            "posted anew because of the ping for role:5 and 1 more (template stripe.payment)",
        ),
        (Reason::Older { added: false }, r#"{"type":"older"}"#, "older than what the message shows"),
        (
            Reason::Older { added: true },
            r#"{"type":"older","added":true}"#,
            "older than what the message shows; what the message did not know was added to it",
        ),
        (Reason::FeedEnded, r#"{"type":"feed_ended"}"#, "its feed ended before it was sent"),
        (Reason::Purged, r#"{"type":"purged"}"#, "purged from its lane by an operator before it was sent"),
        (
            Reason::Collecting {
                until: Timestamp(60_000),
                cause: CollectCause::QuietHours,
                collected: Collected {
                    line: "$49.00 from Ada".to_owned(),
                    severity: Severity::Success,
                    keys: vec!["payment:1".to_owned()],
                },
            },
            r#"{"type":"collecting","until":60000,"cause":"quiet_hours","collected":{"line":"$49.00 from Ada","severity":"success","keys":["payment:1"]}}"#,
            "collected until the quiet hours end at 1970-01-01T00:01:00Z",
        ),
        (Reason::Digested { digest: EventId(7) }, &digested_json, &digested),
        (
            Reason::Replayed { delivery: 7, earlier: Some(Box::new(Reason::Refused { error: error() })) },
            r#"{"type":"replayed","delivery":7,"earlier":{"type":"refused","error":{"status":503}}}"#,
            "replayed as delivery 7; before that: Discord refused the message, a plain one is tried: HTTP 503",
        ),
        (Reason::MessageGone, r#"{"type":"message_gone"}"#, "the message that was to be edited is gone"),
        (
            Reason::Held { until: Timestamp(60_000) },
            r#"{"type":"held","until":60000}"#,
            "held back until 1970-01-01T00:01:00Z, in case it is over before",
        ),
        (
            Reason::ClosedInTime,
            r#"{"type":"closed_in_time"}"#,
            "over before the route's `hold` had passed, so nothing was reported",
        ),
        (
            Reason::Inhibited { key: "host:a".to_owned(), title: "Host a is down".to_owned(), until: None },
            r#"{"type":"inhibited","key":"host:a","title":"Host a is down"}"#,
            "`Host a is down` is open, and explains it",
        ),
        (Reason::Untyped { text: "told".to_owned() }, r#"{"type":"untyped","text":"told"}"#, "told"),
    ];
    for (reason, json, words) in all {
        assert_eq!(serde_json::to_string(&reason).expect("JSON"), json);
        assert_eq!(serde_json::from_str::<Reason>(json).expect("a reason"), reason);
        assert_eq!(reason.to_string(), words);
    }
}
