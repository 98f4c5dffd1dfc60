//! The command line: arguments to a command, a command to an exit code. Data goes to stdout, everything else
//! to stderr.

mod admin;
mod audit;
mod author;
mod backtest;
mod backup;
mod capture;
mod check;
mod completions;
mod color;
mod confirm;
mod connect;
mod demo;
mod doctor;
mod event_filter;
mod events;
mod example_config;
mod explain;
mod export;
mod export_line;
mod fixture;
mod healthcheck;
mod init;
mod lanes;
mod import;
mod load;
mod new_file;
mod log;
mod man;
mod mute;
mod out;
mod pipeline;
mod preview;
mod providers;
mod random_secret;
mod samples;
mod schema;
mod send;
mod serve;
mod signals;
mod source_table;
mod stored_event;
mod table;
mod templates;
mod try_message;
mod usage;
mod verify;
mod waiting_span;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{ColorChoice, CommandFactory, Parser, Subcommand};

use self::usage::{FailureKind, Mistakes, failure_json};
use crate::app::InheritedListeners;

/// Third-party webhooks in, Discord messages out, and a bot that answers questions about what came in
#[derive(Debug, Parser)]
#[command(name = "hookbell", version, propagate_version = true, arg_required_else_help = true)]
#[command(after_help = "Example:\n  hookbell demo\n\nEvery command's --help ends with an example.")]
pub struct Args {
    /// The config file; templates and providers are looked for beside it
    #[arg(
        long,
        global = true,
        env = "HOOKBELL_CONFIG",
        hide_env_values = true,
        default_value = "config.toml",
        value_name = "FILE"
    )]
    config: PathBuf,
    /// Whether what is printed is coloured; auto = in a terminal, unless NO_COLOR is set
    #[arg(long, global = true, value_enum, default_value_t = ColorChoice::Auto, value_name = "WHEN")]
    color: ColorChoice,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Init(init::Args),
    Serve(serve::Args),
    Demo(demo::Args),
    Check(check::Args),
    Connect(connect::Args),
    Confirm(confirm::Args),
    Preview(preview::Args),
    Verify(verify::Args),
    Send(send::Args),
    Capture(capture::Args),
    Try(try_message::Args),
    Backtest(backtest::Args),
    Events(events::Args),
    Backup(backup::Args),
    Doctor(doctor::Args),
    Export(export::Args),
    Import(import::Args),
    Lanes(lanes::Args),
    Explain(explain::Args),
    Mute(mute::Args),
    Unmute(mute::UnmuteArgs),
    Audit(audit::Args),
    Providers(providers::Args),
    Templates(templates::Args),
    Samples(samples::Args),
    ExampleConfig(example_config::Args),
    Schema(schema::Args),
    Completions(completions::Args),
    Man(man::Args),
    Healthcheck(healthcheck::Args),
}

/// Runs the command that the process's arguments name. 0 fine, 1 it failed, 2 wrong usage or config.
pub fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => return refuse(&error),
    };
    let config = args.config.as_path();
    color::choose(args.color);
    let result = match args.command {
        Command::Init(args) => init::run(args, config),
        // Before the runtime has threads: the variables of the service manager are removed.
        Command::Serve(args) => {
            InheritedListeners::from_environment().and_then(|listeners| block_on(serve::run(args, config, listeners)))
        }
        Command::Demo(args) => block_on(demo::run(args)),
        Command::Check(args) => block_on(check::run(&args, config)),
        Command::Connect(args) => block_on(connect::run(args, config)),
        Command::Confirm(args) => block_on(confirm::run(args, config)),
        Command::Preview(args) => block_on(preview::run(args, config)),
        Command::Verify(args) => verify::run(&args),
        Command::Send(args) => block_on(send::run(args, config)),
        Command::Capture(args) => block_on(capture::run(args, config)),
        Command::Try(args) => block_on(try_message::run(args, config)),
        Command::Backtest(args) => block_on(backtest::run(args, config)),
        Command::Events(args) => block_on(events::run(args, config)),
        Command::Backup(args) => block_on(backup::run(args, config)),
        Command::Doctor(args) => block_on(doctor::run(args, config)),
        Command::Export(args) => block_on(export::run(args, config)),
        Command::Import(args) => block_on(import::run(args, config)),
        Command::Lanes(args) => block_on(lanes::run(args, config)),
        Command::Explain(args) => block_on(explain::run(args, config)),
        Command::Mute(args) => block_on(mute::run(args, config)),
        Command::Unmute(args) => block_on(mute::unmute(args, config)),
        Command::Audit(args) => block_on(audit::run(args, config)),
        Command::Providers(args) => providers::run(&args, config),
        Command::Templates(args) => templates::run(&args, config),
        Command::Samples(args) => samples::run(&args, config),
        Command::ExampleConfig(_) => example_config::run(),
        Command::Schema(args) => schema::run(&args, config),
        Command::Completions(args) => completions::run(&args, Args::command()),
        Command::Man(args) => man::run(&args, Args::command()),
        Command::Healthcheck(args) => block_on(healthcheck::run(args, config)),
    };
    match result {
        Ok(code) => code,
        Err(error) => fail(&error),
    }
}

/// Reports arguments that cannot be read; also prints `--help` and `--version`.
fn refuse(error: &clap::Error) -> ExitCode {
    if error.use_stderr() && wants_json() {
        let message = error.render().to_string();
        out::line(format_args!("{:#}", failure_json(FailureKind::Usage, message.trim_end(), None)));
    }
    error.exit()
}

/// Reports why a command failed: a text on stderr, and where JSON was asked for, JSON on stdout.
fn fail(error: &anyhow::Error) -> ExitCode {
    let (kind, message) = (FailureKind::of(error), describe(error));
    if wants_json() {
        let mistakes = error.downcast_ref::<Mistakes>().map(|Mistakes(diagnostics)| diagnostics);
        let words =
            if mistakes.is_some() { "there are mistakes in the config".to_owned() } else { format!("{error:#}") };
        out::line(format_args!("{:#}", failure_json(kind, &words, mistakes)));
    }
    eprintln!("{message}");
    ExitCode::from(kind.exit_code())
}

/// Whether `--json` is among the arguments, also where they cannot be read.
fn wants_json() -> bool {
    std::env::args_os().skip(1).take_while(|argument| argument != "--").any(|argument| argument == "--json")
}

/// A usage error is complete; any other is printed with its causes.
fn describe(error: &anyhow::Error) -> String {
    match FailureKind::of(error) {
        FailureKind::Usage | FailureKind::Config => error.to_string(),
        FailureKind::Failed => format!("error: {error:#}"),
    }
}

fn block_on(command: impl Future<Output = anyhow::Result<ExitCode>>) -> anyhow::Result<ExitCode> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(command)
}
