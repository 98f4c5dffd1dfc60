//! `hookbell events tail`: a line an event as it comes in, with what becomes of it. Reads beside the server, after the last event
//! it knows; so a poll costs what is new.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use crate::cli::color::{of_status, painted};
use crate::cli::event_filter::FilterArgs;
use crate::cli::out;
use crate::cli::signals;
use crate::cli::table::{printable, shorten};
use crate::report::event::FollowedView;
use crate::store::{self, EventFilter, EventStatus, Store};
use hookbell_model::event::EventId;

/// Between two looks.
const POLL: Duration = Duration::from_millis(200);
/// How long an event's line waits for what becomes of it.
const PATIENCE: Duration = Duration::from_secs(2);
/// New events in one query.
const PAGE: usize = 500;
/// Events whose end is awaited; of more, the oldest are left alone.
const FOLLOWED: usize = 2000;
/// The widest a title or a reason is printed, in characters.
const WIDTH: usize = 80;

/// Print events as they come in, and what becomes of them
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  hookbell events tail --source stripe --type 'invoice.*,!*.updated'\n\nOne line an event, when it is known what became of it, and after two seconds at the latest; what is still on its way then gets another line when it is over. Works beside a running server; Ctrl-C ends it."
)]
pub(super) struct Args {
    #[command(flatten)]
    filter: FilterArgs,
    /// Begin with so many of the last events
    #[arg(long, value_name = "N", default_value_t = 10)]
    lines: usize,
    /// Print one JSON object a line for programs
    #[arg(long)]
    json: bool,
}

/// An event that is not over, or has no line yet.
#[derive(Debug)]
struct Followed {
    since: Instant,
    /// What its line said, where it has one.
    printed: Option<EventStatus>,
    looked: Instant,
}

struct Tail<'s> {
    store: &'s Store,
    /// What `--status` says is compared when a line is due: an event becomes `dead` long after it came.
    filter: EventFilter,
    status: Option<EventStatus>,
    json: bool,
    last: EventId,
    followed: BTreeMap<EventId, Followed>,
}

/// Why a look did not end well.
#[derive(Debug, thiserror::Error)]
enum LookError {
    /// Nobody reads stdout any more.
    #[error("stdout is closed")]
    Closed,
    /// It may be busy.
    #[error(transparent)]
    Store(#[from] store::Error),
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

pub(super) async fn run(args: Args, store: &Store) -> anyhow::Result<()> {
    let stop = signals::shutdown()?;
    let newest = store.recent(EventFilter::default(), None, 1).await?;
    let status = args.filter.status;
    let filter = EventFilter { status: None, ..args.filter.filter() };
    let last = newest.first().map_or(EventId(0), |summary| summary.event.id);
    let mut tail = Tail { store, filter, status, json: args.json, last, followed: BTreeMap::new() };
    let mut looked = tail.begin(args.lines).await;
    let mut is_warned = false;
    loop {
        match looked {
            Ok(()) => is_warned = false,
            Err(LookError::Closed) => return Ok(()),
            // It goes on when the database does.
            Err(LookError::Store(error)) => {
                if !std::mem::replace(&mut is_warned, true) {
                    eprintln!("warning: {error}; trying again");
                }
            }
            Err(LookError::Json(error)) => return Err(error.into()),
        }
        if tokio::time::timeout(POLL, stop.cancelled()).await.is_ok() {
            return Ok(());
        }
        looked = tail.look().await;
    }
}

impl Tail<'_> {
    /// Prints the last events as they are.
    async fn begin(&mut self, lines: usize) -> Result<(), LookError> {
        let before = Some(EventId(self.last.0.saturating_add(1)));
        let filter = EventFilter { status: self.status, ..self.filter.clone() };
        let mut ids: Vec<EventId> =
            self.store.recent(filter, before, lines).await?.into_iter().map(|summary| summary.event.id).collect();
        ids.reverse();
        for view in self.store.followed(ids).await?.into_iter().map(FollowedView::from) {
            let now = Instant::now();
            self.print(&view)?;
            if !view.is_settled() {
                let printed = Some(view.event.status);
                self.followed.insert(view.event.id, Followed { since: now, printed, looked: now });
            }
        }
        Ok(())
    }

    async fn look(&mut self) -> Result<(), LookError> {
        loop {
            let new = self.store.events_after(self.filter.clone(), self.last, PAGE).await?;
            let now = Instant::now();
            let is_last_page = new.len() < PAGE;
            for id in new {
                self.last = id;
                self.followed.insert(id, Followed { since: now, printed: None, looked: now });
            }
            self.print_due().await?;
            if is_last_page {
                return Ok(());
            }
        }
    }

    async fn print_due(&mut self) -> Result<(), LookError> {
        while self.followed.len() > FOLLOWED {
            self.followed.pop_first();
        }
        let now = Instant::now();
        // What has its line already is looked at rarely.
        let is_due = |one: &Followed| one.printed.is_none() || now.duration_since(one.looked) >= PATIENCE;
        let ids: Vec<EventId> = self.followed.iter().filter(|(_, one)| is_due(one)).map(|(id, _)| *id).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let mut found = self.store.followed(ids.clone()).await?.into_iter().map(FollowedView::from).peekable();
        for id in ids {
            // Removed meanwhile where it is not there.
            let Some(view) = found.next_if(|view| view.event.id == id) else {
                self.followed.remove(&id);
                continue;
            };
            let Some(one) = self.followed.get_mut(&id) else { continue };
            one.looked = now;
            let status = view.event.status;
            let is_settled = view.is_settled();
            let is_new = one.printed != Some(status);
            if is_settled || (one.printed.is_none() && now.duration_since(one.since) >= PATIENCE) {
                one.printed = Some(status);
                if is_settled {
                    self.followed.remove(&id);
                }
                if is_new && self.status.is_none_or(|wanted| has(&view, wanted)) {
                    self.print(&view)?;
                }
            }
        }
        Ok(())
    }

    fn print(&self, view: &FollowedView) -> Result<(), LookError> {
        let line = if self.json { serde_json::to_string(view)? } else { line(view) };
        if out::try_line(format_args!("{line}")) { Ok(()) } else { Err(LookError::Closed) }
    }
}

/// Whether an event has this status, as `events list` looks for it.
fn has(view: &FollowedView, wanted: EventStatus) -> bool {
    match wanted {
        EventStatus::Has(status) => view.deliveries.iter().any(|delivery| delivery.status == status),
        EventStatus::Unrouted => view.deliveries.is_empty() || view.event.status == EventStatus::Unrouted,
    }
}

fn line(view: &FollowedView) -> String {
    let event = &view.event;
    let title = match view.title.as_str() {
        "" => event.facts.subject.as_deref().unwrap_or_default(),
        title => title,
    };
    let mut line = format!("{}  {}  {}  {}", event.received, event.id, event.source, printable(&event.event_type));
    if !title.is_empty() {
        line.push_str(&format!("  {}", shorten(&printable(title), WIDTH)));
    }
    if view.deliveries.is_empty() {
        line.push_str(&format!("  {}", painted(of_status(EventStatus::Unrouted), "unrouted")));
    }
    for delivery in &view.deliveries {
        let status = painted(of_status(EventStatus::of([delivery.status])), delivery.status.as_str());
        line.push_str(&format!("  {} → {status}", delivery.destination));
        if !delivery.reason.is_empty() {
            line.push_str(&format!(" ({})", shorten(&printable(&delivery.reason), WIDTH)));
        }
    }
    line
}
