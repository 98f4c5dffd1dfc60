//! Routes whose messages are to have buttons, and destinations whose webhook cannot have them.

use std::path::Path;

use crate::codes;
use crate::config::Config;
use crate::store::Store;
use hookbell_config_file::{Diagnostic, Diagnostics};

/// Reports destinations whose webhook was made by hand, as far as the store knows them: Discord takes no buttons of theirs.
pub(super) async fn check(config: &Config, path: &Path, store: &Store, diagnostics: &mut Diagnostics) {
    let Ok(lanes) = store.lanes().await else { return };
    for (route, destinations) in config.rules.with_buttons() {
        for name in destinations {
            let Some(destination) = config.destinations.iter().find(|destination| destination.name == *name) else {
                continue;
            };
            let known = lanes.iter().find(|lane| lane.destination == *name).and_then(|lane| lane.channel.as_ref());
            let is_by_hand = known.is_some_and(|channel| {
                channel.application.is_none() && channel.fingerprint == destination.webhook.fingerprint()
            });
            if is_by_hand {
                let what = format!(
                    "`{route}.buttons`: the webhook of `{name}` was made by hand, so Discord takes no buttons from it"
                );
                let help = format!("`hookbell connect {name}` makes one that belongs to the bot");
                let file = path.display().to_string();
                diagnostics.add(Diagnostic::file_error(&file, codes::HAND_MADE_WEBHOOK, what).help(help));
            }
        }
    }
}
