//! The readers of a message: their locale and masks. Kept in the scope, under a name that no
//! template can write.

use std::sync::{Arc, LazyLock};

use minijinja::value::{Object, ObjectRepr};
use minijinja::{State, Value};

use hookbell_model::locale::Locale;
use hookbell_model::privacy::Masks;

/// Locale and masks of the readers of one destination.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct View {
    /// Their language and number format.
    pub locale: Locale,
    /// What is masked before a template can read it. `Some` of an empty list turns the `mask` filter off too; with
    /// `None` the filter masks as the template says.
    pub masks: Option<Masks>,
}

/// The name of the language that a text is written in, in a scope; not an identifier. Unset where its file does not say.
pub const LANGUAGE: &str = " language";

/// The name of the view in a scope; not an identifier.
pub(super) const NAME: &str = " view";

static DEFAULT: LazyLock<Value> = LazyLock::new(|| Value::from_object(View::default()));

impl View {
    /// The view of the scope that is being rendered.
    pub(super) fn of(state: &State<'_, '_>) -> Self {
        state.lookup(NAME).and_then(|view| view.downcast_object_ref().copied()).unwrap_or_default()
    }

    pub(super) fn value(&self) -> Value {
        if *self == Self::default() { DEFAULT.clone() } else { Value::from_object(*self) }
    }
}

impl Object for View {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }
}
