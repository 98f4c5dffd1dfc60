//! Where the log goes: stderr, as text or JSON, filtered.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

/// Starts logging. `HOOKBELL_LOG` overrides the config's level.
///
/// Libraries that print frames with tokens in them are kept quiet whatever the filter says.
pub(super) fn start(configured: &str, json: bool) {
    let wanted = std::env::var("HOOKBELL_LOG").unwrap_or_else(|_| configured.to_owned());
    let filter = EnvFilter::try_new(&wanted).unwrap_or_else(|error| {
        // Only the variable can be wrong: the config's level was checked when it was read.
        eprintln!("warning: `HOOKBELL_LOG` is not a filter ({error}); logging at `{configured}`");
        EnvFilter::new(configured)
    });
    let quiet = crate::bot::LOG_FILTERS.iter().filter_map(|directive| directive.parse().ok());
    let filter = quiet.fold(filter, EnvFilter::add_directive);
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    if json { log.json().init() } else { log.with_target(false).init() }
}
