//! Forum posts: what the config says of them does not contradict itself. Tags: templates name them, destinations map the names
//! to ids; only the config has both.

use std::collections::BTreeMap;

use crate::codes;
use crate::compose::Tags;
use hookbell_config_file::{Code, Diagnostic, DiagnosticSeverity, Diagnostics, Table};
use hookbell_model::secret::Webhook;
use hookbell_model::snowflake::is_snowflake;
use hookbell_model::suggest::suggestion;
use hookbell_model::thread_mode::ThreadMode;
use hookbell_template::render::Templates;

/// A webhook whose URL names a thread posts there alone, so no thing can have a post of its own.
pub(super) fn check_threads(table: &Table<'_>, threads: ThreadMode, webhook: &Webhook, diagnostics: &mut Diagnostics) {
    if threads == ThreadMode::PerKey && webhook.thread().is_some() {
        let what = "the thread that `webhook_url` names takes all messages, so nothing gets a post of its own";
        let help = "remove `?thread_id=…` from the URL, or `thread`";
        diagnostics.add(table.error("thread", Code::CONFLICTING_KEYS, what).help(help));
    }
}

/// Warns of tags that a message names and no destination has: they would be left out of every post.
pub(super) fn warn_of_tags(templates: &Templates, tags: &BTreeMap<String, Tags>, diagnostics: &mut Diagnostics) {
    for (name, location) in templates.literal_tags() {
        if is_snowflake(&name) || tags.values().any(|tags| tags.id(&name).is_some()) {
            continue;
        }
        let message = format!("no destination has a tag `{name}`, so it is left out");
        let help = suggestion(&name, tags.values().flat_map(Tags::names))
            .unwrap_or_else(|| format!("add it to the destination: `tags = {{ {name:?} = \"ID\" }}`"));
        let warning = Diagnostic::new(DiagnosticSeverity::Warning, codes::UNKNOWN_TAG, location, message);
        diagnostics.add(warning.help(help));
    }
}
