//! All providers by name. A shipped file is read when it is first asked for: most programs use a few of them.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use super::Provider;
use hookbell_config_file::{Diagnostics, Document, Embedded};

/// Every provider there is, by name: the shipped ones and the user's own before them.
#[derive(Debug, Clone, Default)]
pub struct Providers(BTreeMap<String, Arc<Slot>>);

/// A provider, or the text of its shipped file until somebody asks for it.
#[derive(Debug, Default)]
struct Slot {
    text: &'static str,
    /// None where the text is none; the shipped files are without mistakes: a test reads them all.
    read: OnceLock<Option<Provider>>,
}

impl Providers {
    /// The providers that the program carries. Their files are read when first asked for.
    pub fn shipped(files: &[Embedded]) -> Self {
        let slot = |text| Arc::new(Slot { text, ..Slot::default() });
        Self(files.iter().map(|file| (file.name.to_owned(), slot(file.text))).collect())
    }

    /// Adds a provider from a file of the user's own; it goes before a shipped one of the same name.
    pub fn add(&mut self, name: &str, document: &Document, diagnostics: &mut Diagnostics) {
        if let Some(provider) = Provider::read(name, document, diagnostics) {
            let slot = Slot { read: OnceLock::from(Some(provider)), ..Slot::default() };
            self.0.insert(name.to_owned(), Arc::new(slot));
        }
    }

    pub fn get(&self, name: &str) -> Option<&Provider> {
        let (name, slot) = self.0.get_key_value(name)?;
        slot.provider(name)
    }

    /// The names of all of them, in their order; reads none.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// All of them, by name.
    pub fn iter(&self) -> Box<dyn Iterator<Item = &Provider> + '_> {
        Box::new(self.0.iter().filter_map(|(name, slot)| slot.provider(name)))
    }
}

impl Slot {
    fn provider(&self, name: &str) -> Option<&Provider> {
        let read = || {
            let mut diagnostics = Diagnostics::default();
            let document = Document::parse(&format!("providers/{name}.toml"), self.text, &mut diagnostics);
            Provider::read(name, &document, &mut diagnostics)
        };
        self.read.get_or_init(read).as_ref()
    }
}
