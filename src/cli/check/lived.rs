//! Past events seen through today's rules and templates: the most that a limit would cut, what would be missing, what
//! would fail. Read page by page and for a bounded time; a server may run beside it.

use std::collections::BTreeMap;
use std::time::Instant;

use super::super::past::{is_limit, made, without_numbers};
use super::PATIENCE;
use super::files::Files;
use super::samples::{place, said, wanted};
use super::seen::Seen;
use crate::codes;
use crate::config::Config;
use crate::store::{HistoryEntry, Store};
use hookbell_config_file::Diagnostics;
use hookbell_config_file::Location;
use hookbell_model::delivery::Plan;
use hookbell_model::event::EventId;

const PAGE: usize = 64;

/// One thing that past events show, and how often.
struct Trouble {
    location: Location,
    what: String,
    hint: Option<String>,
    /// The path to be marked.
    path: super::samples::Wanted,
    /// What is cut, to find the worst.
    most: u64,
    event: EventId,
    count: usize,
}

#[derive(Default)]
struct Lived(BTreeMap<(String, String, String), Trouble>);

/// Looks over the newest events; returns how many.
pub(super) async fn look(
    config: &Config,
    store: &Store,
    most: usize,
    seen: &mut Seen,
    files: &mut Files,
    diagnostics: &mut Diagnostics,
) -> usize {
    let (begun, mut lived, mut number) = (Instant::now(), Lived::default(), 0);
    let mut last = None;
    while number < most && begun.elapsed() < PATIENCE {
        // What cannot be read now, such as while a server starts, is no mistake in the files.
        let page = store.history(None, last, PAGE.min(most - number)).await.unwrap_or_default();
        let Some(oldest) = page.last() else { break };
        last = Some(oldest.event.id);
        for past in page.iter().take_while(|_| begun.elapsed() < PATIENCE) {
            seen.keep(&past.event, &past.raw);
            lived.event(config, past, files);
            number += 1;
        }
    }
    lived.tell(number, files, diagnostics);
    number
}

impl Lived {
    fn event(&mut self, config: &Config, past: &HistoryEntry, files: &mut Files) {
        let (event, raw) = (&past.event, &past.raw);
        let sent = made(config, event, raw).0.into_iter().filter_map(|made| made.sent);
        for sent in sent.filter(|sent| !sent.notes.is_empty()) {
            let plan = Plan { template: Some(sent.template.clone()), ..Plan::default() };
            let judged = if config.templates.has(&sent.template) {
                config.templates.judge(event, raw, &plan)
            } else {
                Vec::new()
            };
            for note in &sent.notes {
                match judged.iter().find(|judged| judged.what == *note) {
                    Some(judged) => {
                        let path = wanted(config, judged, event, raw, files);
                        let what = said(judged, &path);
                        let hint = path.hint.clone();
                        self.add(
                            &sent.template,
                            Trouble {
                                location: judged.location.clone(),
                                what,
                                hint,
                                path,
                                most: 0,
                                event: event.id,
                                count: 1,
                            },
                        );
                    }
                    None => self.note(config, &sent.template, note, event.id),
                }
            }
        }
    }

    /// What is told of the message as a whole: a limit, or a template that failed.
    fn note(&mut self, config: &Config, template: &str, note: &str, event: EventId) {
        let named = note.strip_prefix("template `").and_then(|rest| rest.split('`').next());
        let Some(location) = config.templates.location(named.unwrap_or(template)) else { return };
        let number = || note.rsplit_once(": ").map_or(note, |(_, what)| what);
        let digits = number().chars().filter(char::is_ascii_digit).collect::<String>();
        let most = if is_limit(note) { digits.parse().unwrap_or(0) } else { 0 };
        let trouble = Trouble {
            location: location.clone(),
            what: note.to_owned(),
            hint: None,
            path: super::samples::Wanted::default(),
            most,
            event,
            count: 1,
        };
        self.add(template, trouble);
    }

    fn add(&mut self, template: &str, trouble: Trouble) {
        // The number of a field tells fields apart, what is cut does not.
        let (part, rest) = trouble.what.split_once(": ").unwrap_or(("", &trouble.what));
        let key = (template.to_owned(), part.to_owned(), without_numbers(rest));
        match self.0.get_mut(&key) {
            None => drop(self.0.insert(key, trouble)),
            Some(known) => {
                let count = known.count + 1;
                if trouble.most > known.most {
                    *known = trouble;
                }
                known.count = count;
            }
        }
    }

    fn tell(self, looked: usize, files: &mut Files, diagnostics: &mut Diagnostics) {
        for ((template, part, _), trouble) in self.0 {
            let Trouble { location, what, hint, path, event, count, .. } = trouble;
            let often = if count == 1 { String::new() } else { format!(", and {} more of {looked}", count - 1) };
            let told = match what.strip_suffix(" cut").and_then(|what| what.split_once(": ")) {
                Some((part, cut)) => format!("longest seen would cut `{part}` by {cut} (event {event}{often})"),
                None => format!("event {event}{often}: {what}"),
            };
            let Some(span) = place(files, &location, &path) else { continue };
            // A limit of the message is told where its text stands.
            let span = if path.path.is_none() && !part.is_empty() { span.entry(&part) } else { span };
            diagnostics.add(span.warning(codes::FAILED_PAST_EVENT, format!("`{template}`: {told}")).maybe_help(hint));
        }
    }
}
