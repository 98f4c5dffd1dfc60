//! Adds the chart to a digest's message, where there is something to see.

use hookbell_chart::{Bar, Chart};
use hookbell_model::event::{Event, Raw};
use hookbell_model::message::{Attachment, Message};
use hookbell_model::own_event::{Digest, OWN};
use hookbell_model::timestamp::Timestamp;
use hookbell_model::zone::Zone;

const FILE: &str = "digest.png";
const DAY: i64 = 86_400;

/// Draws what a digest says of the time within its period. A chart that cannot be drawn is left out.
pub(super) fn attach(event: &Event, raw: &Raw, message: &mut Message) {
    if event.source != OWN || event.event_type != Digest::EVENT_TYPE {
        return;
    }
    let Some(chart) = serde_json::from_slice(&raw.body).ok().and_then(|digest| chart(&digest)) else { return };
    let Ok(bytes) = hookbell_chart::png(&chart) else { return };
    if let Some(embed) = message.embeds.first_mut().filter(|embed| embed.image.is_empty()) {
        embed.image = format!("attachment://{FILE}");
    }
    message.files.push(Attachment { filename: FILE.to_owned(), description: chart.alt_text(), bytes });
}

/// None where there is nothing to see.
fn chart(digest: &Digest) -> Option<Chart> {
    let zone: Zone = digest.zone.parse().ok()?;
    let width = match digest.buckets.as_slice() {
        [first, second, ..] => second.from - first.from,
        _ => return None,
    };
    // A day may have 23 or 25 hours.
    let is_daily = width > DAY / 2;
    let label = |from: i64| {
        let at = Timestamp::from_secs(from);
        match width {
            _ if is_daily => zone.day(at),
            width if width < 60 => zone.minute_and_second(at),
            _ => zone.hour(at),
        }
    };
    let bars = digest.buckets.iter().map(|bucket| Bar { label: label(bucket.from), value: bucket.count }).collect();
    let unit = match width {
        _ if is_daily => "day".to_owned(),
        60 => "minute".to_owned(),
        width if width < 60 => format!("{width} seconds"),
        3600 => "hour".to_owned(),
        width if width % 3600 == 0 => format!("{} hours", width / 3600),
        width => format!("{} minutes", width / 60),
    };
    let chart = Chart { title: format!("Events per {unit}"), zone: zone.name().to_owned(), bars };
    chart.is_worthwhile().then_some(chart)
}

#[cfg(test)]
mod tests {
    use super::*;
    use hookbell_model::own_event::Bucket;

    fn digest(zone: &str, width: i64, counts: &[u64]) -> Digest {
        let bucket = |(at, count): (i64, &u64)| Bucket { from: 1_795_255_200 + at * width, count: *count };
        Digest { zone: zone.to_owned(), buckets: (0..).zip(counts).map(bucket).collect(), ..Digest::default() }
    }

    #[test]
    fn a_chart_names_its_unit_and_its_zone() {
        let hours = chart(&digest("Europe/Berlin", 3600, &[1, 4, 0, 2])).expect("a chart");
        assert_eq!((hours.title.as_str(), hours.zone.as_str()), ("Events per hour", "Europe/Berlin"));
        assert_eq!(hours.bars[0].label, "11:00");
        let days = chart(&digest("UTC", DAY, &[1, 4, 0, 2])).expect("a chart");
        let seconds = chart(&digest("UTC", 10, &[1, 4, 0, 2])).expect("a chart");
        assert_eq!((seconds.title.as_str(), seconds.bars[1].label.as_str()), ("Events per 10 seconds", "00:10"));
        assert_eq!((days.title.as_str(), days.bars[0].label.as_str()), ("Events per day", "Sat 21"));
    }

    #[test]
    fn there_is_no_chart_where_there_is_nothing_to_see() {
        for counts in [&[][..], &[9], &[9, 0, 0], &[1, 1, 1]] {
            assert_eq!(chart(&digest("UTC", 3600, counts)), None, "{counts:?}");
        }
        assert_eq!(chart(&digest("Nowhere", 3600, &[5, 5, 5])), None);
    }
}
