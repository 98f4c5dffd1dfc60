//! The verifier of a source whose sender brings its secret: with those of the config and those captured so far.

use std::sync::{Arc, Mutex, PoisonError};

use hookbell_model::secret::Secret;
use hookbell_provider::{Provider, Settings, Verifier, VerifierError};

/// What a source needs to use captured secrets beside those of the config.
#[derive(Debug)]
pub(super) struct CapturedSecrets {
    configured: Vec<Secret>,
    settings: Settings,
    /// The captured secrets of the last request, and the verifier with them.
    last: Mutex<(Vec<Secret>, Arc<Verifier>)>,
}

impl CapturedSecrets {
    pub(super) fn new(configured: &[Secret], settings: &Settings, verifier: &Arc<Verifier>) -> Self {
        let last = Mutex::new((Vec::new(), Arc::clone(verifier)));
        Self { configured: configured.to_vec(), settings: settings.clone(), last }
    }

    /// A verifier with these secrets too, made anew only when they have changed. A secret that does not fit the provider
    /// (any more) is left out.
    pub(super) fn verifier(&self, provider: &Provider, captured: &[Secret]) -> Result<Arc<Verifier>, VerifierError> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.0 != captured {
            let fitting = captured.iter().filter(|secret| self.check(provider, secret).is_ok());
            let all: Vec<Secret> = self.configured.iter().chain(fitting).cloned().collect();
            *last = (captured.to_vec(), Arc::new(provider.verifier_with(&all, &self.settings)?));
        }
        Ok(Arc::clone(&last.1))
    }

    /// # Errors
    /// When the secret does not fit the provider.
    pub(super) fn check(&self, provider: &Provider, secret: &Secret) -> Result<(), VerifierError> {
        provider.verifier_with(std::slice::from_ref(secret), &self.settings).map(drop)
    }
}
