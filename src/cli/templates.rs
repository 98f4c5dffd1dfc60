//! `hookbell templates list`, `show` and `eject`: the messages there are, how each is written, and a file of one's own to
//! begin with.

mod eject;
mod parts;
mod sections;

use std::path::Path;
use std::process::ExitCode;

use serde_json::{Value, json};

use self::eject::EjectArgs;
use self::parts::part_list;
use self::sections::TemplateFile;
use super::table::{columns, shorten};
use super::usage::{Usage, count};
use super::{fixture, out::out};
use crate::config::{Environment, TemplatesConfig};
use hookbell_config_file::Location;
use hookbell_template::render::{PartSummary, TemplateSummary};

/// Show the messages: which there are, and how each is written; write one of your own
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  hookbell templates show stripe.payment")]
pub(super) struct Args {
    #[command(subcommand)]
    command: TemplatesCommand,
}

#[derive(Debug, clap::Subcommand)]
enum TemplatesCommand {
    /// List every message: shipped ones and your own
    #[command(after_help = "Example:\n  hookbell templates list stripe")]
    List {
        /// Only those whose name, title or event types have this in it
        word: Option<String>,
        /// Print JSON for programs
        #[arg(long)]
        json: bool,
    },
    /// Show a provider's template file, or one message with the ids of its parts
    #[command(after_help = "Example:\n  hookbell templates show stripe.payment\n  hookbell templates show stripe")]
    Show {
        /// A message (`stripe.payment`), or a provider: then the whole file
        name: String,
        /// Print JSON for programs
        #[arg(long)]
        json: bool,
    },
    /// Write a template file to edit, with a message that looks as it does now
    #[command(
        after_help = "Example:\n  hookbell templates eject stripe.payment\n  hookbell preview stripe.payment\n\nThe file extends the shipped message, so that it needs only what you change."
    )]
    Eject(EjectArgs),
}

pub(super) fn run(args: &Args, path: &Path) -> anyhow::Result<ExitCode> {
    let (config, diagnostics) = TemplatesConfig::load(path, &Environment::beside(path));
    if diagnostics.errors() > 0 {
        // What has a mistake is not listed; the shipped messages still are.
        let mistakes = count(diagnostics.errors(), "mistake");
        eprintln!("your files have {mistakes} (`hookbell check` reports them): messages with one are left out");
    }
    match &args.command {
        TemplatesCommand::List { word, json } => list(&config, word.as_deref().unwrap_or_default(), *json)?,
        TemplatesCommand::Show { name, json } => show(&config, name, *json)?,
        TemplatesCommand::Eject(args) => eject::run(args, &config, path)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn list(config: &TemplatesConfig, word: &str, json: bool) -> anyhow::Result<()> {
    let word = word.to_lowercase();
    let has_word = |summary: &TemplateSummary| {
        let title = summary.outline.title.iter();
        let mut texts = summary.on.iter().chain(title).chain([&summary.name]);
        texts.any(|text| text.to_lowercase().contains(&word))
    };
    let mut listed: Vec<TemplateSummary> = config.templates.list();
    listed.retain(has_word);
    if listed.is_empty() {
        return Err(fixture::unknown(&word, config).into());
    }
    if json {
        out!("{:#}", Value::from(listed.iter().map(as_json).collect::<Vec<_>>()));
        return Ok(());
    }
    let row = |summary: &TemplateSummary| {
        let key = if summary.has_key { "yes" } else { "no" };
        let own = if summary.own { summary.location.file.to_string() } else { "shipped".to_owned() };
        [summary.name.clone(), summary.provider.clone(), key.to_owned(), shorten(&shows(summary), 56), own]
    };
    let head = ["NAME", "PROVIDER", "KEY", "TITLE, OR EVENTS", "FILE"].map(str::to_owned);
    out!("{}", columns(&std::iter::once(head).chain(listed.iter().map(row)).collect::<Vec<_>>()).trim_end());
    Ok(())
}

/// The literal words of its title; where there are none, the event types it takes.
fn shows(summary: &TemplateSummary) -> String {
    let title = summary.outline.title.as_deref().map(words).unwrap_or_default();
    if title.chars().any(char::is_alphanumeric) {
        return title;
    }
    let on = if summary.on.is_empty() { "every event".to_owned() } else { summary.on.join(", ") };
    if summary.conditional { format!("{on} (some)") } else { on }
}

/// The text with `…` for each expression.
fn words(text: &str) -> String {
    let mut words = String::new();
    let mut rest = text;
    while let Some((before, tag)) = rest.split_once('{') {
        words.push_str(before);
        let (end, stands_for) = if tag.starts_with('{') { ("}}", "…") } else { ("}", "") };
        words.push_str(stands_for);
        rest = tag.split_once(end).map_or("", |(_, rest)| rest);
    }
    words.push_str(rest);
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn as_json(summary: &TemplateSummary) -> Value {
    json!({
        "name": summary.name, "provider": summary.provider, "own": summary.own, "on": summary.on,
        "conditional": summary.conditional, "key": summary.has_key, "title": summary.outline.title,
        "file": &*summary.location.file, "line": summary.location.line,
        "extends": summary.bases.iter().map(|base| &base.name).collect::<Vec<_>>(),
    })
}

fn show(config: &TemplatesConfig, name: &str, json: bool) -> anyhow::Result<()> {
    let listed = config.templates.list();
    let Some(summary) = listed.iter().find(|summary| summary.name == name) else {
        return show_file(config, &listed, name, json);
    };
    // The message, then what it extends: each as its file has it.
    let bases = summary.bases.iter().map(|base| (&base.name, base.own, &base.location));
    let mut texts = Vec::new();
    for (name, own, location) in std::iter::once((&summary.name, summary.own, &summary.location)).chain(bases) {
        let file = text_of(own, location)?;
        let text = TemplateFile::read(&file).message(location).unwrap_or_default().to_owned();
        texts.push((name, own, location, text));
    }
    if json {
        let mut printed = as_json(summary);
        printed["text"] = texts.first().map(|(_, _, _, text)| text.as_str()).unwrap_or_default().into();
        printed["bases"] =
            texts.iter().skip(1).map(|(name, _, _, text)| json!({ "name": name, "text": text })).collect();
        printed["parts"] = summary.outline.parts.iter().map(part_as_json).collect();
        out!("{printed:#}");
        return Ok(());
    }
    for (at, (name, own, location, text)) in texts.iter().enumerate() {
        let (what, whose) = (if at == 0 { "" } else { "extends " }, if *own { "" } else { ", shipped" });
        out!(
            "{}# {what}{name} ({}:{}{whose})\n\n{text}",
            if at == 0 { "" } else { "\n" },
            location.file,
            location.line
        );
    }
    out!("\n{}", part_list(&summary.outline.parts));
    Ok(())
}

fn show_file(config: &TemplatesConfig, listed: &[TemplateSummary], name: &str, json: bool) -> anyhow::Result<()> {
    let provider = config.sender(name).map_or(name, |(_, provider)| provider.name.as_str());
    let file = format!("{provider}.toml");
    let text = crate::embedded::template_text(&file);
    let mut own: Vec<&str> =
        listed.iter().filter(|summary| summary.own && summary.provider == provider).map(own_file).collect();
    own.dedup();
    let Some(text) = text else {
        let why = match own.as_slice() {
            [] if config.sender(name).is_none() => return Err(fixture::unknown(name, config).into()),
            [] => "it has the generic card".to_owned(),
            own => format!("your own are in {}", own.join(", ")),
        };
        return Err(Usage(format!("no template file is shipped for `{provider}`: {why}")).into());
    };
    if json {
        out!("{:#}", json!({ "provider": provider, "file": file, "text": text, "own": own }));
    } else {
        out!("{}", text.trim_end());
        own.iter().for_each(|file| eprintln!("note: {file} is tried before it"));
    }
    Ok(())
}

fn own_file(summary: &TemplateSummary) -> &str {
    &summary.location.file
}

/// The text of the file that a message is defined in.
fn text_of(own: bool, location: &Location) -> anyhow::Result<String> {
    let text = if own {
        std::fs::read_to_string(&*location.file).ok()
    } else {
        crate::embedded::template_text(&location.file).map(str::to_owned)
    };
    text.ok_or_else(|| anyhow::anyhow!("cannot read {}", location.file))
}

fn part_as_json(part: &PartSummary) -> Value {
    json!({ "part": part.kind.as_str(), "id": part.id, "embed": part.embed })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_listed_by_its_words() {
        assert_eq!(words("{{ cash }} received{% if a %} from  {{ who }}{% endif %}"), "… received from …");
        assert_eq!(words("{{ title }}"), "…");
    }
}
