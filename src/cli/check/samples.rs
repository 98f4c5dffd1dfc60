//! Renders the samples strictly: what a template misses there it will most likely miss live.

use std::collections::BTreeMap;
use std::ops::Range;

use super::corpus::Corpus;
use super::files::Files;
use crate::codes;
use crate::config::Config;
use hookbell_config_file::Diagnostics;
use hookbell_config_file::{Location, SourceSpan};
use hookbell_model::delivery::Plan;
use hookbell_model::event::{Event, Raw};
use hookbell_model::note::Note;
use hookbell_template::expression::{PathLookup, Scope, ValuePath, paths};
use hookbell_template::render::Finding;

const USUAL: &str = "`| default(\"…\")` or a `when` handles a value that may be missing";
/// Samples that are named; further ones are counted.
const NAMED: usize = 3;

/// A finding, and the samples that have it.
struct SampleFinding {
    finding: Finding,
    wanted: Wanted,
    samples: Vec<String>,
}

/// A path that does not resolve, where the file has it, and a suggestion.
#[derive(Clone, Default)]
pub(super) struct Wanted {
    pub(super) path: Option<WrittenPath>,
    pub(super) hint: Option<String>,
}

/// A path as it is written, and the bytes of the file.
#[derive(Clone)]
pub(super) struct WrittenPath {
    text: String,
    bytes: Range<usize>,
}

pub(super) fn check(config: &Config, corpus: &Corpus, files: &mut Files, diagnostics: &mut Diagnostics) {
    // By location, so that one mistake is reported once, whatever the number of samples.
    let mut found: BTreeMap<(String, usize, usize, Note), SampleFinding> = BTreeMap::new();
    for one in &corpus.all {
        let Some(sample) = &one.sample else { continue };
        for finding in config.templates.validate(&one.event, &one.raw, &Plan::default()) {
            let location = &finding.location;
            let key = (location.file.to_string(), location.line, location.column, finding.note.clone());
            let new = || {
                let wanted = wanted(config, &finding, &one.event, &one.raw, files);
                SampleFinding { finding: finding.clone(), wanted, samples: Vec::new() }
            };
            let found = found.entry(key).or_insert_with(new);
            if !found.samples.contains(sample) {
                found.samples.push(sample.clone());
            }
        }
    }
    for found in found.into_values() {
        let provider = found.finding.template.split('.').next().unwrap_or_default();
        let with = format!("with the {} of provider `{provider}`", named(&found.samples));
        let what = format!("{with}: {}", written(&found.finding.note, &found.wanted));
        let hint = found.wanted.hint.clone().or_else(|| Some(USUAL.to_owned()));
        if let Some(span) = place(files, &found.finding.location, &found.wanted) {
            diagnostics.add(span.error(codes::FAILED_SAMPLE, what).maybe_help(hint));
        }
    }
}

/// For a missing value: the path as written in the text, and a suggestion.
pub(super) fn wanted(config: &Config, finding: &Finding, event: &Event, raw: &Raw, files: &mut Files) -> Wanted {
    let Note::MissingValue { path: missing, .. } = &finding.note else { return Wanted::default() };
    let Some(scope) = config.templates.scope(&finding.template, event, raw) else { return Wanted::default() };
    let Some(span) = files.span(&finding.location) else { return Wanted::default() };
    let all: Vec<(ValuePath, SourceSpan<'_>)> = span
        .strings()
        .into_iter()
        .flat_map(|(text, at)| paths(text).into_iter().map(move |path| (path, at.clone())))
        .collect();
    let ends = |(path, _): &&(ValuePath, SourceSpan<'_>)| matches!(path.look_up(&scope), PathLookup::Ends { .. });
    let same = all.iter().filter(ends).find(|(path, _)| path.text() == *missing);
    // The engine does not name what follows an index.
    let found = same.or_else(|| all.iter().filter(|_| *missing == "a value").find(ends));
    found.map_or_else(Wanted::default, |(path, at)| Wanted {
        path: Some(WrittenPath { text: path.text(), bytes: at.within(path.span()).bytes() }),
        hint: hint(path, &scope),
    })
}

fn hint(path: &ValuePath, scope: &Scope) -> Option<String> {
    match path.look_up(scope) {
        PathLookup::Exists => None,
        PathLookup::Ends { steps, list: true, .. } if steps > 0 => {
            let list = path.begin(steps);
            Some(format!("`{list}` is a list: `{list}[0]` is its first, `each` goes through all"))
        }
        PathLookup::Ends { steps, known, .. } => {
            path.meant(steps, &known, false).map(|meant| format!("did you mean `{meant}`?"))
        }
    }
}

/// The note with the path as it is written.
pub(super) fn written(note: &Note, wanted: &Wanted) -> Note {
    match (note, &wanted.path) {
        (Note::MissingValue { key, .. }, Some(path)) => {
            Note::MissingValue { path: path.text.clone(), key: key.clone() }
        }
        _ => note.clone(),
    }
}

pub(super) fn place<'f>(files: &'f mut Files, location: &Location, wanted: &Wanted) -> Option<SourceSpan<'f>> {
    let span = files.span(location)?;
    Some(wanted.path.as_ref().map_or_else(|| span.clone(), |path| span.at(path.bytes.clone())))
}

/// `sample `a``, `samples `a`, `b` and 3 more`.
fn named(samples: &[String]) -> String {
    let shown: Vec<String> = samples.iter().take(NAMED).map(|sample| format!("`{sample}`")).collect();
    let rest = samples.len() - shown.len();
    let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
    format!("sample{} {}{more}", if samples.len() == 1 { "" } else { "s" }, shown.join(", "))
}
