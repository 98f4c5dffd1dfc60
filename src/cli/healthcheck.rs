//! `hookbell healthcheck`: asks a running server on this machine whether it can keep events, for containers and supervisors.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;

use super::admin::AdminClient;
use super::{out::out, usage::Usage};
use crate::config::{Config, Environment};

const READY: &str = "/readyz";

/// Ask the running server whether it can keep events
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  hookbell healthcheck --config /etc/hookbell/config.toml\n\nAsks /readyz of the admin listener that the config names, with its token. Exit code 0 when the server is ready, 1 when it is not or does not answer."
)]
pub(super) struct Args {
    /// The admin listener's address, in place of the config's, e.g. `http://127.0.0.1:8081`
    #[arg(long, value_name = "URL")]
    url: Option<String>,
    /// How long the answer may take, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 5, value_parser = clap::value_parser!(u64).range(1..=60))]
    timeout: u64,
}

pub(super) async fn run(args: Args, path: &Path) -> anyhow::Result<ExitCode> {
    let config = Config::load_web(path, &Environment::beside(path));
    let config = config.map_err(|diagnostics| Usage(diagnostics.to_string()))?;
    let mut server = AdminClient::new(&config, Duration::from_secs(args.timeout))?;
    if let Some(url) = &args.url {
        server = server.at(url);
    }
    let url = server.url(READY);
    let answer = server.get(READY).await;
    let answer = answer.with_context(|| format!("{url} does not answer; is `hookbell serve` running?"))?;
    let status = answer.status;
    match status {
        200 => {
            out!("ready");
            return Ok(ExitCode::SUCCESS);
        }
        503 => out!("not ready: events cannot be kept; {url} says why"),
        401 => out!("{url} refuses the config's `admin_token`: another config is in use"),
        _ => out!("{url} answers {status}: that is no hookbell"),
    }
    Ok(ExitCode::from(1))
}
