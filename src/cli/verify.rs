//! `hookbell verify`: checks a saved request as the intake does and prints each step.

use std::path::PathBuf;
use std::process::ExitCode;

use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::json;

use super::{
    out::out,
    usage::{Mistakes, Usage},
};
use hookbell_config_file::Diagnostics;
use hookbell_config_file::Document;
use hookbell_model::secret::Secret;
use hookbell_model::timestamp::Timestamp;
use hookbell_provider::{Provider, Reading, Rejection, Request, Settings, VerificationStep};

/// Check the signature of a saved request, step by step
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  hookbell verify --provider stripe --secret whsec_… --headers headers.txt --body body.json\n\nheaders.txt holds one `Name: value` a line. Exit code 0 when the signature is valid, 1 when not."
)]
pub(super) struct Args {
    /// A shipped provider's name, or the path of a provider file
    #[arg(long, value_name = "NAME|FILE")]
    provider: String,
    /// The secret as it is in the config; repeat it for several, any of which may match
    #[arg(long = "secret", value_name = "SECRET")]
    secrets: Vec<String>,
    /// A file with the request's headers, one `Name: value` a line
    #[arg(long, value_name = "FILE")]
    headers: PathBuf,
    /// A file with the request's body, byte for byte
    #[arg(long, value_name = "FILE")]
    body: PathBuf,
    /// The request's method
    #[arg(long, default_value = "POST")]
    method: String,
    /// The public URL the request was sent to, for schemes that sign it
    #[arg(long)]
    url: Option<String>,
    /// The time to check at instead of now, for requests saved earlier
    #[arg(long, value_name = "UNIX_SECONDS")]
    now: Option<i64>,
    /// A value of the source's `conf` table, e.g. `webhook_id=1JE4…`; may be repeated
    #[arg(long = "conf", value_name = "NAME=VALUE")]
    settings: Vec<String>,
    /// Print JSON for programs
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let provider = provider(&args.provider)?;
    let secrets: Vec<Secret> = args.secrets.iter().map(Secret::new).collect();
    let setting = |text: &String| {
        let (name, value) = text.split_once('=').ok_or_else(|| Usage("--conf: expected `NAME=VALUE`".to_owned()))?;
        Ok::<_, Usage>((name.to_owned(), Secret::new(value)))
    };
    let settings: Result<_, Usage> = args.settings.iter().map(setting).collect();
    let verifier =
        provider.verifier_with(&secrets, &Settings(settings?)).map_err(|error| Usage(format!("--secret: {error}")))?;
    let headers = headers(&read(&args.headers)?, &args.headers)?;
    let body = read(&args.body)?;
    let request = Request { method: &args.method, url: args.url.as_deref(), headers: &headers, body: &body };
    let (steps, outcome) = verifier.explain(request, args.now.map_or_else(Timestamp::now, Timestamp::from_secs));
    let reading = outcome.as_ref().ok().map(|verified| provider.first_event(*verified));
    let outcome = outcome.map(drop);
    if args.json {
        out!("{}", as_json(&outcome, reading.and_then(Result::ok)));
    } else {
        print(&steps, &outcome, reading);
    }
    Ok(if outcome.is_ok() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// A shipped provider by name, or any file by path. A name never holds a slash or a dot.
fn provider(wanted: &str) -> anyhow::Result<Provider> {
    let shipped = crate::embedded::providers();
    if let Some(provider) = shipped.get(wanted) {
        return Ok(provider.clone());
    }
    let path = std::path::Path::new(wanted);
    if !path.exists() {
        let hint = shipped.suggestion(wanted);
        let hint = hint.map(|hint| format!("\n  help: {hint}")).unwrap_or_default();
        return Err(Usage(format!("--provider: there is no provider and no file `{wanted}`{hint}")).into());
    }
    let text = std::fs::read_to_string(path).map_err(|error| unreadable(path, &error))?;
    let mut diagnostics = Diagnostics::default();
    let document = Document::parse(wanted, &text, &mut diagnostics);
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    let provider = Provider::read(&name, &document, &mut diagnostics);
    provider.filter(|_| diagnostics.errors() == 0).ok_or_else(|| Mistakes(diagnostics).into())
}

fn read(path: &std::path::Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(path).map_err(|error| unreadable(path, &error).into())
}

/// Wrong usage: 1 is kept for "the signature is not valid".
fn unreadable(path: &std::path::Path, error: &std::io::Error) -> Usage {
    Usage(format!("error: cannot read {}: {error}", path.display()))
}

/// Header values are bytes: a saved request may hold what is not UTF-8, and the verifier must check that too.
fn headers(text: &[u8], path: &std::path::Path) -> anyhow::Result<HeaderMap> {
    let mut headers = HeaderMap::new();
    for (at, line) in text.split(|byte| *byte == b'\n').enumerate() {
        let line = line.trim_ascii();
        // A request saved whole begins with its request line; an empty line ends the head.
        if line.is_empty() || (at == 0 && line.windows(6).any(|part| part == b" HTTP/")) {
            continue;
        }
        let wrong = || Usage(format!("{}:{}: expected `Name: value`", path.display(), at + 1));
        let colon = line.iter().position(|byte| *byte == b':').ok_or_else(wrong)?;
        let (name, value) = line.split_at(colon);
        let name = HeaderName::from_bytes(name.trim_ascii()).map_err(|_| wrong())?;
        let value = value.strip_prefix(b":").unwrap_or_default().trim_ascii();
        headers.append(name, HeaderValue::from_bytes(value).map_err(|_| wrong())?);
    }
    Ok(headers)
}

fn as_json(outcome: &Result<(), Rejection>, reading: Option<Reading>) -> serde_json::Value {
    let reason = outcome.as_ref().err().map_or_else(|| "the signature is valid".to_owned(), ToString::to_string);
    let event = reading.map_or_else(
        || json!({ "id": null, "type": null, "time": null }),
        |reading| json!({ "id": reading.reference, "type": reading.event_type, "time": reading.time.map(Timestamp::to_rfc3339) }),
    );
    json!({ "valid": outcome.is_ok(), "reason": reason, "event": event })
}

fn print(
    steps: &[VerificationStep],
    outcome: &Result<(), Rejection>,
    reading: Option<Result<Reading, hookbell_provider::BodyError>>,
) {
    for step in steps {
        out!("{} {}", if step.passed { "ok  " } else { "FAIL" }, step.text);
    }
    match outcome {
        Ok(()) => out!("\nvalid"),
        Err(why) => out!("\nnot valid: {why}"),
    }
    match reading {
        Some(Ok(reading)) => {
            let time = reading.time.map_or_else(|| "unknown".to_owned(), Timestamp::to_rfc3339);
            out!(
                "event id    {}\nevent type  {}\nevent time  {time}\ntopic       {}",
                reading.reference,
                reading.event_type,
                reading.topic
            );
        }
        Some(Err(why)) => out!("but the body cannot be read: {why}"),
        None => {}
    }
}
