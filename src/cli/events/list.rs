//! `hookbell events list`: a line an event, newest first.

use std::time::Duration;

use anstyle::Style;

use crate::cli::color::{of_heading, of_status};
use crate::cli::event_filter::FilterArgs;
use crate::cli::out::out;
use crate::cli::table::{painted_columns, printable, shorten};
use crate::report::event::EventView;
use crate::store::{EventFilter, Store};
use hookbell_model::event::EventId;
use hookbell_model::timestamp::{Timestamp, parse_duration};

/// The widest an event type is printed, in characters.
const TYPE_WIDTH: usize = 48;
/// The column of the status.
const STATUS: usize = 4;

/// List events, newest first
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  hookbell events list --topic payment --since 24h --count 50")]
pub(super) struct Args {
    #[command(flatten)]
    filter: FilterArgs,
    /// Only events that came in within this span up to now, e.g. 24h or 7d
    #[arg(long, value_name = "SPAN", value_parser = parse_duration)]
    since: Option<Duration>,
    /// Only events that came in before this one: the next page
    #[arg(long, value_name = "ID")]
    pub(super) before: Option<String>,
    /// How many at most
    #[arg(long, value_name = "N", default_value_t = 20)]
    count: usize,
    /// Print JSON for programs
    #[arg(long)]
    json: bool,
}

/// `before`: the event that `args` names.
pub(super) async fn run(args: Args, store: &Store, before: Option<EventId>) -> anyhow::Result<()> {
    let since = args.since.map(|span| Timestamp::now().before(span));
    let filter = EventFilter { since, ..args.filter.filter() };
    let events = store.recent(filter, before, args.count).await?.into_iter().map(EventView::from).collect::<Vec<_>>();
    if args.json {
        out!("{}", serde_json::to_string_pretty(&events)?);
    } else if events.is_empty() {
        eprintln!("no events");
    } else {
        let header = ["ID", "RECEIVED", "SOURCE", "TYPE", "STATUS", "SUBJECT"].map(str::to_owned);
        let rows: Vec<_> = std::iter::once(header).chain(events.iter().map(row)).collect();
        let of_row = |event: &EventView| {
            std::array::from_fn(|column| if column == STATUS { of_status(event.status) } else { Style::new() })
        };
        let styles: Vec<[Style; 6]> = std::iter::once([of_heading(); 6]).chain(events.iter().map(of_row)).collect();
        out!("{}", painted_columns(&rows, &styles).trim_end());
        if let Some(last) = events.last().filter(|_| events.len() == args.count) {
            eprintln!("older ones: --before {}", last.id);
        }
    }
    Ok(())
}

fn row(event: &EventView) -> [String; 6] {
    [
        event.id.to_string(),
        event.received.to_rfc3339(),
        event.source.clone(),
        shorten(&printable(&event.event_type), TYPE_WIDTH),
        event.status.to_string(),
        printable(event.facts.subject.as_deref().unwrap_or_default()),
    ]
}
