//! The embedded template files, and which of them are needed: compiling all of them for a single source would take
//! most of the time of a start.

use std::collections::BTreeSet;

use hookbell_config_file::{Diagnostics, Document, Embedded};

/// The shipped files of these providers (none = of all), and those that any of them or of the user's own extends
/// a message of. In a fixed order.
pub(super) fn documents(
    files: &[Embedded],
    own: &[Document],
    only: Option<&BTreeSet<String>>,
    diagnostics: &mut Diagnostics,
) -> Vec<Document> {
    let mut wanted: BTreeSet<String> = match only {
        Some(only) => only.iter().cloned().chain(own.iter().flat_map(extended)).collect(),
        None => files.iter().map(|file| file.name.to_owned()).collect(),
    };
    let mut found: Vec<Document> = Vec::new();
    let mut seen = BTreeSet::new();
    while let Some(name) = wanted.pop_first() {
        let fresh = seen.insert(name.clone());
        let Some(file) = files.iter().find(|file| fresh && file.name == name) else { continue };
        let document = Document::parse(&format!("{name}.toml"), file.text, diagnostics);
        wanted.extend(extended(&document));
        found.push(document);
    }
    found.sort_by(|a, b| a.name().cmp(b.name()));
    found
}

/// The providers whose messages a file extends. The loader reports mistakes in it.
fn extended(document: &Document) -> Vec<String> {
    let mut unheard = Diagnostics::default();
    let mut root = document.root();
    let provider: Option<String> = root.get("provider", &mut unheard);
    let tables = root.tables("message", &mut unheard);
    let bases = tables.into_iter().filter_map(|mut table| table.get::<String>("extends", &mut unheard));
    let provider_of = |base: String| match base.split_once('.') {
        Some((provider, _)) => Some(provider.to_owned()),
        None => provider.clone(),
    };
    bases.collect::<Vec<_>>().into_iter().filter_map(provider_of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::embedded_templates;

    #[test]
    fn a_file_is_named_after_its_provider() {
        for file in embedded_templates() {
            let mut diagnostics = Diagnostics::default();
            let document = Document::parse(file.name, file.text, &mut diagnostics);
            let provider: Option<String> = document.root().get("provider", &mut diagnostics);
            assert_eq!((provider.as_deref(), diagnostics.errors()), (Some(file.name), 0));
        }
    }

    #[test]
    fn only_what_is_needed_is_read() {
        let own = "provider = 'acme'\n[[message]]\nname = 'x'\nextends = 'stripe.payment'\n";
        let own = Document::parse("own.toml", own, &mut Diagnostics::default());
        let only = BTreeSet::from(["generic".to_owned(), "unheard-of".to_owned()]);
        let (files, mut diagnostics) = (embedded_templates(), Diagnostics::default());
        let found = documents(files, &[own], Some(&only), &mut diagnostics);
        assert_eq!(found.iter().map(Document::name).collect::<Vec<_>>(), ["generic.toml", "stripe.toml"]);
        assert_eq!(documents(files, &[], None, &mut diagnostics).len(), files.len());
    }
}
