//! The values that a source's own table gives to its provider.

use std::collections::BTreeMap;

use hookbell_model::secret::Secret;

/// A source's table `conf`: values that its provider's file requires, by name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings(pub BTreeMap<String, Secret>);

impl Settings {
    pub fn get(&self, name: &str) -> Option<&Secret> {
        self.0.get(name)
    }
}
