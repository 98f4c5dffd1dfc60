//! `hookbell mute` and `hookbell unmute`: no messages of some events until a time, with a reason. Mutes are in the store,
//! where the running server reads them.

mod names;

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use super::author::author;
use super::out::out;
use super::table::{columns, printable, shorten};
use super::usage::{Mistakes, Usage, count};
use crate::config::{Config, Environment};
use crate::report::mute::MuteView;
use crate::store::Store;
use hookbell_model::delivery::{MuteId, MuteMatcher};
use hookbell_model::event::{Severity, Topic};
use hookbell_model::timestamp::{Timestamp, format_duration, parse_duration};

/// What is never to be posted belongs into the routes.
const LONGEST: Duration = Duration::from_secs(30 * 86_400);
/// In characters: a reason is shown in lists and messages.
const LONGEST_REASON: usize = 200;
/// The widest a reason is printed in a list, in characters.
const REASON_WIDTH: usize = 60;

/// Post no messages of some events until a time
#[derive(Debug, clap::Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Example:\n  hookbell mute --source grafana --severity warning --for 2h --reason 'the database is moved'\n  hookbell mute list\n  hookbell unmute 3\n\nAll that is given must hold. Messages are held back, events are kept: `events list --status muted` shows them. A message that is in the channel already is still edited to its newest state, silently. When the mute ends, each destination gets one message that says how much was held back. Works beside a running server, which follows within two seconds."
)]
pub(super) struct Args {
    #[command(subcommand)]
    command: Option<MuteCommand>,
    /// Only events of this source
    #[arg(long, value_name = "NAME")]
    source: Option<String>,
    /// Only events of these types, a glob such as `invoice.*`
    #[arg(long = "type", value_name = "GLOB")]
    event_type: Option<String>,
    /// Only events about this, e.g. payment, alert or build
    #[arg(long)]
    topic: Option<Topic>,
    /// Only messages of this severity: info, success, warning, error or critical
    #[arg(long)]
    severity: Option<Severity>,
    /// Only deliveries of this route, by its name in reports: `routes[2]`
    #[arg(long, value_name = "ROUTE")]
    route: Option<String>,
    /// Only messages with such a key, a glob such as `host:*`
    #[arg(long, value_name = "GLOB")]
    key: Option<String>,
    /// All events, where nothing else is given
    #[arg(long)]
    everything: bool,
    /// How long, at most 30d
    #[arg(long = "for", value_name = "SPAN", value_parser = parse_duration, conflicts_with = "until")]
    span: Option<Duration>,
    /// Until when, such as 2026-12-24T18:00:00+01:00
    #[arg(long, value_name = "TIME")]
    until: Option<String>,
    /// Why; it is shown with everything that is held back
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Print JSON for programs
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Subcommand)]
enum MuteCommand {
    List(ListArgs),
}

/// List the mutes that are in force, with how much each has held back
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  hookbell mute list")]
struct ListArgs {
    /// Print JSON for programs
    #[arg(long)]
    json: bool,
}

/// End a mute before its time
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  hookbell unmute 3\n\nEach destination gets one message that says how much was held back. Exit code 1 when no such mute is in force."
)]
pub(super) struct UnmuteArgs {
    /// The number of the mute, as `hookbell mute list` shows it
    #[arg(value_name = "ID")]
    id: Option<MuteId>,
    /// End every mute
    #[arg(long, conflicts_with = "id")]
    all: bool,
}

/// A mute as the arguments describe it.
struct Wanted {
    matcher: MuteMatcher,
    reason: String,
    until: Timestamp,
}

pub(super) async fn run(args: Args, path: &Path) -> anyhow::Result<ExitCode> {
    match &args.command {
        Some(MuteCommand::List(list)) => {
            let views = views(&attach(path).await?, Timestamp::now()).await?;
            print(&views, list.json)?;
        }
        None => {
            let now = Timestamp::now();
            let Wanted { matcher, reason, until } = wanted(&args, path, now).map_err(|all| Usage(all.join("\n")))?;
            let store = attach(path).await?;
            let id = store.add_mute(matcher.clone(), reason, now, until).await?;
            if args.json {
                let made = views(&store, now).await?.into_iter().filter(|view| view.id == id);
                print(&made.collect::<Vec<_>>(), true)?;
            } else {
                let span = format_duration(until.since(now));
                out!("mute {id}: {}, until {until} ({span})", printable(&matcher.to_string()));
                eprintln!("help: `hookbell unmute {id}` ends it before");
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

pub(super) async fn unmute(args: UnmuteArgs, path: &Path) -> anyhow::Result<ExitCode> {
    if args.id.is_none() && !args.all {
        return Err(Usage("give the number of a mute, or `--all`".to_owned()).into());
    }
    let store = attach(path).await?;
    let ended = store.end_mutes(args.id, Timestamp::now()).await?;
    match (args.id, ended.as_slice()) {
        (Some(id), []) => {
            eprintln!("no mute {id} is in force\n  help: `hookbell mute list` shows those that are");
            return Ok(ExitCode::from(1));
        }
        (None, []) => out!("no mute is in force"),
        (_, ended) => {
            let numbers: Vec<String> = ended.iter().map(ToString::to_string).collect();
            out!("{} ended: {}", count(ended.len(), "mute"), numbers.join(", "));
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn attach(path: &Path) -> anyhow::Result<Store> {
    let config = Config::load_store(path, &Environment::beside(path));
    let config = config.map_err(Mistakes)?;
    Ok(Store::attach(&config).await?.on_behalf_of(author()))
}

/// The mute that is wanted, or every mistake in the arguments.
fn wanted(args: &Args, path: &Path, now: Timestamp) -> Result<Wanted, Vec<String>> {
    let mut mistakes = Vec::new();
    let matcher = MuteMatcher {
        source: args.source.clone(),
        event_type: args.event_type.clone(),
        topic: args.topic,
        severity: args.severity,
        route: args.route.clone().map(Into::into),
        key: args.key.clone(),
        ..MuteMatcher::default()
    };
    match (matcher.is_everything(), args.everything) {
        (true, false) => mistakes.push(
            "nothing says which events are muted\n  help: give at least one of `--source`, `--type`, `--topic`, \
             `--severity`, `--route`, `--key`; `--everything` mutes all"
                .to_owned(),
        ),
        (false, true) => mistakes.push(format!("`--everything` mutes all, but {matcher} is given too")),
        _ => {}
    }
    names::check(&matcher, path, &mut mistakes);
    let until = until(args, now).map_err(|mistake| mistakes.push(mistake)).unwrap_or(now);
    let reason = reason(args.reason.as_deref()).map_err(|mistake| mistakes.push(mistake)).unwrap_or_default();
    if mistakes.is_empty() { Ok(Wanted { matcher, reason, until }) } else { Err(mistakes) }
}

fn until(args: &Args, now: Timestamp) -> Result<Timestamp, String> {
    let longest = format_duration(LONGEST);
    let (key, until) = match (args.span, &args.until) {
        (Some(Duration::ZERO), _) => return Err("`--for`: a mute of no length mutes nothing".to_owned()),
        (Some(span), _) => ("--for", now.after(span)),
        (None, Some(text)) => {
            let until = Timestamp::parse_rfc3339(text).ok_or_else(|| {
                format!("`--until`: expected a time such as `{}`, found `{}`", now.after(LONGEST), printable(text))
            })?;
            if until <= now {
                return Err(format!("`--until`: {until} is over, it is {now} now"));
            }
            ("--until", until)
        }
        (None, None) => return Err("nothing says how long: give `--for SPAN` or `--until TIME`".to_owned()),
    };
    if until.since(now) > LONGEST {
        let what = format!("`{key}`: a mute lasts {longest} at most");
        return Err(format!(
            "{what}\n  help: what is never to be posted is left out by its route, see `when` and `events`"
        ));
    }
    Ok(until)
}

fn reason(reason: Option<&str>) -> Result<String, String> {
    let reason = reason.unwrap_or_default().trim();
    match reason.chars().count() {
        0 => Err("a mute needs a reason: `--reason TEXT`".to_owned()),
        long if long > LONGEST_REASON => {
            Err(format!("`--reason`: {long} characters, expected at most {LONGEST_REASON}"))
        }
        _ => Ok(printable(reason)),
    }
}

async fn views(store: &Store, now: Timestamp) -> anyhow::Result<Vec<MuteView>> {
    let mut views = Vec::new();
    for mute in store.active_mutes(now).await? {
        let held_back = store.held_back(mute.id).await?;
        views.push(MuteView::new(mute, held_back));
    }
    Ok(views)
}

fn print(views: &[MuteView], json: bool) -> anyhow::Result<()> {
    if json {
        out!("{}", serde_json::to_string_pretty(views)?);
    } else if views.is_empty() {
        eprintln!("no mute is in force");
    } else {
        let header = ["ID", "UNTIL", "WHAT", "HELD BACK", "REASON"].map(str::to_owned);
        let rows: Vec<_> = std::iter::once(header).chain(views.iter().map(row)).collect();
        out!("{}", columns(&rows).trim_end());
    }
    Ok(())
}

fn row(view: &MuteView) -> [String; 5] {
    [
        view.id.to_string(),
        view.until.to_rfc3339(),
        printable(&view.matcher.to_string()),
        view.count_text(),
        shorten(&printable(&view.reason), REASON_WIDTH),
    ]
}
