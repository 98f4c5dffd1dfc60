//! The log: on stderr, as text or JSON, filtered twice: by the user's filter, and by the highest level that each
//! library may log at.

use std::io::IsTerminal;

use tracing_subscriber::filter::{LevelFilter, ParseError, Targets};
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// The targets of hookbell's own crates begin with this; what they log is free of secrets at every level.
const OWN: &str = "hookbell";

/// The highest level of each library, whatever the user's filter says. A library that is not listed logs nothing: the
/// levels are those at which its source was read for URLs, headers, frames and payloads.
const LIBRARIES: [(&str, LevelFilter); 8] = [
    // At `warn` it prints frames that it cannot parse; below that its spans carry requests and interactions.
    ("serenity", LevelFilter::ERROR),
    // At `debug` and `trace` these print frames, the bot's token among them.
    ("tungstenite", LevelFilter::WARN),
    ("tokio_tungstenite", LevelFilter::WARN),
    // Below `warn` these print URLs and headers.
    ("hyper", LevelFilter::WARN),
    ("hyper_util", LevelFilter::WARN),
    ("reqwest", LevelFilter::WARN),
    ("axum", LevelFilter::WARN),
    ("rustls", LevelFilter::WARN),
];

/// Starts logging at the config's level. The environment variable `HOOKBELL_LOG`, where it is set, replaces the level.
pub(super) fn start(configured: &str, json: bool) {
    let wanted = wanted(configured, std::env::var("HOOKBELL_LOG").ok().as_deref());
    let too_open = beyond_the_limit(&wanted);
    // Two filters: a message is logged when both take it, so no directive of one can open the other.
    let registry = tracing_subscriber::registry().with(wanted).with(limit());
    let layer = fmt::layer().with_writer(std::io::stderr).with_ansi(std::io::stderr().is_terminal());
    if json {
        registry.with(layer.json()).init()
    } else {
        registry.with(layer.with_target(false)).init()
    }
    if !too_open.is_empty() {
        let targets = too_open.join(", ");
        tracing::warn!(targets, "libraries log at most warnings: below that they would print tokens and URLs");
    }
}

fn wanted(configured: &str, variable: Option<&str>) -> Targets {
    // The config's level was checked when it was read.
    let configured = || parse(configured).unwrap_or_else(|_| Targets::new().with_default(LevelFilter::INFO));
    match variable.filter(|text| !text.trim().is_empty()).map(parse) {
        Some(Ok(targets)) => targets,
        Some(Err(error)) => {
            eprintln!("warning: `HOOKBELL_LOG` is not a log filter: {error}; the config's level is used");
            configured()
        }
        None => configured(),
    }
}

fn parse(text: &str) -> Result<Targets, ParseError> {
    text.parse()
}

fn limit() -> Targets {
    Targets::new().with_target(OWN, LevelFilter::TRACE).with_targets(LIBRARIES)
}

/// The targets for which the filter requests more than they may log.
fn beyond_the_limit(wanted: &Targets) -> Vec<String> {
    let limit = limit();
    let refused = |(target, level): &(&str, LevelFilter)| {
        level.into_level().is_some_and(|level| !limit.would_enable(target, &level))
    };
    let mut targets: Vec<String> = wanted.iter().filter(refused).map(|(target, _)| target.to_owned()).collect();
    targets.sort();
    targets
}

#[cfg(test)]
mod tests {
    use tracing::Level;

    use super::*;

    #[test]
    fn no_directive_opens_a_library_beyond_its_limit() {
        let limit = limit();
        for target in ["tungstenite::protocol", "hyper_util::client", "serenity::gateway", "a_new_library", "log"] {
            for level in [Level::TRACE, Level::DEBUG, Level::INFO] {
                assert!(!limit.would_enable(target, &level), "{target} at {level}");
            }
        }
        for target in ["hookbell", "hookbell::courier::lane", "hookbell_provider::verify"] {
            assert!(limit.would_enable(target, &Level::TRACE), "{target}");
        }
    }

    #[test]
    fn targets_beyond_their_limit_are_named() {
        let wanted =
            wanted("info", Some("debug,tungstenite::protocol=trace,hyper=warn,hookbell::courier=trace,x=info"));
        assert_eq!(beyond_the_limit(&wanted), ["tungstenite::protocol", "x"]);
    }

    #[test]
    fn the_variable_replaces_the_level_when_it_is_a_filter() {
        let level = |variable| wanted("warn", variable).default_level();
        assert_eq!(level(Some("debug")), Some(LevelFilter::DEBUG));
        for unset in [None, Some(""), Some("hookbell=loud")] {
            assert_eq!(level(unset), Some(LevelFilter::WARN), "{unset:?}");
        }
    }
}
