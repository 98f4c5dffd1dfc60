//! Reads what an answer says about limits: the bucket in its headers, and how long a 429 requires to wait. All of
//! it is untrusted input: what cannot be read is ignored, what is too large is capped.

use std::time::Duration;

use http::HeaderMap;

use super::response::RateLimit;

/// A longer wait is cut to this.
const LONGEST: Duration = Duration::from_secs(24 * 3600);

/// The bucket that the headers describe. Discord does not send them on every route.
pub(super) fn bucket(headers: &HeaderMap) -> Option<RateLimit> {
    let remaining = whole(number(headers, "x-ratelimit-remaining")?);
    Some(RateLimit {
        bucket: text(headers, "x-ratelimit-bucket").unwrap_or_default().to_owned(),
        limit: number(headers, "x-ratelimit-limit").map_or(remaining.max(1), whole),
        remaining,
        reset_after: span(number(headers, "x-ratelimit-reset-after")?)?,
    })
}

/// Whether the answer has rate limit headers at all; that of a ban has none.
pub(super) fn named(headers: &HeaderMap) -> bool {
    headers.keys().any(|name| name.as_str().starts_with("x-ratelimit-"))
}

/// How long to wait: `Retry-After` or the body's `retry_after`, whichever is longer. The header is in whole
/// seconds; where it is only the body's figure rounded up, the body is the exact one.
pub(super) fn retry_after(headers: &HeaderMap, body: Option<f64>) -> Option<Duration> {
    let usable = |seconds: &f64| !seconds.is_nan() && *seconds > 0.0;
    let header = number(headers, "retry-after").filter(usable);
    let seconds = match (header, body.filter(usable)) {
        (Some(header), Some(body)) if header == body.ceil() => body,
        (Some(header), Some(body)) => header.max(body),
        (header, body) => header.or(body)?,
    };
    span(seconds)
}

pub(super) fn text<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

fn number(headers: &HeaderMap, name: &str) -> Option<f64> {
    text(headers, name)?.trim().parse().ok()
}

fn whole(number: f64) -> u32 {
    // Saturates at both ends; NaN becomes 0.
    number as u32
}

/// Seconds as a span of whole milliseconds, rounded up; `None` for a negative one or NaN.
fn span(seconds: f64) -> Option<Duration> {
    if seconds.is_nan() || seconds < 0.0 {
        return None;
    }
    let millis = (seconds.min(LONGEST.as_secs_f64()) * 1000.0).ceil();
    Some(Duration::from_millis(millis as u64))
}

#[cfg(test)]
mod tests {
    use http::{HeaderName, HeaderValue};

    use super::*;

    fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
        let one = |(name, value): &(&str, &str)| {
            (name.parse::<HeaderName>().expect("name"), HeaderValue::from_bytes(value.as_bytes()).expect("value"))
        };
        pairs.iter().map(one).collect()
    }

    #[test]
    fn the_bucket_is_read_as_floats() {
        let pairs = headers(&[
            ("X-RateLimit-Bucket", "abc"),
            ("X-RateLimit-Limit", "5"),
            ("X-RateLimit-Remaining", "0"),
            ("X-RateLimit-Reset-After", "0.376"),
        ]);
        let expected =
            RateLimit { bucket: "abc".into(), limit: 5, remaining: 0, reset_after: Duration::from_millis(376) };
        assert_eq!(bucket(&pairs), Some(expected));
    }

    #[test]
    fn unreadable_headers_are_ignored() {
        for (remaining, reset) in [("x", "1"), ("1", "soon"), ("1", "-1"), ("1", "NaN"), ("", "")] {
            let pairs = headers(&[("x-ratelimit-remaining", remaining), ("x-ratelimit-reset-after", reset)]);
            assert_eq!(bucket(&pairs), None, "{remaining} {reset}");
        }
        let huge = headers(&[("x-ratelimit-remaining", "1e99"), ("x-ratelimit-reset-after", "inf")]);
        assert_eq!(bucket(&huge).map(|limit| limit.reset_after), Some(LONGEST));
    }

    #[test]
    fn the_longer_wait_wins_and_rounding_does_not_count() {
        let wait = |header: &str, body| retry_after(&headers(&[("retry-after", header)]), body);
        let ms = |ms| Some(Duration::from_millis(ms));
        assert_eq!(wait("1", Some(0.376)), ms(376));
        assert_eq!(wait("1337", Some(64.57)), ms(1_337_000));
        assert_eq!(wait("1", Some(2.5)), ms(2500));
        assert_eq!(wait("7", None), ms(7000));
        assert_eq!(wait("Wed, 21 Oct 2015 07:28:00 GMT", Some(0.25)), ms(250));
        assert_eq!(wait("-5", Some(f64::NAN)), None);
        assert_eq!(wait("0", Some(-1.0)), None);
        assert_eq!(wait("inf", Some(1e300)), Some(LONGEST));
        assert_eq!(wait("x", Some(0.3761)), ms(377));
    }
}
