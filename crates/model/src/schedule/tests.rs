//! Schedules over changes of the clock, and what is none.

use super::*;

fn schedule(text: &str) -> Schedule {
    text.parse().expect(text)
}

fn at(text: &str) -> Timestamp {
    Timestamp::parse_rfc3339(text).expect(text)
}

/// The moments after this one.
fn moments(text: &str, from: &str, count: usize) -> Vec<String> {
    let (schedule, mut now) = (schedule(text), at(from));
    let next = |_| {
        now = schedule.next(now);
        now.to_rfc3339()
    };
    (0..count).map(next).collect()
}

#[test]
fn a_span_ends_at_its_multiples() {
    assert_eq!(moments("30s", "2026-11-21T10:00:01.5Z", 2), ["2026-11-21T10:00:30Z", "2026-11-21T10:01:00Z"]);
    assert_eq!(moments("1h", "2026-11-21T10:00:00Z", 1), ["2026-11-21T11:00:00Z"]);
    let period = schedule("1h").period(at("2026-11-21T10:59:59.999Z"));
    assert_eq!(period, Period { from: at("2026-11-21T10:00:00Z"), to: at("2026-11-21T11:00:00Z") });
}

#[test]
fn a_day_begins_at_the_time_that_the_zones_clock_shows() {
    assert_eq!(
        moments("daily 09:00 Europe/Berlin", "2026-03-27T12:00:00Z", 3),
        // Summer time begins on the 29th.
        ["2026-03-28T08:00:00Z", "2026-03-29T07:00:00Z", "2026-03-30T07:00:00Z"]
    );
    assert_eq!(moments("daily 09:00", "2026-03-27T09:00:00Z", 1), ["2026-03-28T09:00:00Z"]);
}

#[test]
fn a_time_that_the_clock_leaves_out_is_the_first_moment_after_the_gap() {
    assert_eq!(
        moments("daily 02:30 Europe/Berlin", "2026-03-28T00:00:00Z", 3),
        ["2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"]
    );
    // In São Paulo midnight itself was left out.
    assert_eq!(
        moments("daily 00:00 America/Sao_Paulo", "2018-11-03T04:00:00Z", 2),
        ["2018-11-04T03:00:00Z", "2018-11-05T02:00:00Z"]
    );
}

#[test]
fn a_time_that_comes_twice_counts_once() {
    assert_eq!(
        moments("daily 02:30 Europe/Berlin", "2026-10-24T12:00:00Z", 2),
        ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"]
    );
    let between = at("2026-10-25T01:45:00Z");
    assert_eq!(schedule("daily 02:30 Europe/Berlin").period(between).from, at("2026-10-25T00:30:00Z"));
}

#[test]
fn a_day_that_a_zone_left_out_ends_no_order() {
    // Samoa went from the 29th to the 31st.
    let found = moments("daily 09:00 Pacific/Apia", "2011-12-28T20:00:00Z", 4);
    let mut sorted = found.clone();
    sorted.sort();
    sorted.dedup();
    assert_eq!(found, sorted);
    assert_eq!(found.last().map(String::as_str), Some("2011-12-31T19:00:00Z"));
}

#[test]
fn a_week_begins_on_its_day() {
    assert_eq!(
        moments("weekly mon 08:00 America/New_York", "2026-10-27T00:00:00Z", 2),
        // Summer time ends on the 1st of November.
        ["2026-11-02T13:00:00Z", "2026-11-09T13:00:00Z"]
    );
    assert_eq!(schedule("weekly Monday 08:00"), schedule("weekly mon 8:00 UTC"));
}

#[test]
fn periods_follow_each_other_without_a_gap() {
    for text in ["7h", "daily 02:30 Europe/Berlin", "weekly sun 02:30 America/New_York", "daily 00:00 Pacific/Apia"] {
        let schedule = schedule(text);
        for begin in ["2026-03-01T00:00:00Z", "2026-10-20T00:00:00Z", "2011-12-25T00:00:00Z"] {
            let mut period = schedule.period(at(begin));
            for _ in 0..20 {
                let next = schedule.period(period.to);
                assert_eq!(next.from, period.to, "{text} from {begin}");
                assert!(next.to > next.from, "{text} from {begin}");
                assert_eq!(schedule.period(Timestamp(next.to.0 - 1)), next, "{text} from {begin}");
                period = next;
            }
        }
    }
}

#[test]
fn a_schedule_is_written_as_it_is_read() {
    for text in ["30s", "90m", "1h", "7d", "daily 09:00 Europe/Berlin", "weekly mon 08:00 America/New_York"] {
        assert_eq!(schedule(text).to_string(), text);
        let json = serde_json::to_string(&schedule(text)).expect("JSON");
        assert_eq!(serde_json::from_str::<Schedule>(&json).expect("a schedule"), schedule(text));
    }
}

#[test]
fn what_is_no_schedule_says_what_would_be_one() {
    let said = |text: &str| text.parse::<Schedule>().expect_err(text).to_string();
    for text in ["", "soon", "daily", "weekly mon", "daily 09:00 Europe/Berlin now", "monthly 1 09:00"] {
        assert!(said(text).contains("`daily 09:00 Europe/Berlin`"), "{text}: {}", said(text));
    }
    for text in ["0s", "1s", "8d", "99999999999999999d"] {
        assert!(said(text).contains("from 5s to 7d"), "{text}: {}", said(text));
    }
    assert!(said("weekly noday 08:00").contains("`mon` to `sun`"));
    assert!(said("daily 25:00").contains("`00:00` to `23:59`"));
    assert!(said("daily 09:00 Europe/Berlni").contains("did you mean `Europe/Berlin`?"));
}

#[test]
fn a_period_is_divided_for_a_chart() {
    let parts = |text: &str, moment: &str| {
        let schedule = schedule(text);
        schedule.period(at(moment)).parts(&schedule.zone())
    };
    assert_eq!(parts("30s", "2026-11-21T10:00:00Z").len(), 0);
    assert_eq!(parts("1m", "2026-11-21T10:00:00Z").len(), 6);
    assert_eq!(parts("10m", "2026-11-21T10:00:00Z").len(), 10);
    assert_eq!(parts("1h", "2026-11-21T10:00:00Z").len(), 12);
    assert_eq!(parts("daily 09:00 Europe/Berlin", "2026-11-21T10:00:00Z").len(), 24);
    // A day of 25 hours, and a week in which the clock is set back.
    assert_eq!(parts("daily 00:00 Europe/Berlin", "2026-10-25T10:00:00Z").len(), 25);
    let week = parts("weekly mon 08:00 Europe/Berlin", "2026-10-25T10:00:00Z");
    assert_eq!((week.len(), week.last().copied()), (7, Some(at("2026-10-25T07:00:00Z"))));
}
