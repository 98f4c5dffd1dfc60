//! Globs over event types that match none of the known ones.

use hookbell_model::event::Globs;
use hookbell_model::suggest::suggestion;

/// The help for a glob that matches none of the known event types, which is most likely a typo (`issues` for
/// `issues.*`); the inner option is empty where there is nothing to suggest. `None` when the glob matches, or when no
/// event type is known.
pub fn unmatched(glob: &str, event_types: &[&str]) -> Option<Option<String>> {
    let matches = |glob: &str| event_types.iter().any(|event_type| Globs::new([glob]).matches(event_type));
    if event_types.is_empty() || matches(glob) {
        return None;
    }
    let family = format!("{glob}.*");
    let meant = matches(&family).then(|| format!("did you mean `{family}`?"));
    Some(meant.or_else(|| suggestion(glob, event_types.iter().copied())))
}
