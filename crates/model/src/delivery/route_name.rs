//! The route that made a delivery.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// The name of a route, as the config's diagnostics spell it: `routes[2]`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct RouteName(Arc<str>);

impl RouteName {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for RouteName {
    fn from(name: &str) -> Self {
        Self(name.into())
    }
}

impl From<String> for RouteName {
    fn from(name: String) -> Self {
        Self(name.into())
    }
}

impl From<RouteName> for String {
    fn from(name: RouteName) -> Self {
        name.as_str().to_owned()
    }
}

impl fmt::Display for RouteName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
