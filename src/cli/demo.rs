//! `hookbell demo`: the whole of it without a Discord account. A stand-in for Discord, a temporary database,
//! the real bridge between them, and a gentle stream of signed sample events over real HTTP.

mod stream;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;

use super::{log, signals};
use crate::app::App;
use crate::config::{Config, Environment};
use crate::mistake::Mistakes;
use crate::standin::StandIn;

/// Try it all without a Discord account: a look-alike, sample events, the bot
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  hookbell demo\n\nEverything stays on this machine; Ctrl-C ends it and leaves nothing behind.")]
pub(super) struct Args {
    /// The port of the page; left out = any free one
    #[arg(long, default_value_t = 0)]
    port: u16,
}

pub(super) async fn run(args: Args) -> anyhow::Result<ExitCode> {
    log::start("warn", false);
    let shutdown = signals::shutdown()?;
    let folder = tempfile::tempdir().context("no temporary folder")?;
    let standin = StandIn::start(super::demo::stage(args.port)).await.context("the stand-in cannot start")?;
    let config = config(&standin, folder.path())?;
    let stream_sources = stream::Sources::of(&config);
    let app = App::build(config).await?;
    let intake = app.public_address()?;
    println!("{}", greeting(&standin.base(), intake));
    let stream = tokio::spawn(stream::run(stream_sources, intake, shutdown.clone()));
    app.run(shutdown).await?;
    stream.abort();
    standin.stop().await;
    println!("the demo has ended and left nothing behind");
    Ok(ExitCode::SUCCESS)
}
