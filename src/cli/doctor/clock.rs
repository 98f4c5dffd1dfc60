//! The clock of this machine against the one of Discord, as the `Date` of an answer has it.

use std::time::Duration;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

use super::finding::ClockState;
use hookbell_model::timestamp::Timestamp;

const TIMEOUT: Duration = Duration::from_secs(5);

/// `base`: scheme and host of Discord. Whatever it answers, it says the time.
pub(super) async fn compare(base: &str) -> ClockState {
    let host = super::server::host(base);
    let Ok(client) = reqwest::Client::builder().timeout(TIMEOUT).build() else {
        return ClockState::Unreachable { host };
    };
    let before = Timestamp::now();
    let Ok(answer) = client.head(format!("{base}/api/v10/gateway")).send().await else {
        return ClockState::Unreachable { host };
    };
    let after = Timestamp::now();
    let date = answer.headers().get(reqwest::header::DATE).and_then(|date| date.to_str().ok());
    match date.and_then(|date| OffsetDateTime::parse(date, &Rfc2822).ok()) {
        Some(date) => ClockState::Compared { ahead: ahead(before, after, date.unix_timestamp()), with: host },
        None => ClockState::NoDate { host },
    }
}

/// How far this clock is ahead, in seconds. The other one was read at some moment between two of this one, and cut to whole
/// seconds: within that they agree.
fn ahead(before: Timestamp, after: Timestamp, other: i64) -> i64 {
    if other < before.secs() - 1 {
        before.secs() - 1 - other
    } else if other > after.secs() {
        after.secs() - other
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_answer_is_no_wrong_clock() {
        let ahead = |before, after, other| ahead(Timestamp::from_secs(before), Timestamp::from_secs(after), other);
        assert_eq!([ahead(100, 104, 102), ahead(100, 104, 99), ahead(100, 104, 104)], [0, 0, 0]);
        assert_eq!((ahead(100, 104, 60), ahead(100, 104, 404)), (39, -300));
    }

    #[test]
    fn the_date_of_an_answer_is_read() {
        let date = OffsetDateTime::parse("Sat, 28 Nov 2026 16:25:17 GMT", &Rfc2822).expect("a date");
        assert_eq!(date.unix_timestamp(), 1_795_883_117);
    }
}
