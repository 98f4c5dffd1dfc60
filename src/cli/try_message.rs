//! `hookbell try`: sends one message to a real destination, marked as a test, and prints the response. Stores
//! nothing.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use serde_json::{Value, json};

use super::fixture::{Fixture, FixtureRequest};
use super::{
    out::out,
    usage::{Mistakes, Usage},
};
use crate::compose::{ComposeInputs, ForumState, ThreadTarget, compose};
use crate::config::{Config, Environment};
use crate::courier::Destination;
use crate::discord::{Client, Outcome, Response};
use hookbell_model::delivery::{MessageRef, Misplacement, Plan};
use hookbell_model::live::LiveContext;
use hookbell_model::message::{Attachment, Message, limit};
use hookbell_model::note::Note;
use hookbell_model::suggest::suggestion;
use hookbell_model::timestamp::format_duration;
use hookbell_template::render::Rendered;

/// Put before the text, so that the message is not mistaken for a real one.
const MARK: &str = "🧪 **Test message**, nothing has happened.";
/// The flag of a message that is components and nothing else, and the component that is a text.
const COMPONENTS_ALONE: u64 = 1 << 15;
const TEXT: u8 = 10;
/// A longer rate limit is reported rather than waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// Send one message to a destination, marked as a test
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  hookbell try stripe.payment --to sales --event k3f9\n\nOne message is posted, marked as a test; it pings nobody and nothing is stored. Without `--event`, `--sample` or `--payload` the first sample that fits is used. Only the destination's webhook URL need be set. Exit code 0 when it was posted, 1 when not, 2 for wrong usage or mistakes in the files."
)]
pub(super) struct Args {
    /// The message's full name, e.g. stripe.payment
    message: String,
    /// The destination's name in the config
    #[arg(long, value_name = "DESTINATION")]
    to: String,
    /// An event of the store; the beginning of its id is enough
    #[arg(long, value_name = "ID", conflicts_with_all = ["sample", "payload"])]
    event: Option<String>,
    /// A sample of the message's provider; left out = the first that fits
    #[arg(long, value_name = "NAME", conflicts_with = "payload")]
    sample: Option<String>,
    /// A file with a payload as the provider would send it; `-` reads stdin
    #[arg(long, value_name = "FILE")]
    payload: Option<PathBuf>,
    /// A header of the payload's request, e.g. `X-GitHub-Event: push`; may be repeated
    #[arg(long = "header", value_name = "NAME: VALUE", requires = "payload")]
    headers: Vec<String>,
    /// Send the pings of the event's route to this destination
    #[arg(long)]
    mention: bool,
    /// Print JSON for programs
    #[arg(long)]
    json: bool,
}

impl Args {
    fn request(&self) -> FixtureRequest<'_> {
        FixtureRequest {
            message: Some(&self.message),
            event: self.event.as_deref(),
            sample: self.sample.as_deref(),
            payload: self.payload.as_deref(),
            headers: &self.headers,
            ..FixtureRequest::default()
        }
    }
}

/// How it ended.
struct Ended {
    posted: bool,
    message: Option<MessageRef>,
    link: Option<String>,
    /// For people: what happened, and help.
    words: String,
}

pub(super) async fn run(args: Args, path: &Path) -> anyhow::Result<ExitCode> {
    let (config, diagnostics) = Config::load_relaxed(path, &Environment::beside(path), None);
    let config = config.ok_or(Mistakes(diagnostics))?;
    let destination = destination(&config, path, &args.to)?;
    if !config.templates.has(&args.message) {
        let names = config.templates.names();
        let hint = suggestion(&args.message, names.iter().map(String::as_str));
        let hint = hint.map(|hint| format!("\n  help: {hint}")).unwrap_or_default();
        return Err(Usage(format!("there is no message `{}`{hint}", args.message)).into());
    }
    let fixture = Fixture::find(args.request(), &config.templates_config(), path).await?;
    let plan = plan(&config, &fixture, &args);
    let inputs = ComposeInputs::one(&fixture.event, &fixture.raw, &plan);
    let Rendered { message, template, mut notes, .. } =
        compose(&config.templates, &inputs, &destination.target(), &LiveContext::default());
    let client = Client::new(&config.api_base)?;
    let answer = place(&client, destination, &message, &mut notes).await;
    let ended = ended(&client, destination, answer).await;
    if args.json {
        let at = ended.message.as_ref();
        out!(
            "{:#}",
            json!({
                "posted": ended.posted, "destination": destination.name, "template": template, "of": fixture.from,
                "message": at.map(|at| &at.id), "channel": at.map(|at| &at.channel), "link": ended.link,
                "notes": notes.iter().map(ToString::to_string).collect::<Vec<_>>(), "words": ended.words,
            })
        );
    } else {
        for note in &notes {
            eprintln!("note: {note}");
        }
        out!("`{template}` of {} → {}: {}", fixture.from, destination.name, ended.words);
    }
    Ok(if ended.posted { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// The destination; only its webhook URL must be valid.
fn destination<'c>(config: &'c Config, path: &Path, name: &str) -> anyhow::Result<&'c Destination> {
    if let Some(found) = config.destinations.iter().find(|destination| destination.name == name) {
        return Ok(found);
    }
    let (_, mut diagnostics) = Config::load(path, &Environment::beside(path));
    let table = format!("destinations.{name}");
    diagnostics.0.retain(|diagnostic| {
        diagnostic.location.key == table || diagnostic.location.key.starts_with(&format!("{table}."))
    });
    if !diagnostics.0.is_empty() {
        return Err(Mistakes(diagnostics).into());
    }
    let known = config.destinations.iter().map(|destination| destination.name.as_str());
    let hint = suggestion(name, known).map(|hint| format!("\n  help: {hint}")).unwrap_or_default();
    Err(Usage(format!("--to: there is no destination `{name}`{hint}")).into())
}

/// As the event's route to this destination says, but with this message, and without pings unless asked for.
fn plan(config: &Config, fixture: &Fixture, args: &Args) -> Plan {
    let routed = config.rules.route(&fixture.event, &fixture.raw).deliveries;
    let mut plan = routed
        .into_iter()
        .find(|delivery| delivery.destination == args.to)
        .unwrap_or_else(|| hookbell_model::delivery::NewDelivery {
            destination: args.to.clone(),
            plan: Plan::default(),
        })
        .plan;
    plan.template = Some(args.message.clone());
    if !args.mention {
        plan.mention.clear();
    }
    plan
}

/// The body with the mark before its text, within the limit.
fn marked(mut body: Value) -> Value {
    if body.get("flags").and_then(Value::as_u64).is_some_and(|flags| flags & COMPONENTS_ALONE != 0) {
        let rest = body.get("components").and_then(Value::as_array).cloned().unwrap_or_default();
        body["components"] = [json!({ "type": TEXT, "content": MARK })].into_iter().chain(rest).collect();
        return body;
    }
    let content = body.get("content").and_then(Value::as_str).unwrap_or_default();
    let content: String = format!("{MARK}\n{content}").trim_end().chars().take(limit::CONTENT).collect();
    body["content"] = json!(content);
    body
}

/// Sends it; where the channel refuses its form, in the other forms that the courier would try.
async fn place(client: &Client, destination: &Destination, message: &Message, notes: &mut Vec<Note>) -> Response {
    let (target, mut forum) = (destination.target(), ForumState::default());
    loop {
        let (title, note) = forum.title(&target, message);
        let placed = forum.place(&target, message.clone(), ThreadTarget { title, ..ThreadTarget::default() });
        let body = marked(placed.message.to_post());
        let answer = send(client, destination, &body, &placed.message.files).await;
        let again = match &answer.outcome {
            // The thread of the webhook's own URL: there is no other to send to.
            Outcome::Misplaced { misplacement: Misplacement::ThreadGone, .. } => false,
            Outcome::Misplaced { misplacement, error } => {
                forum.learn(*misplacement, error, target.tags.first().is_some())
            }
            _ => false,
        };
        if !again {
            notes.extend(note.into_iter().chain(placed.notes));
            return answer;
        }
    }
}

/// Waits once where Discord's rate limit is short.
async fn send(client: &Client, destination: &Destination, body: &Value, files: &[Attachment]) -> Response {
    let answer = client.post(&destination.webhook, None, body, files).await;
    match &answer.outcome {
        Outcome::Wait { after, .. } if *after <= PATIENCE => {
            eprintln!("rate limited by Discord: waiting {}", format_duration(*after));
            tokio::time::sleep(*after).await;
            client.post(&destination.webhook, None, body, files).await
        }
        _ => answer,
    }
}

async fn ended(client: &Client, destination: &Destination, answer: Response) -> Ended {
    let name = &destination.name;
    let failed = |words: String| Ended { posted: false, message: None, link: None, words };
    match answer.outcome {
        Outcome::Done(None) => {
            let words = "posted; the answer does not say where".to_owned();
            Ended { posted: true, message: None, link: None, words }
        }
        Outcome::Done(Some(message)) => {
            let guild = client.look_up(&destination.webhook).await.ok().and_then(|info| info.guild);
            let link =
                guild.map(|guild| format!("https://discord.com/channels/{guild}/{}/{}", message.channel, message.id));
            let place =
                link.clone().unwrap_or_else(|| format!("message {} in channel {}", message.id, message.channel));
            Ended { posted: true, message: Some(message), link, words: format!("posted: {place}") }
        }
        Outcome::Wait { after, error, .. } => {
            failed(format!("not posted, rate limited by Discord for {}: {error}", format_duration(after)))
        }
        Outcome::Banned { after, error } => failed(format!(
            "not posted, Discord blocks this address: {error}\n  help: send nothing at all for {}",
            format_duration(after)
        )),
        Outcome::Retry { error } => failed(format!("not posted: {error}\n  help: try again in a moment")),
        Outcome::Lost { error } => failed(format!("it may have been posted, no usable answer came back: {error}")),
        Outcome::Refused { error } | Outcome::MessageGone { error } => {
            failed(format!("Discord refused the message: {error}"))
        }
        Outcome::Misplaced { misplacement, error } => {
            failed(format!("Discord refused the message: {error}\n  help: {}", misplacement.advice()))
        }
        Outcome::WebhookDead { error } => failed(format!(
            "the webhook is gone or its token is wrong: {error}\n  help: make a new one in the channel's settings, under \
             Integrations, and put its URL into `destinations.{name}.webhook_url`"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_precedes_the_text_and_fits_the_limit() {
        let long = marked(json!({ "content": "é".repeat(limit::CONTENT) }));
        let content = long["content"].as_str().unwrap_or_default();
        assert!(content.starts_with(MARK) && content.chars().count() == limit::CONTENT);
        assert_eq!(marked(json!({ "embeds": [] }))["content"], MARK);
        let alone = marked(json!({ "flags": COMPONENTS_ALONE, "components": [{ "type": 14 }] }));
        assert_eq!(alone["components"], json!([{ "type": 10, "content": MARK }, { "type": 14 }]));
        assert!(alone.get("content").is_none());
    }
}
