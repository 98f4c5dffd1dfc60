//! The texts of the new files.

use super::answers::Answers;
use crate::cli::source_table::{needs_secret, source_table, variable};
use hookbell_model::secret::Secret;

/// The variables that the config names, with their values where they are known.
pub(super) fn variables(answers: &Answers<'_>) -> Vec<(String, Option<String>)> {
    let exposed = |secret: &Option<Secret>| Some(secret.as_ref()?.expose().to_owned());
    let mut variables = vec![(variable(&answers.destination, "webhook_url"), exposed(&answers.webhook_url))];
    if needs_secret(&answers.provider.setup_guide()) {
        variables.push((variable(&answers.source, "secret"), exposed(&answers.secret)));
    }
    variables.extend(answers.settings.iter().map(|(name, value)| (variable(&answers.source, name), exposed(value))));
    variables
}

pub(super) fn config(answers: &Answers<'_>) -> String {
    let Answers { provider, source, destination, public_url, .. } = answers;
    let mut text = String::from(
        "#:schema .hookbell/config.schema.json\n# hookbell's config. The secrets are in `.env` beside it. `hookbell example-config` prints every key there is.\n\n[server]\n# Plain HTTP, for /hooks/* only: put an HTTPS proxy in front of it.\nlisten = \"0.0.0.0:8080\"\n",
    );
    match public_url {
        Some(url) => text.push_str(&format!("public_url = \"{url}\"\n")),
        None => text.push_str("# How senders reach this machine.\n# public_url = \"https://hooks.example.com\"\n"),
    }
    text.push_str("\n[store]\nurl = \"sqlite:hookbell.db\"\n# Older events are removed.\nkeep = \"90d\"\n");
    if let Some(base) = answers.stand_in() {
        text.push_str(&format!(
            "\n[discord]\n# The webhook's URL is not one of Discord's: a stand-in.\napi_base = \"{base}\"\n"
        ));
    }
    let webhook = variable(destination, "webhook_url");
    text.push_str(&format!("\n[destinations.{destination}]\nwebhook_url = \"${{{webhook}}}\"\n"));
    text.push_str(&format!("\n{}", source_table(provider, &provider.setup_guide(), source, source)));
    text.push_str(&format!("\n[[routes]]\nsource = \"{source}\"\nto = [\"{destination}\"]\n"));
    text.push_str(if answers.shows_private {
        "# Whoever reads the channel sees addresses and other private data. Without this line they are hidden.\nmask = []\n"
    } else {
        "# Addresses and other private data are hidden; `mask = []` shows them.\n"
    });
    text.push_str("# Left out, `events` takes what is notable; [\"*\"] takes all.\n# events = [\"*\"]\n");
    text
}

/// A template that changes one message of the provider, as an example; none where it has no message of its own.
pub(super) fn template(answers: &Answers<'_>) -> Option<String> {
    let provider = answers.provider;
    let templates = crate::embedded::templates();
    let all = templates.list();
    let first = all.iter().find(|template| template.provider == provider.name)?;
    let name = first.name.rsplit('.').next().unwrap_or(&first.name);
    Some(format!(
        "#:schema ../.hookbell/template.schema.json\n# How messages of {title} look: what is here goes before the shipped ones. See it with `hookbell preview {full}`.\n# `hookbell providers show {provider}` lists its events; docs/templates.md has every key.\nprovider = \"{provider}\"\n\n[[message]]\nname = \"{name}\"\nextends = \"{full}\"\n# The line that a phone shows. Take the `#` away to change it:\n# content = \"🔔 {{{{ event.subject }}}}\"\n",
        title = provider.title,
        full = first.name,
        provider = provider.name,
    ))
}
