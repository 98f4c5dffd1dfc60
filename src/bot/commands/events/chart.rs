//! The chart of a window: drawn on a thread of its own kind, two at a time, and left out where it cannot be.

use std::sync::{Arc, LazyLock};

use tokio::sync::Semaphore;

use crate::bot::answer::Reply;

use crate::bot::command::Call;
use crate::report::statistics::{BarUnit, WindowPeriods};
use crate::store::Statistics;
use hookbell_chart::{Bar, Chart};
use hookbell_model::message::Attachment;

const FILE: &str = "events.png";
/// Charts that are drawn at a time.
const MOST: usize = 2;
/// In bytes; a chart has a tenth of it.
const LARGEST: usize = 200_000;

static TURNS: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(MOST)));

/// Adds the chart, where there is something to see: events, a bar for each period.
pub(super) async fn attach(call: &Call, periods: &WindowPeriods, found: &[Statistics], reply: &mut Reply) {
    let bars = periods.bars.iter().zip(found);
    // Letters that its font has, in every language: words are in the alt text.
    let unit = match periods.unit {
        BarUnit::Hour => "hour",
        BarUnit::Day => "day",
        BarUnit::Month => "month",
    };
    let chart = Chart {
        title: format!("Events per {unit}"),
        zone: call.settings.config.zone.name().to_owned(),
        bars: bars.map(|(bar, statistics)| Bar { label: bar.label.clone(), value: statistics.total() }).collect(),
    };
    if !chart.is_worthwhile() {
        return;
    }
    let description = alt_text(call, unit, &chart);
    let Some(bytes) = draw(chart).await else { return };
    let limit = usize::try_from(call.attachment_size_limit).unwrap_or(usize::MAX).min(LARGEST);
    if bytes.len() > limit {
        return;
    }
    if let Some(embed) = reply.message.embeds.first_mut() {
        embed.image = format!("attachment://{FILE}");
    }
    reply.message.files.push(Attachment { filename: FILE.to_owned(), description, bytes });
}

async fn draw(chart: Chart) -> Option<Vec<u8>> {
    let turn = Arc::clone(&TURNS).acquire_owned().await.ok()?;
    let drawn = tokio::task::spawn_blocking(move || {
        // Held until it is drawn, also where nobody waits for it any more.
        let _turn = turn;
        hookbell_chart::png(&chart)
    });
    drawn.await.ok()?.ok()
}

/// What it shows, with all numbers, in the asker's language.
fn alt_text(call: &Call, unit: &str, chart: &Chart) -> String {
    let words = call.words;
    let values: Vec<String> = chart
        .bars
        .iter()
        .map(|bar| format!("{} {}", bar.label, words.locale().number(&bar.value.to_string())))
        .collect();
    let title = words.word("events.stats.per", unit);
    format!("{title} ({}): {}", chart.zone, values.join(", "))
}
