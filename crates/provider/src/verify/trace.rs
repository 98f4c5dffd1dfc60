//! The steps of a verification, recorded only on request.

/// One step of a verification, for `hookbell verify`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerificationStep {
    pub passed: bool,
    pub text: String,
}

/// Records steps, or nothing: texts are made only when they are recorded.
pub(crate) struct Trace<'a>(Option<&'a mut Vec<VerificationStep>>);

impl<'a> Trace<'a> {
    /// Records nothing.
    pub(super) fn off() -> Self {
        Self(None)
    }

    pub(super) fn to(steps: &'a mut Vec<VerificationStep>) -> Self {
        Self(Some(steps))
    }

    pub(super) fn is_on(&self) -> bool {
        self.0.is_some()
    }

    pub(super) fn step(&mut self, passed: bool, text: impl FnOnce() -> String) {
        if let Some(steps) = &mut self.0 {
            steps.push(VerificationStep { passed, text: text() });
        }
    }

    pub(super) fn pass(&mut self, text: impl FnOnce() -> String) {
        self.step(true, text);
    }

    pub(super) fn fail(&mut self, text: impl FnOnce() -> String) {
        self.step(false, text);
    }
}

/// The name of a secret in a trace: with its number where there are several.
pub(super) fn secret_label(position: usize, count: usize) -> String {
    if count == 1 { "the secret".to_owned() } else { format!("secret {} of {count}", position + 1) }
}
