//! The template files in the binary, and which of them are needed: to compile all of them for one source's sake
//! would be most of a start's work.

use std::collections::BTreeSet;

use include_dir::{Dir, include_dir};

use crate::document::Document;
use crate::mistake::Mistakes;

static FILES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/templates");

/// The shipped files of these providers (none = of all), and those that any of them or of the user's own extends
/// a message of. In a fixed order.
pub(super) fn documents(own: &[Document], only: Option<&BTreeSet<String>>, mistakes: &mut Mistakes) -> Vec<Document> {
    let mut wanted: BTreeSet<String> = match only {
        Some(only) => only.iter().cloned().chain(own.iter().flat_map(extended)).collect(),
        None => names().map(str::to_owned).collect(),
    };
    let mut found: Vec<Document> = Vec::new();
    let mut seen = BTreeSet::new();
    while let Some(name) = wanted.pop_first() {
        let fresh = seen.insert(name.clone());
        let Some(text) = fresh.then(|| FILES.get_file(format!("{name}.toml"))).flatten() else { continue };
        let text = text.contents_utf8().unwrap_or_default();
        let document = Document::parse(&format!("{name}.toml"), text, mistakes);
        wanted.extend(extended(&document));
        found.push(document);
    }
    found.sort_by(|a, b| a.name().cmp(b.name()));
    found
}

/// The text of a shipped file, by the name that mistakes give it.
pub fn text(name: &str) -> Option<&'static str> {
    FILES.get_file(name)?.contents_utf8()
}

/// The providers that have a file.
fn names() -> impl Iterator<Item = &'static str> {
    FILES.files().filter_map(|file| file.path().to_str()?.strip_suffix(".toml"))
}

/// The providers whose messages a file extends. Mistakes in it are the loader's to tell.
fn extended(document: &Document) -> Vec<String> {
    let mut unheard = Mistakes::default();
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

    #[test]
    fn a_file_is_named_after_its_provider() {
        for name in names() {
            let mut mistakes = Mistakes::default();
            let text = FILES.get_file(format!("{name}.toml")).and_then(|file| file.contents_utf8()).expect("a text");
            let document = Document::parse(name, text, &mut mistakes);
            let provider: Option<String> = document.root().get("provider", &mut mistakes);
            assert_eq!((provider.as_deref(), mistakes.errors()), (Some(name), 0));
        }
    }

    #[test]
    fn only_what_is_needed_is_read() {
        let own = "provider = 'acme'\n[[message]]\nname = 'x'\nextends = 'stripe.payment'\n";
        let own = Document::parse("own.toml", own, &mut Mistakes::default());
        let only = BTreeSet::from(["generic".to_owned(), "unheard-of".to_owned()]);
        let mut mistakes = Mistakes::default();
        let found = documents(&[own], Some(&only), &mut mistakes);
        assert_eq!(found.iter().map(Document::name).collect::<Vec<_>>(), ["generic.toml", "stripe.toml"]);
        assert_eq!(documents(&[], None, &mut mistakes).len(), names().count());
    }
}
