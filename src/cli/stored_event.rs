//! Finds the event of the store that an argument names.

use super::usage::Usage;
use crate::store::{EventDetails, PrefixMatch, Store};
use hookbell_model::event::EventId;

/// The event with this id, or the only one whose id begins so.
pub(super) async fn find(store: &Store, prefix: &str) -> anyhow::Result<EventDetails> {
    let id = match store.find(prefix).await? {
        PrefixMatch::One(id) => id,
        PrefixMatch::None => {
            let hint = "events older than `[store] keep` are removed";
            return Err(Usage(format!("there is no event `{prefix}`; {hint}")).into());
        }
        PrefixMatch::Many(ids) => {
            let ids: Vec<String> = ids.iter().map(EventId::to_string).collect();
            return Err(
                Usage(format!("more than one id begins with `{prefix}`; the newest are {}", ids.join(", "))).into()
            );
        }
    };
    store.details(id).await?.ok_or_else(|| Usage(format!("there is no event `{id}`")).into())
}
