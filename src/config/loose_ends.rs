//! Warnings about what is valid, but most likely a mistake.

use std::collections::HashSet;

use crate::codes;
use crate::rules::{Known, KnownSource, Rules};
use hookbell_config_file::{Code, Diagnostics, Document, Table};
use hookbell_model::own_event::OWN;
use hookbell_provider::Providers;

/// Template files of the user for a provider that does not exist.
pub(super) fn warn_of_unknown_providers(files: &[Document], providers: &Providers, diagnostics: &mut Diagnostics) {
    for file in files {
        let mut root = file.root();
        let name = root.get::<String>("provider", &mut Diagnostics::default());
        if let Some(name) = name.filter(|name| name != OWN && providers.get(name).is_none()) {
            let what = format!("there is no provider `{name}`, so no event gets these messages");
            let help = providers.suggestion(&name);
            diagnostics.add(root.warning("provider", Code::UNKNOWN_REFERENCE, what).maybe_help(help));
        }
    }
}

/// Warns about what is valid, but most likely a mistake.
///
/// `told` are the destinations that get hookbell's own notes.
pub(super) fn warn_of_unused(
    root: &Table<'_>,
    known: &Known,
    rules: &Rules,
    told: &[String],
    diagnostics: &mut Diagnostics,
) {
    // Of a file that is not valid TOML nothing is known to be absent.
    let is_read = !diagnostics.0.iter().any(|found| found.code == Code::SYNTAX);
    if known.sources.is_empty() && is_read {
        diagnostics.add(
            root.warning("sources", codes::NO_SOURCES, "there is no source, so nothing can come in")
                .help("add a `[sources.NAME]` table"),
        );
    }
    // While a route has a mistake, what it would have taken is not known.
    if diagnostics.errors() > 0 {
        return;
    }
    for KnownSource { name, .. } in known.sources.iter().filter(|source| !rules.takes_source(&source.name)) {
        diagnostics.add(root.warning(
            "sources",
            codes::UNROUTED_SOURCE,
            format!("no route takes events of source `{name}`: they are kept as unrouted"),
        ));
    }
    let used: HashSet<&str> = rules.destinations().chain(told.iter().map(String::as_str)).collect();
    for name in known.destinations.iter().filter(|name| !used.contains(name.as_str())) {
        diagnostics.add(root.warning(
            "destinations",
            codes::UNUSED_DESTINATION,
            format!("no route leads to destination `{name}`"),
        ));
    }
}
