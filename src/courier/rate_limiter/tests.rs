//! The pace, with time passed in.

use super::*;
use hookbell_model::webhook_error::WebhookError;

const START: Timestamp = Timestamp(1_000_000);

fn at(millis: i64) -> Timestamp {
    Timestamp(START.0 + millis)
}

fn pace() -> RateLimiter {
    RateLimiter::new(Some(Rate { count: 30, span: Duration::from_secs(60) }))
}

fn answer(status: u16, outcome: Outcome) -> Response {
    Response { outcome, status: Some(status), rate_limit: None }
}

fn done(remaining: u32, reset_after_ms: u64) -> Response {
    let rate_limit =
        RateLimit { bucket: "b".into(), limit: 5, remaining, reset_after: Duration::from_millis(reset_after_ms) };
    Response { outcome: Outcome::Done(None), status: Some(200), rate_limit: Some(rate_limit) }
}

fn wait(after_ms: u64, scope: RateLimitScope) -> Response {
    answer(429, Outcome::Wait { after: Duration::from_millis(after_ms), scope, error: WebhookError::default() })
}

/// Sends at the first moment that is allowed from `from` on, and returns that moment.
fn send(pace: &mut RateLimiter, webhook: &str, from: Timestamp, answer: &Response) -> Timestamp {
    let mut now = from;
    loop {
        match pace.take(RequestKind::Post, webhook, now) {
            Ok(permit) => {
                pace.note(&permit, answer, now);
                return now;
            }
            Err(later) => {
                assert!(later > now, "a wait must lead on");
                now = later;
            }
        }
    }
}

#[test]
fn nothing_is_sent_into_an_empty_bucket() {
    let mut pace = pace();
    send(&mut pace, "1", at(0), &done(0, 376));
    let other_webhook = pace.take(RequestKind::Post, "2", at(1));
    assert!(other_webhook.is_ok(), "another webhook has a bucket of its own");
    assert_eq!(pace.take(RequestKind::Post, "1", at(1)).expect_err("empty"), at(377));
    assert!(pace.take(RequestKind::Post, "1", at(376)).is_err());
    assert!(pace.take(RequestKind::Post, "1", at(377)).is_ok());
}

#[test]
fn lanes_of_one_webhook_share_what_is_left() {
    let mut pace = pace();
    send(&mut pace, "1", at(0), &done(2, 1000));
    let first = pace.take(RequestKind::Post, "1", at(1)).expect("two left");
    let second = pace.take(RequestKind::Post, "1", at(1)).expect("one left");
    assert!(pace.take(RequestKind::Post, "1", at(1)).is_err(), "both are under way");
    pace.note(&first, &done(1, 990), at(10));
    assert!(pace.take(RequestKind::Post, "1", at(10)).is_err(), "the one left is the second's");
    pace.note(&second, &done(0, 980), at(20));
    assert_eq!(pace.take(RequestKind::Post, "1", at(21)).expect_err("empty"), at(1001));
}

#[test]
fn a_request_without_an_answer_does_not_block_its_bucket() {
    let mut pace = pace();
    send(&mut pace, "1", at(0), &done(1, 1000));
    drop(pace.take(RequestKind::Post, "1", at(1)).expect("one left"));
    assert!(pace.take(RequestKind::Post, "1", at(2)).is_err());
    assert!(pace.take(RequestKind::Post, "1", at(1001)).is_ok());
}

#[test]
fn two_webhooks_of_one_channel_share_thirty_a_minute() {
    let mut pace = pace();
    pace.place("1", "77");
    pace.place("2", "77");
    let free = done(4, 10);
    let sent: Vec<Timestamp> =
        (0..30).map(|n| send(&mut pace, if n % 2 == 0 { "1" } else { "2" }, at(n * 100), &free)).collect();
    assert_eq!(sent[29], at(2900));
    assert_eq!(send(&mut pace, "2", at(3000), &free), at(60_001), "exactly when the first leaves the window");
    assert_eq!(send(&mut pace, "1", at(60_002), &free), at(60_101), "and then when the second does");
    assert_eq!(send(&mut pace, "3", at(3001), &free), at(3001), "another channel is free");
}

#[test]
fn a_request_counts_from_the_time_of_its_answer() {
    let mut pace = RateLimiter::new(Some(Rate { count: 1, span: Duration::from_secs(60) }));
    let permit = pace.take(RequestKind::Post, "1", at(0)).expect("free");
    pace.note(&permit, &done(4, 10), at(900));
    assert_eq!(pace.take(RequestKind::Post, "1", at(1000)).expect_err("full"), at(60_901));
}

#[test]
fn requests_before_the_channel_was_known_count_too() {
    let mut pace = pace();
    for n in 0..20 {
        send(&mut pace, "1", at(n), &done(4, 0));
        send(&mut pace, "2", at(n), &done(4, 0));
    }
    pace.place("1", "77");
    pace.place("2", "77");
    assert!(pace.take(RequestKind::Post, "1", at(1100)).is_err());
}

#[test]
fn edits_and_refused_posts_take_nothing_from_the_channel() {
    let mut pace = RateLimiter::new(Some(Rate { count: 1, span: Duration::from_secs(60) }));
    send(&mut pace, "1", at(0), &wait(100, RateLimitScope::Webhook));
    assert_eq!(send(&mut pace, "1", at(0), &done(4, 0)), at(101));
    assert!(pace.take(RequestKind::Edit, "1", at(200)).is_ok());
    assert!(pace.take(RequestKind::Post, "1", at(200)).is_err());
}

#[test]
fn a_server_without_limits_is_never_slowed_down() {
    let mut pace = pace();
    for n in 0..500 {
        assert_eq!(send(&mut pace, "1", at(n / 100), &answer(204, Outcome::Done(None))), at(n / 100));
    }
}

#[test]
fn all_webhooks_together_send_at_most_fifty_a_second() {
    let mut pace = RateLimiter::new(None);
    for n in 0..50 {
        assert_eq!(send(&mut pace, &n.to_string(), at(0), &done(4, 10)), at(0));
    }
    assert_eq!(send(&mut pace, "x", at(1), &done(4, 10)), at(1001));
}

#[test]
fn a_wait_is_for_the_webhook_the_channel_or_all() {
    let mut pace = pace();
    pace.place("1", "77");
    pace.place("2", "77");
    send(&mut pace, "1", at(0), &wait(376, RateLimitScope::Webhook));
    assert_eq!(pace.take(RequestKind::Post, "1", at(0)).expect_err("has to wait"), at(377));
    assert!(pace.take(RequestKind::Post, "2", at(0)).is_ok());
    send(&mut pace, "1", at(400), &wait(5000, RateLimitScope::Shared));
    assert_eq!(pace.take(RequestKind::Post, "2", at(401)).expect_err("the channel waits"), at(5401));
    assert!(pace.take(RequestKind::Post, "3", at(401)).is_ok());
    send(&mut pace, "3", at(500), &wait(9000, RateLimitScope::Global));
    assert_eq!(pace.take(RequestKind::Post, "4", at(501)).expect_err("all wait"), at(9501));
    assert_eq!(pace.take(RequestKind::LookUp, "4", at(501)).expect_err("questions too"), at(9501));
}

#[test]
fn a_429_while_the_bucket_has_room_is_the_limit_of_the_channel() {
    let mut pace = pace();
    pace.place("1", "77");
    pace.place("2", "77");
    let hidden = Response { rate_limit: done(3, 500).rate_limit, ..wait(42_000, RateLimitScope::Webhook) };
    send(&mut pace, "1", at(0), &hidden);
    assert_eq!(pace.take(RequestKind::Post, "2", at(1)).expect_err("the channel waits"), at(42_001));
}

#[test]
fn a_ban_stops_everything() {
    let mut pace = pace();
    let ban = answer(403, Outcome::Banned { after: Duration::from_secs(3600), error: WebhookError::default() });
    let permit = pace.take(RequestKind::Post, "1", at(0)).expect("free");
    assert_eq!(pace.note(&permit, &ban, at(0)), Some(Notice::Banned(at(3_600_001))));
    for kind in [RequestKind::Post, RequestKind::Edit, RequestKind::LookUp] {
        assert_eq!(pace.take(kind, "2", at(1)).expect_err("banned"), at(3_600_001));
    }
}

#[test]
fn many_invalid_requests_slow_everything_down_and_then_stop_it() {
    let mut pace = RateLimiter::new(None);
    let denied = answer(403, Outcome::WebhookDead { error: WebhookError::default() });
    let mut notices = Vec::new();
    for n in 0..INVALID_STOP {
        let permit = Permit { kind: RequestKind::Post, webhook: n.to_string(), taken: at(0) };
        notices.extend(pace.note(&permit, &denied, at(n as i64)));
        if n == INVALID_SLOW {
            drop(pace.take(RequestKind::Post, "x", at(n as i64)).expect("still allowed"));
            assert_eq!(pace.take(RequestKind::Post, "y", at(n as i64)).expect_err("slowed"), at(n as i64 + 1000));
        }
    }
    assert_eq!(notices, [Notice::Slowed(INVALID_SLOW + 1), Notice::Stopped(INVALID_STOP)]);
    let again = pace.take(RequestKind::Post, "x", at(9000)).expect_err("stopped");
    assert_eq!(again, at(600_000), "until the oldest is ten minutes old");
    assert!(pace.take(RequestKind::Post, "x", again).is_ok());
}

#[test]
fn shared_429s_are_no_invalid_requests() {
    let mut pace = RateLimiter::new(None);
    for n in 0..INVALID_SLOW as i64 * 2 {
        let permit = Permit { kind: RequestKind::Post, webhook: "1".into(), taken: at(n) };
        assert_eq!(pace.note(&permit, &wait(1, RateLimitScope::Shared), at(n)), None);
    }
}

#[test]
fn a_restart_does_not_begin_with_an_empty_window() {
    let mut pace = pace();
    pace.place("1", "77");
    pace.recall("1", (0..30).map(|n| at(n * 100)).collect());
    // No answer has shown any limit yet; the earlier run's posts are reason enough.
    assert_eq!(pace.take(RequestKind::Post, "1", at(3_000)).expect_err("full"), at(60_001));
    // So many posts are only possible where there is no such limit.
    let mut sink = RateLimiter::new(Some(Rate { count: 30, span: Duration::from_secs(60) }));
    sink.recall("1", (0..31).map(|n| at(n * 100)).collect());
    assert!(sink.take(RequestKind::Post, "1", at(3_200)).is_ok());
    // And a server that answers a post without a word of limits has none.
    let mut sink = RateLimiter::new(Some(Rate { count: 30, span: Duration::from_secs(60) }));
    sink.recall("1", (0..29).map(|n| at(n * 100)).collect());
    let permit = sink.take(RequestKind::Post, "1", at(3_000)).expect("room for one");
    sink.note(&permit, &answer(200, Outcome::Done(None)), at(3_000));
    assert!(sink.take(RequestKind::Post, "1", at(3_001)).is_ok());
}

#[test]
fn what_is_tried_again_leaves_a_part_of_the_global_limit_to_what_is_new() {
    let mut pace = RateLimiter::new(None);
    let first = pace.take(RequestKind::Post, "seen", at(0)).expect("free");
    pace.note(&first, &done(4, 1000), at(0));
    for n in 0..39 {
        drop(pace.take_again(RequestKind::Post, &format!("blocked{n}"), at(10)).expect("within its part"));
    }
    assert!(pace.take_again(RequestKind::Post, "blocked", at(10)).is_err());
    assert!(pace.take(RequestKind::LookUp, "blocked", at(10)).is_err());
    for n in 0..10 {
        drop(pace.take(RequestKind::Post, &format!("idle{n}"), at(20)).expect("kept for it"));
    }
    assert!(pace.take(RequestKind::Post, "idle", at(20)).is_err());
}

#[test]
fn a_request_without_an_answer_counts_against_the_global_limit_from_when_it_was_sent() {
    let mut pace = RateLimiter::new(None);
    let first = pace.take(RequestKind::Post, "seen", at(0)).expect("free");
    pace.note(&first, &done(4, 1000), at(0));
    let hanging: Vec<Permit> =
        (0..49).map(|n| pace.take(RequestKind::Post, &format!("hangs{n}"), at(10)).expect("free")).collect();
    let error = WebhookError::without_answer("a time-out");
    for permit in &hanging {
        let lost = Outcome::Lost { error: error.clone() };
        pace.note(permit, &Response { outcome: lost, status: None, rate_limit: None }, at(10_000));
    }
    assert!(pace.take(RequestKind::Post, "idle", at(10_001)).is_ok());
}
