//! The table of outcomes, a row for each answer.

use http::{HeaderName, HeaderValue};
use proptest::prelude::*;

use super::*;

fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
    let one = |(name, value): &(&str, &str)| {
        (name.parse::<HeaderName>().expect("name"), HeaderValue::from_str(value).expect("value"))
    };
    pairs.iter().map(one).collect()
}

fn post(status: u16, body: &str) -> Outcome {
    answer(&Method::POST, status, &[], body)
}

fn answer(method: &Method, status: u16, pairs: &[(&str, &str)], body: &str) -> Outcome {
    read((method, false), status, &headers(pairs), ReceivedBody { bytes: body.as_bytes(), cut: false })
}

fn word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Done(_) => "done",
        Outcome::Wait { .. } => "wait",
        Outcome::Retry { .. } => "retry",
        Outcome::Lost { .. } => "lost",
        Outcome::Refused { .. } => "refused",
        Outcome::MessageGone { .. } => "gone",
        Outcome::Misplaced { .. } => "misplaced",
        Outcome::WebhookDead { .. } => "dead",
        Outcome::Banned { .. } => "banned",
    }
}

const HTML: &str = "<!DOCTYPE html><title>Just a moment</title>";

#[test]
fn every_status_and_code_has_its_outcome() {
    let code = |code: i64| format!(r#"{{"code":{code},"message":"words"}}"#);
    let rows: &[(u16, String, &str, &str)] = &[
        // status, body, for a POST, for a PATCH
        (200, r#"{"id":"1","channel_id":"2"}"#.into(), "done", "done"),
        (204, String::new(), "done", "done"),
        (200, String::new(), "lost", "retry"),
        (200, HTML.into(), "lost", "retry"),
        (200, "{\"id\":".into(), "lost", "retry"),
        (200, "[1,2]".into(), "lost", "retry"),
        (200, r#"{"id":"../../1"}"#.into(), "lost", "retry"),
        (202, r#"{"ok":true}"#.into(), "lost", "retry"),
        (301, HTML.into(), "retry", "retry"),
        (302, String::new(), "retry", "retry"),
        (308, code(0), "retry", "retry"),
        (400, code(50_035), "refused", "refused"),
        (400, code(50_006), "refused", "refused"),
        (400, code(220_001), "misplaced", "refused"),
        (400, code(220_002), "refused", "refused"),
        (400, code(220_003), "misplaced", "refused"),
        (400, code(220_004), "refused", "refused"),
        (400, code(40_067), "misplaced", "refused"),
        (400, code(50_024), "refused", "refused"),
        (400, code(50_008), "refused", "refused"),
        (400, code(40_058), "refused", "refused"),
        (400, code(50_083), "refused", "gone"),
        (400, code(10_087), "misplaced", "refused"),
        (404, code(10_087), "misplaced", "dead"),
        (403, code(160_005), "refused", "gone"),
        (400, code(200_000), "refused", "refused"),
        (403, code(200_001), "refused", "refused"),
        (400, code(240_000), "refused", "refused"),
        (400, code(999_999), "refused", "refused"),
        (400, HTML.into(), "retry", "retry"),
        (401, code(50_027), "dead", "dead"),
        (500, code(50_027), "dead", "dead"),
        (401, code(40_001), "dead", "dead"),
        (401, code(50_014), "dead", "dead"),
        (401, code(0), "dead", "dead"),
        (401, HTML.into(), "retry", "retry"),
        (403, code(50_001), "dead", "dead"),
        (403, code(50_013), "dead", "dead"),
        (403, code(40_007), "dead", "dead"),
        (403, code(50_005), "dead", "gone"),
        (403, HTML.into(), "banned", "banned"),
        (403, String::new(), "banned", "banned"),
        (403, r#"{"code":0,"message":"You are being blocked from accessing our API"}"#.into(), "banned", "banned"),
        (404, code(10_015), "dead", "dead"),
        (404, code(10_008), "dead", "gone"),
        (404, code(10_003), "dead", "gone"),
        (404, code(0), "dead", "dead"),
        (404, HTML.into(), "retry", "retry"),
        (404, r#"{"error":"no such page"}"#.into(), "retry", "retry"),
        (405, String::new(), "retry", "retry"),
        (408, String::new(), "retry", "retry"),
        (413, HTML.into(), "refused", "refused"),
        (413, code(40_005), "refused", "refused"),
        (400, code(50_045), "refused", "refused"),
        (429, r#"{"message":"slow","retry_after":0.376,"global":false}"#.into(), "wait", "wait"),
        (429, code(20_016), "wait", "wait"),
        (429, code(20_022), "wait", "wait"),
        (429, code(20_028), "wait", "wait"),
        (429, code(20_029), "wait", "wait"),
        (429, code(30_046), "wait", "wait"),
        (429, code(40_062), "wait", "wait"),
        (429, String::new(), "wait", "wait"),
        (429, HTML.into(), "banned", "banned"),
        (429, "error code: 1015".into(), "banned", "banned"),
        (429, code(0), "banned", "banned"),
        (429, code(1015), "banned", "banned"),
        (500, code(0), "retry", "retry"),
        (502, HTML.into(), "retry", "retry"),
        (503, String::new(), "retry", "retry"),
        (504, String::new(), "retry", "retry"),
        (503, code(130_000), "retry", "retry"),
        (400, code(130_000), "retry", "retry"),
        (599, String::new(), "retry", "retry"),
    ];
    for (status, body, posted, edited) in rows {
        assert_eq!(word(&post(*status, body)), *posted, "POST: {status} {body}");
        assert_eq!(word(&answer(&Method::PATCH, *status, &[], body)), *edited, "PATCH: {status} {body}");
    }
}

#[test]
fn a_thread_that_hookbell_chose_may_be_gone_alone() {
    let in_thread = |method: &Method, status, code: i64| {
        let body = format!(r#"{{"code":{code},"message":"words"}}"#);
        read((method, true), status, &HeaderMap::new(), ReceivedBody { bytes: body.as_bytes(), cut: false })
    };
    for (status, code) in [(404, 10_003), (404, 10_008), (400, 50_083), (403, 160_005)] {
        let posted = in_thread(&Method::POST, status, code);
        assert!(
            matches!(posted, Outcome::Misplaced { misplacement: Misplacement::ThreadGone, .. }),
            "{code}: {posted:?}"
        );
        assert_eq!(word(&in_thread(&Method::PATCH, status, code)), "gone", "{code}");
    }
    assert_eq!(word(&in_thread(&Method::POST, 404, 10_015)), "dead");
}

#[test]
fn a_form_error_about_tags_is_a_misplacement() {
    let tree = |key: &str| {
        let leaf = r#"{"0":{"_errors":[{"code":"NUMBER_TYPE_COERCE","message":"Value is not snowflake."}]}}"#;
        format!(r#"{{"code":50035,"message":"Invalid Form Body","errors":{{"{key}":{leaf}}}}}"#)
    };
    let blamed = post(400, &tree("applied_tags"));
    assert!(matches!(blamed, Outcome::Misplaced { misplacement: Misplacement::UnknownTag, .. }), "{blamed:?}");
    assert_eq!(word(&post(400, &tree("embeds"))), "refused");
}

#[test]
fn a_saved_message_is_known_by_its_ids() {
    let expected = MessageRef { id: "1".into(), channel: "2".into() };
    assert_eq!(post(200, r#"{"id":"1","channel_id":"2"}"#), Outcome::Done(Some(expected)));
}

#[test]
fn an_answer_too_long_to_read_is_done_without_an_id() {
    let cut = |bytes| read((&Method::POST, false), 200, &HeaderMap::new(), ReceivedBody { bytes, cut: true });
    assert_eq!(cut(b"{\"id\":\"1\",\"content\":\"xxx"), Outcome::Done(None));
    assert_eq!(word(&cut(b"  <html>")), "lost");
}

#[test]
fn a_refusal_names_the_paths_of_the_form_errors() {
    let body = r#"{"code":50035,"message":"Invalid Form Body","errors":{"embeds":{"0":{
        "title":{"_errors":[{"code":"BASE_TYPE_MAX_LENGTH","message":"Must be 256 or fewer in length."}]},
        "fields":{"3":{"name":{"_errors":[{"code":"BASE_TYPE_REQUIRED","message":"This field is required"}]}}}}}}}"#;
    let Outcome::Refused { error } = post(400, body) else { panic!("not refused") };
    assert_eq!(
        error.to_string(),
        "HTTP 400, code 50035: embeds[0].fields[3].name: This field is required; \
         embeds[0].title: Must be 256 or fewer in length."
    );
}

#[test]
fn a_429_says_what_it_applies_to_and_for_how_long() {
    let wait = |pairs: &[(&str, &str)], body: &str| match answer(&Method::POST, 429, pairs, body) {
        Outcome::Wait { after, scope, .. } => (after.as_millis(), scope),
        other => panic!("{other:?}"),
    };
    let body = r#"{"message":"You are being rate limited.","retry_after":0.376,"global":false}"#;
    assert_eq!(wait(&[("retry-after", "1"), ("x-ratelimit-scope", "user")], body), (376, RateLimitScope::Webhook));
    assert_eq!(
        wait(&[("retry-after", "1337"), ("x-ratelimit-scope", "shared")], body),
        (1_337_000, RateLimitScope::Shared)
    );
    assert_eq!(wait(&[("x-ratelimit-scope", "global")], body), (376, RateLimitScope::Global));
    assert_eq!(wait(&[("x-ratelimit-global", "true")], body), (376, RateLimitScope::Global));
    assert_eq!(wait(&[], r#"{"retry_after":2,"global":true}"#), (2000, RateLimitScope::Global));
    assert_eq!(wait(&[("retry-after", "3"), ("x-ratelimit-bucket", "b")], "<html>"), (3000, RateLimitScope::Webhook));
    assert_eq!(wait(&[], r#"{"code":0,"retry_after":-4}"#), (5000, RateLimitScope::Webhook));
    assert_eq!(wait(&[], r#"{"retry_after":1e300}"#), (86_400_000, RateLimitScope::Webhook));
}

#[test]
fn a_ban_lasts_an_hour_unless_it_says_otherwise() {
    let ban = |status, pairs: &[(&str, &str)]| match answer(&Method::POST, status, pairs, HTML) {
        Outcome::Banned { after, .. } => after.as_secs(),
        other => panic!("{other:?}"),
    };
    assert_eq!(ban(403, &[]), 3600);
    assert_eq!(ban(429, &[]), 3600);
    assert_eq!(ban(429, &[("retry-after", "7200")]), 7200);
}

#[test]
fn a_request_that_was_not_sent_is_retried_and_one_that_was_is_lost() {
    assert_eq!(word(&no_answer(&Method::POST, true, "refused")), "retry");
    assert_eq!(word(&no_answer(&Method::POST, false, "reset")), "lost");
    assert_eq!(word(&no_answer(&Method::PATCH, false, "reset")), "retry");
    assert_eq!(word(&no_answer(&Method::GET, false, "reset")), "retry");
}

proptest! {
    #[test]
    fn no_answer_makes_it_panic(
        status in 100u16..=599,
        body in prop::collection::vec(any::<u8>(), 0..200),
        wait in "[ -~]{0,12}",
        cut: bool,
    ) {
        let pairs = [("retry-after", wait.as_str()), ("x-ratelimit-remaining", &wait), ("x-ratelimit-reset-after", &wait)];
        let headers = headers(&pairs);
        for method in [Method::POST, Method::PATCH, Method::GET] {
            read((&method, cut), status, &headers, ReceivedBody { bytes: &body, cut });
        }
        limits::bucket(&headers);
    }
}
