//! `hookbell templates eject`: writes a file of the user's own that makes the same messages as before.

use std::path::{Path, PathBuf};

use anyhow::Context;

use super::parts::part_list;
use crate::cli::fixture;
use crate::cli::new_file::NewFile;
use crate::cli::usage::Usage;
use crate::config::{Environment, TemplatesConfig};
use hookbell_model::event::Globs;
use hookbell_template::render::{TemplateSummary, Templates};

#[derive(Debug, clap::Args)]
pub(super) struct EjectArgs {
    /// A message (`stripe.payment`), or a provider: then its whole file is copied
    name: String,
    /// Where to write; left out = a file in the templates folder
    #[arg(long, value_name = "FILE")]
    to: Option<PathBuf>,
    /// Write over a file that is there
    #[arg(long)]
    force: bool,
}

pub(super) fn run(args: &EjectArgs, config: &TemplatesConfig, path: &Path) -> anyhow::Result<()> {
    let folder = TemplatesConfig::folder(path, &Environment::beside(path));
    let shipped = crate::embedded::templates();
    let messages = shipped.list();
    let message = messages.iter().find(|summary| summary.name == args.name);
    let file = args.to.clone().unwrap_or_else(|| folder.join(format!("{}.toml", args.name.replace('.', "-"))));
    let text = match message {
        Some(message) => {
            refuse_second(&config.templates, std::slice::from_ref(message), &file, args.force)?;
            of_message(message, &messages, &config.templates)?
        }
        None => {
            let text = crate::embedded::template_text(&format!("{}.toml", args.name));
            let text = text.ok_or_else(|| unknown(&args.name, config))?;
            let all: Vec<_> = messages.iter().filter(|message| message.provider == args.name).cloned().collect();
            refuse_second(&config.templates, &all, &file, args.force)?;
            text.to_owned()
        }
    };
    write(&file, &text, args.force)?;
    eprintln!("written to {}", file.display());
    let outside = std::path::absolute(file.parent().unwrap_or(Path::new(""))).ok() != std::path::absolute(&folder).ok();
    if outside {
        eprintln!("note: only files in {} are read", folder.display());
    }
    eprintln!("edit it, then: hookbell preview {}", args.name);
    Ok(())
}

fn unknown(name: &str, config: &TemplatesConfig) -> Usage {
    match config.templates.list().into_iter().find(|summary| summary.name == name) {
        Some(own) => Usage(format!("`{name}` is your own already: {}", own.location.file)),
        None => fixture::unknown(name, config),
    }
}

/// Two files of one's own must not have messages of one name.
fn refuse_second(templates: &Templates, ejected: &[TemplateSummary], file: &Path, force: bool) -> Result<(), Usage> {
    let own: Vec<TemplateSummary> = templates.list().into_iter().filter(|summary| summary.own).collect();
    let replaced = |other: &&TemplateSummary| force && std::path::absolute(file).ok() == absolute(&other.location.file);
    let second = |message: &TemplateSummary| own.iter().find(|other| other.name == message.name).cloned();
    match ejected.iter().filter_map(second).find(|other| !replaced(&other)) {
        Some(other) => {
            let (name, location) = (&other.name, &other.location);
            let what = format!("`{name}` is your own already: {}:{}", location.file, location.line);
            Err(Usage(format!("{what}\n  help: edit it there; `--to {} --force` writes over it", location.file)))
        }
        None => Ok(()),
    }
}

fn absolute(file: &str) -> Option<PathBuf> {
    std::path::absolute(file).ok()
}

/// A file with this message. Those that are shipped before it and take some of its types come along, because files of
/// one's own are tried first: without them it would take what was theirs.
fn of_message(
    message: &TemplateSummary,
    messages: &[TemplateSummary],
    templates: &Templates,
) -> anyhow::Result<String> {
    let (provider, name) = (&message.provider, &message.name);
    let mut text = format!(
        "# {name}. What is not set here is as it is shipped; hookbell templates show {name} prints that,\n# hookbell preview {name} shows the result.\nprovider = \"{provider}\"\n"
    );
    let is_own = |name: &str| templates.list().iter().any(|other| other.own && other.name == name);
    let earlier: Vec<&TemplateSummary> = messages
        .iter()
        .take_while(|other| other.name != *name)
        .filter(|other| other.provider == *provider && !is_own(&other.name))
        .collect();
    // One that comes along would take what was its own predecessors': they come along, too.
    let mut overlapping: Vec<&TemplateSummary> = Vec::new();
    for other in earlier.into_iter().rev() {
        let mut following = overlapping.iter().copied().chain([message]);
        if following.any(|following| may_overlap(&other.on, &following.on)) {
            overlapping.push(other);
        }
    }
    overlapping.reverse();
    if !overlapping.is_empty() {
        text += "\n# As shipped, but tried before it: it takes only what these leave.\n";
    }
    for other in overlapping {
        text += &format!("[[message]]\nname = \"{}\"\nextends = \"{}\"\n\n", short(other), other.name);
    }
    text = text.trim_end().to_owned() + "\n\n";
    text += &format!("[[message]]\nname = \"{}\"\nextends = \"{name}\"\n", short(message));
    if let Some(title) = &message.outline.title {
        // A JSON string is a TOML string too.
        text += &format!("# title = {}\n", serde_json::to_string(title)?);
    }
    text += &format!("\n{}\n", part_list(&message.outline.parts));
    if let Some(part) = message.outline.parts.iter().find(|part| part.embed.is_none()) {
        text += &format!("# [[message.{}]]\n# id = \"{}\"\n# remove = true\n", part.kind.as_str(), part.id);
    }
    Ok(text)
}

/// Without its provider.
fn short(message: &TemplateSummary) -> &str {
    message.name.split_once('.').map_or(message.name.as_str(), |(_, short)| short)
}

/// Whether some type may match a glob of each list; an empty list takes every type.
fn may_overlap(ours: &[String], theirs: &[String]) -> bool {
    ours.is_empty()
        || theirs.is_empty()
        || ours.iter().any(|our| theirs.iter().any(|their| globs_may_overlap(our, their)))
}

fn globs_may_overlap(one: &str, other: &str) -> bool {
    let wild = |glob: &str| glob.contains(['*', '?']);
    match (wild(one), wild(other)) {
        (_, false) => Globs::new([one]).matches(other),
        (false, true) => Globs::new([other]).matches(one),
        (true, true) => {
            // What is literal at both ends must agree.
            let head = |glob: &str| glob.split(['*', '?']).next().unwrap_or_default().to_owned();
            let tail = |glob: &str| glob.rsplit(['*', '?']).next().unwrap_or_default().to_owned();
            let (heads, tails) = ([head(one), head(other)], [tail(one), tail(other)]);
            let [a, b] = &heads;
            let [c, d] = &tails;
            (a.starts_with(b.as_str()) || b.starts_with(a.as_str()))
                && (c.ends_with(d.as_str()) || d.ends_with(c.as_str()))
        }
    }
}

fn write(file: &Path, text: &str, force: bool) -> anyhow::Result<()> {
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    }
    NewFile::begin(file, force)?.readable_by_all()?.finish_with(text)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use hookbell_config_file::{Diagnostics, Document};
    use hookbell_model::delivery::Plan;
    use hookbell_model::locale::Locale;
    use hookbell_model::timestamp::Timestamp;
    use hookbell_provider::Provider;
    use hookbell_template::render::Config;

    /// The provider's samples as they are rendered with this file of one's own.
    fn rendered(provider: &Provider, own: &str) -> BTreeMap<String, (String, serde_json::Value)> {
        let mut diagnostics = Diagnostics::default();
        let own = Document::parse("own.toml", own, &mut diagnostics);
        let own = if own.root().all().is_empty() { Vec::new() } else { vec![own] };
        let config = Config { only: Some(BTreeSet::from([provider.name.clone()])), ..Config::default() };
        let templates = Templates::with_own(crate::embedded::template_files(), &own, &config, &mut diagnostics);
        assert_eq!(diagnostics.errors(), 0, "{diagnostics}");
        let mut all = BTreeMap::new();
        for sample in &provider.samples {
            let read = provider.read_sample(&provider.name, sample, Timestamp::from_secs(1_795_255_200));
            for (at, (event, raw)) in read.map(|(events, _)| events).unwrap_or_default().iter().enumerate() {
                let made = templates.render(event, raw, &Plan::default(), Locale::default());
                let body = serde_json::json!({ "body": made.message.to_post(), "keys": made.live.keys });
                all.insert(format!("{} {at}", sample.name), (made.template, body));
            }
        }
        all
    }

    #[test]
    fn every_shipped_message_can_be_ejected_and_looks_as_before() {
        let (templates, providers) = (crate::embedded::templates(), crate::embedded::providers());
        let messages = templates.list();
        let mut seen = 0;
        for provider in providers.iter() {
            let before = rendered(provider, "");
            for message in messages.iter().filter(|message| message.provider == provider.name) {
                let text = of_message(message, &messages, &templates).expect("a file");
                assert_eq!(rendered(provider, &text), before, "{}\n{text}", message.name);
                seen += 1;
            }
        }
        assert!(seen > 200, "{seen}");
    }

    #[test]
    fn globs_that_share_a_type_overlap() {
        for (one, other, overlap) in [
            ("charge.*", "charge.dispute.*", true),
            ("charge.*", "invoice.*", false),
            ("*.deleted", "contact.*", true),
            ("push", "push", true),
            ("push", "pull", false),
            ("*.deleted", "*.created", false),
            ("a.*", "a.b", true),
        ] {
            assert_eq!(globs_may_overlap(one, other), overlap, "{one} {other}");
            assert_eq!(globs_may_overlap(other, one), overlap, "{other} {one}");
        }
        assert!(may_overlap(&[], &["x".to_owned()]));
    }
}
