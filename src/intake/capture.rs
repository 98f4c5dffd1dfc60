//! Secrets that a sender brings in its first request: taken once, while the operator's window is open, and kept
//! in the store. Outside of it such a request is one without a signature, like any other.

use std::ops::ControlFlow::{self, Continue};
use std::sync::{Arc, Mutex, PoisonError};

use super::{Answer, Intake, KEEP_TIMEOUT, Source, shaken};
use crate::store::{self, Capture, Store};
use hookbell_model::secret::Secret;
use hookbell_model::timestamp::Timestamp;
use hookbell_provider::{Provider, Request, Settings, Verifier, VerifierError};

/// What a source needs to take captured secrets beside those of the config.
#[derive(Debug)]
pub(super) struct Capturing {
    secrets: Vec<Secret>,
    settings: Settings,
    /// The captured secrets that were seen last, and the verifier with them.
    last: Mutex<(Vec<Secret>, Arc<Verifier>)>,
}

impl Capturing {
    pub(super) fn new(secrets: &[Secret], settings: &Settings, verifier: &Arc<Verifier>) -> Self {
        let last = Mutex::new((Vec::new(), Arc::clone(verifier)));
        Self { secrets: secrets.to_vec(), settings: settings.clone(), last }
    }

    /// A verifier with these secrets too, made anew only when they are others than before. One that does not fit
    /// the provider (any more) is left out.
    fn armed(&self, provider: &Provider, captured: &[Secret]) -> Result<Arc<Verifier>, VerifierError> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.0 != captured {
            let fits = |secret: &&Secret| self.fits(provider, secret).is_ok();
            let all: Vec<Secret> = self.secrets.iter().chain(captured.iter().filter(fits)).cloned().collect();
            *last = (captured.to_vec(), Arc::new(provider.verifier_with(&all, &self.settings)?));
        }
        Ok(Arc::clone(&last.1))
    }

    fn fits(&self, provider: &Provider, secret: &Secret) -> Result<(), VerifierError> {
        provider.verifier_with(std::slice::from_ref(secret), &self.settings).map(drop)
    }
}

impl Source {
    /// Whether its sender brings a secret by itself, see [`Provider::can_capture`].
    pub fn can_capture(&self) -> bool {
        self.capturing.is_some()
    }

    /// The verifier with the config's secrets and these.
    pub fn armed(&self, captured: &[Secret]) -> Arc<Verifier> {
        let armed = self.capturing.as_ref().and_then(|capturing| capturing.armed(&self.provider, captured).ok());
        armed.unwrap_or_else(|| Arc::clone(&self.verifier))
    }

    /// How capturing stands; nothing at all for a source whose secret is in the config alone.
    ///
    /// # Errors
    /// When the store cannot be asked.
    pub async fn captured(&self, store: &Store) -> store::Result<Capture> {
        if self.can_capture() { store.capture(&self.name).await } else { Ok(Capture::default()) }
    }

    /// What an operator may want to know of a refusal.
    pub(super) fn hint(&self, answer: &Answer) -> Option<String> {
        let refused = self.can_capture() && matches!(answer, Answer::Unverified(_));
        refused.then(|| format!("a sender's first request is taken while `hookbell capture {}` waits", self.name))
    }
}

impl Intake {
    /// Tells of every source that refuses all requests, because its secret was neither configured nor captured.
    ///
    /// # Errors
    /// When the store cannot be asked.
    pub async fn warn_of_waiting(&self) -> store::Result<()> {
        for source in self.desk().sources.values().filter(|source| source.can_capture()) {
            let captured = self.store.capture(&source.name).await?;
            if source.armed(&captured.secrets).is_waiting() {
                let how = format!("hookbell capture {}", source.name);
                tracing::warn!(
                    source = source.name,
                    how,
                    "no secret yet: every request is refused until one is captured"
                );
            }
        }
        Ok(())
    }

    /// The verifier of the moment; or the answer to a request that brought the secret through an open window.
    /// Only then is such a request looked at.
    pub(super) async fn greet(
        &self,
        source: &Source,
        request: Request<'_>,
        now: Timestamp,
    ) -> Result<ControlFlow<Answer, Arc<Verifier>>, Answer> {
        let Some(capturing) = &source.capturing else { return Ok(Continue(Arc::clone(&source.verifier))) };
        let capture = self.in_time(self.store.capture(&source.name)).await?;
        let verifier = source.armed(&capture.secrets);
        let window = capture.window.filter(|window| window.is_open(now));
        let Some((window, offer)) = window.zip(source.verifier.offered_secret(request)) else {
            return Ok(Continue(verifier));
        };
        let offer = offer.map_err(|why| Answer::Unreadable(why.to_string()))?;
        let fits = capturing.fits(&source.provider, &offer.secret);
        fits.map_err(|error| Answer::Unreadable(format!("the secret in this request cannot be used: {error}")))?;
        if !self.in_time(self.store.keep_captured(&source.name, offer.secret, now)).await? {
            return Ok(Continue(verifier));
        }
        let waited_s = now.since(window.opened).as_secs();
        tracing::info!(source = source.name, waited_s, "a secret was captured; the window is closed");
        shaken(Ok(offer.reply)).map(ControlFlow::Break)
    }

    pub(super) async fn in_time<T>(&self, asked: impl Future<Output = store::Result<T>>) -> Result<T, Answer> {
        match tokio::time::timeout(KEEP_TIMEOUT, asked).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(error)) => Err(self.not_kept(&error.to_string())),
            Err(_) => Err(self.not_kept("the store takes too long")),
        }
    }
}
