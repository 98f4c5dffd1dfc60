//! All providers by name. A shipped file is read when it is first used: most programs use a few of them.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use crate::provider::Provider;
use hookbell_config_file::{Diagnostics, Document, Embedded};
use hookbell_model::money::currency::Decimals;
use hookbell_model::suggest::{did_you_mean, suggestion};

/// The provider for senders that have none of their own.
const GENERIC: &str = "generic";

/// Every provider by name: the shipped ones, and the user's own instead of those of the same name.
#[derive(Debug, Clone, Default)]
pub struct Providers(BTreeMap<String, Arc<LazyProvider>>);

/// A provider, or the text of its shipped file until it is used.
#[derive(Debug, Default)]
struct LazyProvider {
    text: &'static str,
    /// None where the text has mistakes. The shipped files have none: a test reads them all.
    read: OnceLock<Option<Provider>>,
}

impl Providers {
    /// The providers that are part of the program. Their files are read when first used.
    pub fn shipped(files: &[Embedded]) -> Self {
        let provider = |text| Arc::new(LazyProvider { text, ..LazyProvider::default() });
        Self(files.iter().map(|file| (file.name.to_owned(), provider(file.text))).collect())
    }

    /// Adds a provider from a file of the user's own; it replaces a shipped one of the same name.
    pub fn add(&mut self, name: &str, document: &Document, diagnostics: &mut Diagnostics) {
        if let Some(provider) = Provider::read(name, document, diagnostics) {
            let provider = LazyProvider { read: OnceLock::from(Some(provider)), ..LazyProvider::default() };
            self.0.insert(name.to_owned(), Arc::new(provider));
        }
    }

    pub fn get(&self, name: &str) -> Option<&Provider> {
        let (name, provider) = self.0.get_key_value(name)?;
        provider.get(name)
    }

    /// How the providers of these names count the decimals of currencies, of those that say so in their file.
    pub fn decimals<S: AsRef<str>>(&self, names: impl IntoIterator<Item = S>) -> BTreeMap<String, Decimals> {
        let own = |name: S| Some((name.as_ref().to_owned(), self.get(name.as_ref())?.decimals().clone()));
        names.into_iter().filter_map(own).filter(|(_, decimals)| !decimals.is_empty()).collect()
    }

    /// All names in order; reads no file.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// A hint for a name that no provider has: the provider that is also known by it, or the nearest name.
    pub fn suggestion(&self, written: &str) -> Option<String> {
        let plain = written.to_lowercase().replace(['_', ' '], "-");
        let known: BTreeMap<&str, &str> = self
            .iter()
            .flat_map(|provider| provider.aliases.iter().map(|alias| (alias.as_str(), provider.name.as_str())))
            .chain(self.names().map(|name| (name, name)))
            .collect();
        let family = plain.split_once('.').and_then(|(family, _)| self.0.get_key_value(family));
        if let Some((family, _)) = family {
            return Some(format!(
                "`{family}` is the provider; `template = \"{plain}\"` of a route names a message of it"
            ));
        }
        let name = known.get(plain.as_str()).or_else(|| known.get(did_you_mean(&plain, known.keys().copied())?));
        match name {
            Some(name) => Some(format!("did you mean `{name}`?")),
            None if self.0.contains_key(GENERIC) => Some(format!(
                "`{GENERIC}` takes JSON of any sender with a signature or a token, `standard-webhooks` what has a `webhook-signature`; `hookbell providers list` shows all"
            )),
            None => suggestion(written, self.names()),
        }
    }

    /// All of them in the order of their names.
    pub fn iter(&self) -> Box<dyn Iterator<Item = &Provider> + '_> {
        Box::new(self.0.iter().filter_map(|(name, provider)| provider.get(name)))
    }
}

impl LazyProvider {
    fn get(&self, name: &str) -> Option<&Provider> {
        let read = || {
            let mut diagnostics = Diagnostics::default();
            let document = Document::parse(&format!("providers/{name}.toml"), self.text, &mut diagnostics);
            Provider::read(name, &document, &mut diagnostics)
        };
        self.read.get_or_init(read).as_ref()
    }
}
