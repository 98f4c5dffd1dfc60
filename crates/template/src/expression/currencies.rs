//! How many decimals the currencies of an event's provider have. Travels with the scope, under a name that no template can
//! write.

use std::sync::Arc;

use minijinja::value::{Object, ObjectRepr};
use minijinja::{State, Value};

use hookbell_model::money::currency::Decimals;

/// The name in a scope; not an identifier.
pub const NAME: &str = " decimals";

#[derive(Debug)]
struct ProviderDecimals(Decimals);

/// The value for [`NAME`].
pub fn value(decimals: Decimals) -> Value {
    Value::from_object(ProviderDecimals(decimals))
}

/// The decimals of a currency (upper case): as the provider counts, else as ISO 4217 does.
pub(super) fn decimals(state: &State<'_, '_>, code: &str) -> u32 {
    let own = state.lookup(NAME);
    let own = own.as_ref().and_then(|own| own.downcast_object_ref::<ProviderDecimals>());
    own.map_or_else(|| hookbell_model::money::currency::decimals(code), |own| own.0.of(code))
}

impl Object for ProviderDecimals {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }
}
