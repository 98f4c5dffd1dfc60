//! The sources that the config opens to servers, for feeds.

use crate::intake::Source;
use crate::rules::OpenSource;
use hookbell_config_file::{Code, Diagnostics, Table};
use hookbell_template::render::Templates;

pub(super) fn open_sources(sources: &[Source], templates: &Templates) -> Vec<OpenSource> {
    let messages = templates.list();
    let open = sources.iter().filter(|source| !source.subscribe.is_empty());
    let open = open.map(|source| {
        let provider = &source.provider;
        let of_provider = messages.iter().filter(|message| message.provider == provider.name);
        OpenSource {
            name: source.name.clone(),
            guilds: source.subscribe.clone(),
            event_types: provider.known_types().into_iter().collect(),
            templates: of_provider.map(|message| message.name.clone()).collect(),
        }
    });
    open.collect()
}

/// `subscribe` without a bot has no effect.
pub(super) fn check_bot(sources: &[(String, Table<'_>)], has_bot: bool, diagnostics: &mut Diagnostics) {
    for (_, table) in sources.iter().filter(|(_, table)| table.has("subscribe") && !has_bot) {
        let what = "nobody can subscribe: there is no bot";
        let help = "`bot_token` in `[discord]`";
        diagnostics.add(table.error("subscribe", Code::CONFLICTING_KEYS, what).help(help));
    }
}
