//! `extends`: lays every message over the one it names.

use super::load::{Draft, Loader};
use super::sheet::Sheet;
use crate::codes;
use hookbell_config_file::{Code, Diagnostics};
use hookbell_model::suggest::suggestion;

/// A message with all that it extends laid under it.
#[derive(Clone)]
pub(super) struct Whole<'d> {
    pub(super) sheet: Sheet<'d>,
    /// The files it is made of, the base first.
    pub(super) files: Vec<usize>,
    /// The draft it extends.
    pub(super) base: Option<usize>,
}

/// Lays every message over the one it extends.
pub(super) struct Extends<'l, 'd> {
    loader: &'l Loader<'d>,
    /// By draft: not looked at yet, or what came of it.
    found: Vec<Option<Option<Whole<'d>>>>,
}

impl<'l, 'd> Extends<'l, 'd> {
    pub(super) fn new(loader: &'l Loader<'d>) -> Self {
        Self { loader, found: vec![None; loader.drafts.len()] }
    }

    pub(super) fn all(mut self, diagnostics: &mut Diagnostics) -> Vec<Option<Whole<'d>>> {
        for at in 0..self.loader.drafts.len() {
            self.whole(at, &mut Vec::new(), diagnostics);
        }
        self.found.into_iter().map(Option::flatten).collect()
    }

    /// `path` is what led here, so that a circle is seen.
    fn whole(&mut self, at: usize, path: &mut Vec<usize>, diagnostics: &mut Diagnostics) -> Option<Whole<'d>> {
        if let Some(found) = self.found.get(at)? {
            return found.clone();
        }
        let whole = self.make(at, path, diagnostics);
        if let Some(slot) = self.found.get_mut(at) {
            *slot = Some(whole.clone());
        }
        whole
    }

    fn make(&mut self, at: usize, path: &mut Vec<usize>, diagnostics: &mut Diagnostics) -> Option<Whole<'d>> {
        let loader = self.loader;
        let draft = loader.drafts.get(at)?;
        let file = loader.files.get(draft.file)?;
        let with_defaults = || match &file.defaults {
            Some(defaults) => draft.sheet.clone().or_defaults(defaults),
            None => draft.sheet.clone(),
        };
        if !draft.sheet.has("extends") {
            return Some(Whole { sheet: with_defaults(), files: vec![draft.file], base: None });
        }
        let target = self.target(at, draft, diagnostics)?;
        path.push(at);
        if path.contains(&target) {
            diagnostics.add(draft.sheet.error("extends", codes::EXTENDS_CYCLE, "it extends itself, in a circle"));
            return None;
        }
        let base = self.whole(target, path, diagnostics)?;
        path.pop();
        // The defaults of a message's own file go before another file's message, but not before one of their own.
        let same_file = base.files.last() == Some(&draft.file);
        let sheet = if same_file { draft.sheet.clone() } else { with_defaults() };
        let mut files = base.files;
        if !files.contains(&draft.file) {
            files.push(draft.file);
        }
        Some(Whole { sheet: sheet.over(&base.sheet, diagnostics), files, base: Some(target) })
    }

    /// The message that `extends` names: any but itself, the user's own first. What is shipped extends only what
    /// is shipped.
    fn target(&self, at: usize, draft: &Draft<'d>, diagnostics: &mut Diagnostics) -> Option<usize> {
        let loader = self.loader;
        let written: String = draft.sheet.get("extends", diagnostics)?;
        let provider = loader.files.get(draft.file).and_then(|file| file.provider.as_deref()).unwrap_or_default();
        let full = if written.contains('.') { written.clone() } else { format!("{provider}.{written}") };
        let own = loader.is_own(draft.file);
        let fits = |known: &&usize| {
            **known != at && (own || loader.drafts.get(**known).is_some_and(|other| !loader.is_own(other.file)))
        };
        let found = loader.by_name.get(&full).and_then(|known| known.iter().find(fits)).copied();
        if found.is_none() {
            let mut names: Vec<&str> = loader.by_name.keys().map(String::as_str).collect();
            names.sort_unstable();
            let wanted = full.split('.').next();
            let of_provider = |name: &&str| name.split('.').next() == wanted;
            let near: Vec<&str> = names.iter().copied().filter(of_provider).collect();
            let help = suggestion(&full, if near.is_empty() { names } else { near });
            diagnostics.add(
                draft
                    .sheet
                    .span("extends")
                    .error(Code::UNKNOWN_REFERENCE, format!("there is no other message `{full}`"))
                    .maybe_help(help),
            );
        }
        found
    }
}
