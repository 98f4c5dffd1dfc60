//! Who reads: the language they read in and what they may not see. Travels with the scope, under a name that no
//! template can write.

use std::sync::{Arc, LazyLock};

use minijinja::value::{Object, ObjectRepr};
use minijinja::{State, Value};

use hookbell_model::locale::Locale;
use hookbell_model::privacy::Masks;

/// How the readers of one destination see an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct View {
    /// Their language and way of writing numbers.
    pub locale: Locale,
    /// What is covered before any template sees it. None at all (`Some` of nothing) lets the `mask` filter pass
    /// everything; `None` lets it mask as the template says.
    pub masks: Option<Masks>,
}

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
