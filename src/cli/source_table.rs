//! The `[sources.NAME]` table of a provider, as `providers show` prints it to be pasted and `init` writes it.

use hookbell_provider::{Provider, SetupGuide};

/// The variable that holds a value of a source: `SHOP_SECRET`.
pub(super) fn variable(name: &str, what: &str) -> String {
    let upper = |text: &str| text.to_uppercase().replace('-', "_");
    format!("{}_{}", upper(name), upper(what))
}

/// Whether the config names a secret: not where nothing is checked, the sender brings it, or the provider's file pins a key.
pub(super) fn needs_secret(guide: &SetupGuide) -> bool {
    guide.secret.is_some() && !guide.captured
}

/// The table, with `${…}` in the place of each secret; `owner` begins the variables' names.
pub(super) fn source_table(provider: &Provider, guide: &SetupGuide, name: &str, owner: &str) -> String {
    let mut text = format!("[sources.{name}]\nprovider = \"{}\"\n", provider.name);
    if needs_secret(guide) {
        text.push_str(&format!("secret = \"${{{}}}\"\n", variable(owner, "secret")));
    } else if guide.captured {
        text.push_str(&format!("# no `secret`: `hookbell capture {name}` takes the sender's\n"));
    } else if provider.is_unchecked() {
        text.push_str("verify = \"none\"\n");
    } else {
        text.push_str("# no `secret`: the provider's file pins the sender's keys\n");
    }
    let settings = provider.settings();
    if !settings.is_empty() {
        text.push_str(&format!("\n[sources.{name}.conf]\n"));
    }
    for setting in settings {
        text.push_str(&format!("{setting} = \"${{{}}}\"\n", variable(owner, setting)));
    }
    text
}
