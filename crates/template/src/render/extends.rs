//! `extends`: overlays every message on the one it names.

use super::loaded_files::{LoadedFiles, LoadedMessage};
use super::raw_template::RawTemplate;
use crate::codes;
use hookbell_config_file::{Code, Diagnostics};
use hookbell_model::suggest::suggestion;

/// A message overlaid on all that it extends.
#[derive(Clone)]
pub(super) struct ResolvedMessage<'d> {
    pub(super) raw: RawTemplate<'d>,
    /// The files it is made of, the base first.
    pub(super) files: Vec<usize>,
    /// The message it extends.
    pub(super) base: Option<usize>,
}

/// Overlays every message on the one it extends.
pub(super) struct ExtendsResolver<'l, 'd> {
    loaded: &'l LoadedFiles<'d>,
    /// By message: not resolved yet, or the result.
    found: Vec<Option<Option<ResolvedMessage<'d>>>>,
}

impl<'l, 'd> ExtendsResolver<'l, 'd> {
    pub(super) fn new(loaded: &'l LoadedFiles<'d>) -> Self {
        Self { loaded, found: vec![None; loaded.messages.len()] }
    }

    pub(super) fn all(mut self, diagnostics: &mut Diagnostics) -> Vec<Option<ResolvedMessage<'d>>> {
        for at in 0..self.loaded.messages.len() {
            self.resolved(at, &mut Vec::new(), diagnostics);
        }
        self.found.into_iter().map(Option::flatten).collect()
    }

    /// `path` is what led here, so that a circle is found.
    fn resolved(
        &mut self,
        at: usize,
        path: &mut Vec<usize>,
        diagnostics: &mut Diagnostics,
    ) -> Option<ResolvedMessage<'d>> {
        if let Some(found) = self.found.get(at)? {
            return found.clone();
        }
        let resolved = self.make(at, path, diagnostics);
        if let Some(slot) = self.found.get_mut(at) {
            *slot = Some(resolved.clone());
        }
        resolved
    }

    fn make(&mut self, at: usize, path: &mut Vec<usize>, diagnostics: &mut Diagnostics) -> Option<ResolvedMessage<'d>> {
        let loaded = self.loaded;
        let message = loaded.messages.get(at)?;
        let file = loaded.files.get(message.file)?;
        let with_defaults = || match &file.defaults {
            Some(defaults) => message.raw.clone().or_defaults(defaults),
            None => message.raw.clone(),
        };
        if !message.raw.has("extends") {
            return Some(ResolvedMessage { raw: with_defaults(), files: vec![message.file], base: None });
        }
        let target = self.target(at, message, diagnostics)?;
        path.push(at);
        if path.contains(&target) {
            diagnostics.add(message.raw.error("extends", codes::EXTENDS_CYCLE, "it extends itself, in a circle"));
            return None;
        }
        let base = self.resolved(target, path, diagnostics)?;
        path.pop();
        // The defaults of a message's own file go before another file's message, but not before one of their own.
        let same_file = base.files.last() == Some(&message.file);
        let raw = if same_file { message.raw.clone() } else { with_defaults() };
        let mut files = base.files;
        if !files.contains(&message.file) {
            files.push(message.file);
        }
        Some(ResolvedMessage { raw: raw.over(&base.raw, diagnostics), files, base: Some(target) })
    }

    /// The message that `extends` names: any but itself, the user's own first. What is shipped extends only what
    /// is shipped.
    fn target(&self, at: usize, message: &LoadedMessage<'d>, diagnostics: &mut Diagnostics) -> Option<usize> {
        let loaded = self.loaded;
        let written: String = message.raw.get("extends", diagnostics)?;
        let provider = loaded.files.get(message.file).and_then(|file| file.provider.as_deref()).unwrap_or_default();
        let full = if written.contains('.') { written.clone() } else { format!("{provider}.{written}") };
        let own = loaded.is_own(message.file);
        let fits = |known: &&usize| {
            **known != at && (own || loaded.messages.get(**known).is_some_and(|other| !loaded.is_own(other.file)))
        };
        let found = loaded.by_name.get(&full).and_then(|known| known.iter().find(fits)).copied();
        if found.is_none() {
            let mut names: Vec<&str> = loaded.by_name.keys().map(String::as_str).collect();
            names.sort_unstable();
            let wanted = full.split('.').next();
            let of_provider = |name: &&str| name.split('.').next() == wanted;
            let near: Vec<&str> = names.iter().copied().filter(of_provider).collect();
            let help = suggestion(&full, if near.is_empty() { names } else { near });
            diagnostics.add(
                message
                    .raw
                    .span("extends")
                    .error(Code::UNKNOWN_REFERENCE, format!("there is no other message `{full}`"))
                    .maybe_help(help),
            );
        }
        found
    }
}
