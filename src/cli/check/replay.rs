//! Runs past events through today's rules and templates: the longest cut by a limit, missing values, failures. Reads
//! page by page and for a bounded time; a server may run beside it.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use super::super::pipeline;
use super::corpus::Corpus;
use super::files::Files;
use super::samples::{place, wanted, written};
use crate::codes;
use crate::config::Config;
use crate::store::{HistoryEntry, Store};
use hookbell_config_file::Diagnostics;
use hookbell_config_file::Location;
use hookbell_model::delivery::Plan;
use hookbell_model::event::EventId;
use hookbell_model::live::LiveContext;
use hookbell_model::note::{MessagePart, Note};

const PAGE: usize = 64;

/// A finding in past events, and how often it occurred.
struct PastFinding {
    location: Location,
    note: Note,
    hint: Option<String>,
    /// The path that the diagnostic marks.
    path: super::samples::Wanted,
    event: EventId,
    count: usize,
}

/// The longest time that past events are read.
const PATIENCE: Duration = Duration::from_secs(2);

#[derive(Default)]
struct ReplayFindings(BTreeMap<(String, Option<MessagePart>, Note), PastFinding>);

/// Checks the newest events; returns how many.
pub(super) async fn check(
    config: &Config,
    store: &Store,
    most: usize,
    corpus: &mut Corpus,
    files: &mut Files,
    diagnostics: &mut Diagnostics,
) -> usize {
    let (begun, mut replay, mut number) = (Instant::now(), ReplayFindings::default(), 0);
    let mut last = None;
    while number < most && begun.elapsed() < PATIENCE {
        // What cannot be read now, such as while a server starts, is no mistake in the files.
        let page = store.history(None, last, PAGE.min(most - number)).await.unwrap_or_default();
        let Some(oldest) = page.last() else { break };
        last = Some(oldest.event.id);
        for past in page.iter().take_while(|_| begun.elapsed() < PATIENCE) {
            corpus.keep(&past.event, &past.raw);
            replay.event(config, past, files);
            number += 1;
        }
    }
    replay.report(number, files, diagnostics);
    number
}

impl ReplayFindings {
    fn event(&mut self, config: &Config, past: &HistoryEntry, files: &mut Files) {
        let (event, raw) = (&past.event, &past.raw);
        let sent =
            pipeline::run(config, event, raw, |_| LiveContext::default()).0.into_iter().filter_map(|made| made.sent);
        for sent in sent.filter(|sent| !sent.notes.is_empty()) {
            let plan = Plan { template: Some(sent.template.clone()), ..Plan::default() };
            let findings = if config.templates.has(&sent.template) {
                config.templates.validate(event, raw, &plan)
            } else {
                Vec::new()
            };
            for note in &sent.notes {
                match findings.iter().find(|finding| finding.note == *note) {
                    Some(finding) => {
                        let path = wanted(config, finding, event, raw, files);
                        let note = written(note, &path);
                        let hint = path.hint.clone();
                        self.add(
                            &sent.template,
                            PastFinding {
                                location: finding.location.clone(),
                                note,
                                hint,
                                path,
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

    /// What is reported of the message as a whole: a limit, or a template that failed.
    fn note(&mut self, config: &Config, template: &str, note: &Note, event: EventId) {
        let named = if let Note::TemplateFailed { template, .. } = note { template } else { template };
        let Some(location) = config.templates.location(named) else { return };
        let finding = PastFinding {
            location: location.clone(),
            note: note.clone(),
            hint: None,
            path: super::samples::Wanted::default(),
            event,
            count: 1,
        };
        self.add(template, finding);
    }

    fn add(&mut self, template: &str, finding: PastFinding) {
        // Cuts of two fields are two findings; cuts of different lengths in one field are one.
        let key = (template.to_owned(), finding.note.part(), finding.note.without_numbers());
        match self.0.get_mut(&key) {
            None => drop(self.0.insert(key, finding)),
            Some(known) => {
                let count = known.count + 1;
                if finding.note.amount() > known.note.amount() {
                    *known = finding;
                }
                known.count = count;
            }
        }
    }

    fn report(self, looked: usize, files: &mut Files, diagnostics: &mut Diagnostics) {
        for ((template, part, _), finding) in self.0 {
            let PastFinding { location, note, hint, path, event, count, .. } = finding;
            let often = if count == 1 { String::new() } else { format!(", and {} more of {looked}", count - 1) };
            let words = match &note {
                Note::Cut { part, lost } => format!("longest seen would cut `{part}` by {lost} (event {event}{often})"),
                _ => format!("event {event}{often}: {note}"),
            };
            let Some(span) = place(files, &location, &path) else { continue };
            // A limit of the message is reported at the text that exceeds it.
            let part = part.filter(|_| path.path.is_none());
            let span = part.map_or_else(|| span.clone(), |part| span.entry(&part.to_string()));
            diagnostics.add(span.warning(codes::FAILED_PAST_EVENT, format!("`{template}`: {words}")).maybe_help(hint));
        }
    }
}
