//! `hookbell events replay`: makes deliveries again, with the routes and templates of today. Works beside a running
//! server, whose lanes send them.

mod report;

use std::process::ExitCode;

use self::report::ReplayReport;
use crate::cli::usage::Usage;
use crate::config::Config;
use crate::replay::{self, ReplayOptions, Selected, SkipReason};
use crate::store::{EventDetails, EventFilter, EventStatus, NewReplay, ReplayResult, Store};
use hookbell_model::delivery::Status;
use hookbell_model::event::{EventId, TypeFilter};
use hookbell_model::suggest::suggestion;
use hookbell_model::timestamp::{Timestamp, parse_duration};

/// Events in one transaction: the server's own writes wait for it.
const STEP: usize = 100;
/// Events in one query.
const PAGE: usize = 1000;

/// Send again what came in before, with the routes and templates of today
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  hookbell events replay --status dead --since 24h --dry-run\n\nEach becomes a delivery of its own in the lane of its destination, in the order of the events. What was replayed before is skipped, unless --again. Exit code 1 when nothing could be replayed."
)]
pub(super) struct Args {
    /// The events' ids, or so much of their beginnings that no other event begins like them
    #[arg(required_unless_present_any = ["since", "status", "source", "types"])]
    pub(super) ids: Vec<String>,
    /// Only events that came in within this span up to now (24h), or since this time (2026-11-28T09:00:00Z)
    #[arg(long, value_name = "SPAN|TIME", value_parser = since, conflicts_with = "ids")]
    since: Option<Timestamp>,
    /// Only deliveries with this status: dead (the default), delivered, merged, muted or unrouted
    #[arg(long)]
    status: Option<EventStatus>,
    /// Only events of this source
    #[arg(long, value_name = "NAME", conflicts_with = "ids")]
    source: Option<String>,
    /// Only events whose type matches this glob, e.g. 'invoice.*'; '!x' leaves out what matches x; may be repeated
    #[arg(long = "type", value_name = "GLOB", value_delimiter = ',', conflicts_with = "ids")]
    types: Vec<String>,
    /// Send to this destination instead of those of the deliveries
    #[arg(long, value_name = "DESTINATION")]
    to: Option<String>,
    /// Render posted messages again, each in its place; nobody is notified
    #[arg(long, conflicts_with = "to")]
    edit: bool,
    /// Also what was replayed before
    #[arg(long)]
    again: bool,
    /// Print what would be done, and do nothing
    #[arg(long)]
    dry_run: bool,
    /// Print JSON for programs
    #[arg(long)]
    json: bool,
}

#[derive(Debug, thiserror::Error)]
#[error("expected a span such as `24h`, or a time such as `2026-11-28T09:00:00Z`")]
struct ParseSinceError;

fn since(text: &str) -> Result<Timestamp, ParseSinceError> {
    let span = parse_duration(text).ok().map(|span| Timestamp::now().before(span));
    span.or_else(|| Timestamp::parse_rfc3339(text)).ok_or(ParseSinceError)
}

/// `named`: the events that the ids lead to.
pub(super) async fn run(
    args: Args,
    config: &Config,
    store: &Store,
    named: Vec<EventDetails>,
) -> anyhow::Result<ExitCode> {
    check(&args, config)?;
    let mut status = args.status;
    let events = if args.ids.is_empty() {
        let wanted = status.get_or_insert(EventStatus::Has(if args.edit { Status::Delivered } else { Status::Dead }));
        all_events(
            store,
            EventFilter {
                source: args.source,
                types: TypeFilter::new(&args.types),
                status: Some(*wanted),
                since: args.since,
                ..EventFilter::default()
            },
        )
        .await?
    } else {
        named.iter().map(|details| details.event.id).collect()
    };
    let lanes = store.lanes().await?;
    let channels = lanes.into_iter().filter_map(|lane| Some((lane.destination, lane.channel?.channel))).collect();
    let options = ReplayOptions {
        rules: &config.rules,
        destinations: config.locales.keys().map(String::as_str).collect(),
        status,
        to: args.to.as_deref(),
        edit: args.edit,
        again: args.again,
        channels,
    };
    let mut report = ReplayReport::new(args.dry_run);
    for step in events.chunks(STEP) {
        let mut replays = Vec::new();
        for id in step {
            // Removed meanwhile.
            let Some(details) = store.details(*id).await? else {
                report.skip(*id, None, SkipReason::Gone);
                continue;
            };
            for selected in replay::select(&details, &options) {
                match selected {
                    Selected::Replay(new) => replays.push(*new),
                    Selected::Skip { destination, why } => report.skip(*id, destination, why),
                }
            }
        }
        make(store, replays, args.dry_run, &mut report).await?;
    }
    report.print(args.json)?;
    Ok(if report.has_failed() { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

fn check(args: &Args, config: &Config) -> Result<(), Usage> {
    if let Some(EventStatus::Has(status @ (Status::Pending | Status::Collecting))) = args.status {
        return Err(Usage(format!("what is `{status}` is still on its way, so it cannot be replayed")));
    }
    let Some(to) = args.to.as_deref().filter(|to| !config.locales.contains_key(*to)) else { return Ok(()) };
    let hint = suggestion(to, config.locales.keys().map(String::as_str)).unwrap_or_default();
    Err(Usage(format!("the config has no destination `{to}`; {hint}")))
}

/// In the order in which they came in.
async fn all_events(store: &Store, filter: EventFilter) -> anyhow::Result<Vec<EventId>> {
    let mut events: Vec<EventId> = Vec::new();
    loop {
        let page = store.recent(filter.clone(), events.last().copied(), PAGE).await?;
        if page.is_empty() {
            break;
        }
        events.extend(page.into_iter().map(|summary| summary.event.id));
    }
    events.reverse();
    Ok(events)
}

async fn make(
    store: &Store,
    replays: Vec<NewReplay>,
    is_dry_run: bool,
    report: &mut ReplayReport,
) -> anyhow::Result<()> {
    let results = if is_dry_run {
        store.replay_obstacles(replays.clone()).await?
    } else {
        store.replay(replays.clone(), Timestamp::now()).await?.into_iter().map(Some).collect()
    };
    for (NewReplay { event, destination, plan, .. }, result) in replays.into_iter().zip(results) {
        match result {
            None => report.replayed(event, destination, plan.route, None),
            Some(ReplayResult::New(delivery)) => report.replayed(event, destination, plan.route, Some(delivery)),
            Some(ReplayResult::Already { delivery, status }) => {
                report.skip(event, Some(destination), SkipReason::Already { delivery, status });
            }
            Some(ReplayResult::Gone) => report.skip(event, Some(destination), SkipReason::Gone),
        }
    }
    Ok(())
}
