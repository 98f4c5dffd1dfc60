//! Finds a lane by its name.

use crate::cli::usage::Usage;
use crate::store::{LaneState, Store};
use hookbell_model::suggest::suggestion;

/// The lane of that name, or a usage error that names the nearest.
pub(super) async fn find(store: &Store, name: &str) -> anyhow::Result<LaneState> {
    let lanes = store.lanes().await?;
    let hint = suggestion(name, lanes.iter().map(|lane| lane.destination.as_str()));
    let known = lanes.into_iter().find(|lane| lane.destination == name);
    known.ok_or_else(|| {
        let hint = hint.unwrap_or_else(|| "there is none yet: `hookbell serve` begins one for each destination".into());
        Usage(format!("there is no lane `{name}`; {hint}")).into()
    })
}
