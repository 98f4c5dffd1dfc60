//! Payloads that nobody here wrote, one file an event: what their messages say. `HOOKBELL_FIXTURES` names a folder with a folder for each
//! provider, with `NAME.json` and, where a header says the type, `NAME.headers` beside it. Prints a table; with `SHOW=1` every message that is
//! poor, with `SHOW=all` every message.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use hookbell_model::delivery::Plan;
use hookbell_model::event::{Event, Raw};
use hookbell_model::locale::Locale;
use hookbell_model::message::Message;
use hookbell_model::timestamp::Timestamp;
use hookbell_provider::{Providers, Sample};
use serde_json::Value;

const NOW: Timestamp = Timestamp(1_795_255_200_000);

/// What a reader learns of an event.
#[derive(Debug, Default)]
struct Says {
    who: bool,
    what: bool,
    link: bool,
}

/// The events of one provider's payloads.
#[derive(Debug, Default)]
struct Tally {
    events: usize,
    unread: usize,
    /// Those without a message of their own.
    cards: usize,
    without: [usize; 3],
    /// Those whose card says neither who, nor what, nor has a link.
    poor: usize,
}

#[test]
fn payloads_of_others_become_cards_that_say_who_what_and_where() {
    let shared = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/payloads");
    let folder = std::env::var("HOOKBELL_FIXTURES").unwrap_or_else(|_| shared.to_owned());
    if !Path::new(&folder).is_dir() {
        assert!(std::env::var_os("HOOKBELL_REQUIRE_ALL").is_none(), "{folder} is needed and absent");
        eprintln!("skipped: {folder} is absent");
        return;
    }
    let show = std::env::var("SHOW").unwrap_or_default();
    let (providers, templates) = (hookbell::embedded::providers(), hookbell::embedded::templates());
    let mut tallies: BTreeMap<String, Tally> = BTreeMap::new();
    for (name, path) in payloads(Path::new(&folder)) {
        let tally = tallies.entry(name.clone()).or_default();
        let Some(events) = read(&providers, &name, &path) else {
            tally.unread += 1;
            continue;
        };
        for (event, raw) in events {
            let rendered = templates.render(&event, &raw, &Plan::default(), Locale::default());
            let is_card = rendered.template == "generic" || rendered.template.ends_with(".other");
            let says = said(&event, &raw, &rendered.message);
            tally.events += 1;
            let poor = is_card && !(says.who && says.what && says.link);
            if is_card {
                tally.cards += 1;
                for (count, known) in tally.without.iter_mut().zip([says.who, says.what, says.link]) {
                    *count += usize::from(!known);
                }
                tally.poor += usize::from(!says.who && !says.what && !says.link);
            }
            if show == "all" || (poor && show == "1") {
                let file = path.file_name().unwrap_or_default().display();
                eprintln!(
                    "--- {name} {file}: {} as {}, {says:?}\n{}",
                    event.event_type,
                    rendered.template,
                    shown(&rendered.message)
                );
            }
        }
    }
    eprintln!("{:20} events unread  cards  no who no what no link   none", "provider");
    let mut all = Tally::default();
    for (name, tally) in &tallies {
        eprintln!("{}", row(name, tally));
        all.events += tally.events;
        all.cards += tally.cards;
        all.poor += tally.poor;
        all.unread += tally.unread;
        all.without.iter_mut().zip(tally.without).for_each(|(sum, count)| *sum += count);
    }
    eprintln!("{}", row("all", &all));
    assert!(all.events > 0 && all.poor * 100 <= all.events * 3, "{} of {} say nothing", all.poor, all.events);
}

fn row(name: &str, tally: &Tally) -> String {
    let [who, what, link] = tally.without;
    format!(
        "{name:20} {:6} {:6} {:6} {who:7} {what:7} {link:7} {:6}",
        tally.events, tally.unread, tally.cards, tally.poor
    )
}

/// The payload files below a folder of providers, each with its provider.
fn payloads(folder: &Path) -> Vec<(String, PathBuf)> {
    let entries = |folder: &Path| {
        let mut paths: Vec<PathBuf> =
            std::fs::read_dir(folder).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path())).collect();
        paths.sort();
        paths
    };
    let mut found = Vec::new();
    for provider in entries(folder).into_iter().filter(|path| path.is_dir()) {
        let name = provider.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let files = entries(&provider).into_iter();
        found.extend(
            files.filter(|path| path.extension().is_some_and(|kind| kind == "json")).map(|path| (name.clone(), path)),
        );
    }
    found
}

/// The events of a payload; none where the provider is not known or cannot read it.
fn read(providers: &Providers, name: &str, path: &Path) -> Option<Vec<(Event, Raw)>> {
    let provider = providers.get(name)?;
    let body = std::fs::read_to_string(path).ok()?;
    let headers = std::fs::read_to_string(path.with_extension("headers")).unwrap_or_default();
    let mut headers: Vec<(String, String)> = headers
        .lines()
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned()))
        .collect();
    if name == "github" && headers.is_empty() {
        let stem = path.file_stem()?.to_str()?;
        headers.push(("X-GitHub-Event".to_owned(), stem.split('.').next()?.to_owned()));
    }
    let sample = Sample { name: "fixture".to_owned(), headers, body };
    provider.read_sample(name, &sample, NOW).ok().map(|(events, _)| events)
}

/// A card that names no more than the type, the sender and where it was says nothing of what happened.
fn said(event: &Event, raw: &Raw, message: &Message) -> Says {
    let payload: Value = serde_json::from_slice(&raw.body).unwrap_or_default();
    let places = ["/repository/full_name", "/project/name", "/project/path_with_namespace", "/organization/login"];
    let places = places.iter().filter_map(|place| payload.pointer(place)?.as_str());
    let places: Vec<String> = places.flat_map(words).collect();
    let text = shown(message);
    let author = message.embeds.iter().any(|embed| !embed.author.name.is_empty());
    let named = event.facts.actor.as_deref().is_some_and(|actor| {
        text.contains(&actor.chars().take(1).collect::<String>()) && plain(&text).contains(&plain(actor))
    });
    let known: Vec<String> = words(&event.event_type).collect();
    let actor: Vec<String> = words(event.facts.actor.as_deref().unwrap_or_default()).collect();
    let embeds = message.embeds.iter();
    let parts = embeds.flat_map(|embed| {
        let fields = embed.fields.iter().map(|field| field.value.as_str());
        [embed.title.as_str(), embed.description.as_str()].into_iter().chain(fields)
    });
    let says = |text: &str| {
        words(text).any(|word| {
            !known.contains(&word)
                && !actor.contains(&word)
                && !places.contains(&word)
                && !COMMON.contains(&word.as_str())
        })
    };
    let what = parts.chain([message.content.as_str()]).any(says);
    let link = text.contains("](http")
        || message.embeds.iter().any(|embed| !embed.url.is_empty())
        || !message.buttons.is_empty();
    Says { who: author || named || text.contains(" by ") || text.contains(" from "), what, link }
}

/// Words that are in a card whatever the payload says.
const COMMON: [&str; 12] =
    ["by", "in", "event", "details", "event", "github", "stripe", "test", "mode", "the", "of", "a"];

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

fn plain(text: &str) -> String {
    text.replace('\\', "").to_lowercase()
}

/// The message as text.
fn shown(message: &Message) -> String {
    let mut text = format!("{}\n", message.content);
    for embed in &message.embeds {
        text.push_str(&format!(
            "  [{}] {} <{}>\n  {}\n",
            embed.author.name,
            embed.title,
            embed.url,
            embed.description.replace('\n', " / ")
        ));
        text.extend(
            embed.fields.iter().map(|field| format!("    {}: {}\n", field.name, field.value.replace('\n', " / "))),
        );
    }
    text
}
