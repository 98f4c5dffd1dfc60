//! The texts of the new files.

use super::answers::Answers;
use hookbell_model::secret::Secret;

/// `ALERTS_WEBHOOK_URL`, of a name and what it is.
fn variable(name: &str, what: &str) -> String {
    format!("{}_{}", name.to_uppercase().replace('-', "_"), what.to_uppercase().replace('-', "_"))
}

/// The variables that the config names, with their values where they are known.
pub(super) fn variables(answers: &Answers<'_>) -> Vec<(String, Option<String>)> {
    let exposed = |secret: &Option<Secret>| Some(secret.as_ref()?.expose().to_owned());
    let mut variables = vec![(variable(&answers.destination, "webhook_url"), exposed(&answers.webhook_url))];
    if needs_secret(answers) {
        variables.push((variable(&answers.source, "secret"), exposed(&answers.secret)));
    }
    variables.extend(answers.settings.iter().map(|(name, value)| (variable(&answers.source, name), exposed(value))));
    variables
}

/// Whether the config names a secret: not where nothing is checked, or the sender brings it.
fn needs_secret(answers: &Answers<'_>) -> bool {
    let guide = answers.provider.setup_guide();
    guide.secret.is_some() && !guide.captured
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
    text.push_str(&format!("\n[sources.{source}]\nprovider = \"{}\"\n", provider.name));
    if needs_secret(answers) {
        text.push_str(&format!("secret = \"${{{}}}\"\n", variable(source, "secret")));
    } else if provider.is_unchecked() {
        text.push_str("# This sender proves nothing; whoever knows the URL can post.\nverify = \"none\"\n");
    } else if provider.setup_guide().captured {
        text.push_str(&format!("# The sender brings its secret: `hookbell capture {source}`\n"));
    }
    if !answers.settings.is_empty() {
        text.push_str(&format!("\n[sources.{source}.conf]\n"));
    }
    for (name, _) in &answers.settings {
        text.push_str(&format!("{name} = \"${{{}}}\"\n", variable(source, name)));
    }
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
