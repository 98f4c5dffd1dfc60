//! `hookbell preview`: a message as it would be sent, without sending it: drawn in the terminal, as JSON, or as a
//! page that looks like Discord. `--all` writes the gallery of all messages.

mod card;
mod gallery;
mod markdown;
mod page;
mod paint;

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use serde_json::Value;

use self::paint::Canvas;
use super::fixture::{Fixture, FixtureRequest};
use super::out::out;
use super::signals;
use super::usage::{Mistakes, Usage};
use crate::config::{Environment, FileWatcher, TemplatesConfig, WatchIntervals};
use hookbell_model::locale::Locale;
use hookbell_provider::Assignment;
use hookbell_template::render::Fallback;

/// Show a message as it would look, without sending it
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  hookbell preview stripe.payment\n  hookbell preview stripe --sample invoice.paid --format html\n  hookbell preview shop --payload order.json\n  hookbell preview stripe.payment --set data.object.amount_received=250000 --watch\n  hookbell preview --event k3f9\n  hookbell preview --all --out gallery.html\n\nNo server need run and no secret be set. Exit code 0 when the message was made, 1 when its template failed, 2 when there is no such message or a file has mistakes."
)]
pub(super) struct Args {
    /// A message (`stripe.payment`), or a provider or source: then the first message that fits
    #[arg(required_unless_present_any = ["event", "source", "all"])]
    message: Option<String>,
    /// Show it with this JSON body; `-` reads stdin
    #[arg(long, value_name = "FILE", conflicts_with_all = ["event", "sample"])]
    payload: Option<PathBuf>,
    /// Show it with an event of the store; the beginning of its id is enough
    #[arg(long, value_name = "ID", conflicts_with = "sample")]
    event: Option<String>,
    /// Show the message that was sent for the event, not the one that would be sent now
    #[arg(long, requires = "event", conflicts_with_all = ["message", "locale"])]
    sent: bool,
    /// Show it with this sample of the provider; left out = the first that fits
    #[arg(long, value_name = "NAME")]
    sample: Option<String>,
    /// The source (or provider) whose payload it is, where MESSAGE does not say
    #[arg(long, value_name = "NAME", conflicts_with = "event")]
    source: Option<String>,
    /// A header of the payload's request, e.g. `X-GitHub-Event: push`; may be repeated
    #[arg(long = "header", value_name = "NAME: VALUE", requires = "payload")]
    headers: Vec<String>,
    /// Another value in the payload, e.g. `data.object.amount=250000`; may be repeated
    #[arg(long, value_name = "PATH=VALUE", conflicts_with = "event")]
    set: Vec<Assignment>,
    /// The language of its readers, e.g. de or pt-BR; left out = that of an event's destination, else English
    #[arg(long, value_parser = Locale::parse, conflicts_with = "all")]
    locale: Option<Locale>,
    /// Left out = card, or html where `--out` ends in `.html`
    #[arg(long)]
    format: Option<Format>,
    /// Write a gallery of every message with its samples
    #[arg(long, conflicts_with_all = ["message", "payload", "event", "sample", "source", "set"])]
    all: bool,
    /// Show it again whenever config, templates or providers change
    #[arg(long)]
    watch: bool,
    /// Where to write: a file, a folder, or `-` for stdout. Left out = preview.html for pages, else stdout
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Drawn in the terminal
    Card,
    /// The body that would be sent, and nothing else
    Json,
    /// One file that looks like Discord
    Html,
}

impl Format {
    /// The default file name for this format.
    fn file(self) -> &'static str {
        match self {
            Self::Card => "preview.txt",
            Self::Json => "preview.json",
            Self::Html => "preview.html",
        }
    }
}

/// A message and what there is to say about it.
struct Shown {
    body: Value,
    template: String,
    notes: Vec<String>,
    /// Whether it is not the requested message.
    failed: bool,
}

pub(super) async fn run(args: Args, path: &Path) -> anyhow::Result<ExitCode> {
    if args.watch { watch(&args, path).await } else { draw(&args, path).await }
}

/// Draws again whenever a file of the config changes, until it is stopped.
async fn watch(args: &Args, path: &Path) -> anyhow::Result<ExitCode> {
    if args.payload.as_deref() == Some(Path::new("-")) {
        return Err(Usage(
            "--watch reads the payload again and again, which stdin cannot give: name a file".to_owned(),
        )
        .into());
    }
    let stop = signals::shutdown()?;
    let mut files = FileWatcher::new(path, WatchIntervals::default());
    loop {
        if std::io::stdout().is_terminal() {
            // Clears the screen, so that the newest is at the top.
            out!("\u{1b}[2J\u{1b}[H");
        }
        if let Err(error) = draw(args, path).await {
            eprintln!("{error:#}");
        }
        eprintln!("\nwatching; Ctrl-C ends");
        tokio::select! {
            () = stop.cancelled() => return Ok(ExitCode::SUCCESS),
            () = files.changed() => {}
        }
    }
}

async fn draw(args: &Args, path: &Path) -> anyhow::Result<ExitCode> {
    let config = config(path)?;
    let format = args.format();
    if args.all {
        if format != Format::Html {
            return Err(Usage("--all writes a page: leave out `--format`".to_owned()).into());
        }
        let gallery = gallery::Gallery::of(&config);
        args.write(&page::gallery(&gallery), format)?;
        eprintln!("{}", gallery.summary());
        return Ok(ExitCode::SUCCESS);
    }
    let mut fixture = Fixture::find(args.request(), &config, path).await?;
    fixture.locale = args.locale.unwrap_or(fixture.locale);
    let shown = shown(args, &fixture, &config)?;
    let text = match format {
        Format::Card => card::card(&shown.body, if args.out.is_some() { Canvas::plain() } else { Canvas::stdout() }),
        Format::Json if args.out.is_none() && std::io::stdout().is_terminal() => format!("{:#}", shown.body),
        Format::Json => shown.body.to_string(),
        Format::Html => page::message(&fixture, &shown.template, &shown.body, &shown.notes),
    };
    args.write(&text, format)?;
    eprintln!("\n{} with {}", shown.template, paint::harmless(&fixture.from));
    shown.notes.iter().for_each(|note| eprintln!("note: {}", paint::harmless(note)));
    Ok(if shown.failed { ExitCode::from(1) } else { ExitCode::SUCCESS })
}

/// What would be sent now; with `--sent`, what was sent then.
fn shown(args: &Args, fixture: &Fixture, config: &TemplatesConfig) -> Result<Shown, Usage> {
    let composed = fixture.compose(config);
    let now = composed.message.to_post();
    let mut notes = fixture.notes.clone();
    if args.event.is_some() {
        let same = fixture.sent.as_ref().map(|sent| sent.body == now);
        notes.push(match (same, args.sent) {
            (Some(true), false) => "this would be sent now, and is what was sent".to_owned(),
            (Some(false), false) => "this would be sent now; what was sent differs: `--sent` shows it".to_owned(),
            (None, false) => "this would be sent now; no message is kept that was sent for it".to_owned(),
            (Some(true), true) => "this was sent, and would be sent now".to_owned(),
            (Some(false), true) => "this was sent; what would be sent now differs".to_owned(),
            (None, true) => {
                return Err(Usage(format!("no message is kept that was sent for {}", fixture.from)));
            }
        });
    }
    if let Some(sent) = fixture.sent.as_ref().filter(|_| args.sent) {
        notes.extend(sent.notes.iter().map(ToString::to_string));
        return Ok(Shown { body: sent.body.clone(), template: sent.template.clone(), notes, failed: false });
    }
    notes.extend(composed.notes.iter().map(ToString::to_string));
    // Where only a part is missing, it is still the requested message.
    let failed = composed.fallback.is_some_and(|fallback| fallback > Fallback::Part);
    Ok(Shown { body: now, template: composed.template, notes, failed })
}

/// The config's own providers and templates; without a config those beside its path.
fn config(path: &Path) -> anyhow::Result<TemplatesConfig> {
    if !path.exists() {
        eprintln!(
            "there is no {}: these are the messages of `templates/` beside it, and the shipped ones",
            path.display()
        );
    }
    let (config, diagnostics) = TemplatesConfig::load(path, &Environment::beside(path));
    if diagnostics.errors() > 0 {
        return Err(Mistakes(diagnostics).into());
    }
    if !diagnostics.0.is_empty() {
        eprintln!("{diagnostics}");
    }
    Ok(config)
}

impl Args {
    fn request(&self) -> FixtureRequest<'_> {
        FixtureRequest {
            message: self.message.as_deref(),
            source: self.source.as_deref(),
            event: self.event.as_deref(),
            sample: self.sample.as_deref(),
            payload: self.payload.as_deref(),
            headers: &self.headers,
            set: &self.set,
        }
    }

    fn format(&self) -> Format {
        let page = self.all || self.out.as_ref().is_some_and(|out| out.extension().is_some_and(|end| end == "html"));
        self.format.unwrap_or(if page { Format::Html } else { Format::Card })
    }

    /// To stdout or into a file, whole.
    fn write(&self, text: &str, format: Format) -> anyhow::Result<()> {
        let page = (format == Format::Html).then(|| Path::new(format.file()));
        let out = self.out.as_deref().or(page);
        let Some(out) = out.filter(|out| *out != Path::new("-")) else {
            out!("{text}");
            return Ok(());
        };
        let file = if out.is_dir() { out.join(format.file()) } else { out.to_owned() };
        let context = || format!("cannot write {}", file.display());
        std::fs::write(&file, format!("{text}\n")).with_context(context)?;
        eprintln!("written to {}", file.display());
        Ok(())
    }
}
