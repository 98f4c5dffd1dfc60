//! `hookbell providers`: what is listed and shown about each sender.

use super::*;

#[test]
fn providers_are_listed() {
    let folder = tempfile::tempdir().expect("a folder");
    let list = json(&hookbell(folder.path(), &["providers", "list", "--json"]));
    let names: Vec<&str> = list.as_array().expect("a list").iter().filter_map(|row| row["name"].as_str()).collect();
    for name in ["github", "stripe", "gitlab", "standard-webhooks", "shopify", "slack", "generic"] {
        assert!(names.contains(&name), "{names:?}");
    }
    let table = text(&hookbell(folder.path(), &["providers", "list"]).stdout);
    assert!(table.starts_with("NAME") && table.contains("Stripe-Signature"), "{table}");
}

#[test]
fn a_provider_is_shown_in_full_without_a_config() {
    let folder = tempfile::tempdir().expect("a folder");
    let words = text(&hookbell(folder.path(), &["providers", "show", "stripe"]).stdout);
    for part in [
        "Stripe (stripe)",
        "https://docs.stripe.com/webhooks",
        "https://YOUR.HOST/hooks/stripe (for a source called `stripe`)",
        "1. Stripe dashboard",
        "HMAC-SHA256, hex in header `Stripe-Signature` (v1), over `{ts}.{body}`; the time in the pair `t=` may be 5 min off",
        "invoice.paid",
        "[sources.stripe]\nprovider = \"stripe\"\nsecret = \"${STRIPE_SECRET}\"\n",
    ] {
        assert!(words.contains(part), "{part}\n{words}");
    }
    let strange = hookbell(folder.path(), &["providers", "show", "strip"]);
    assert!(strange.status.code() == Some(2) && text(&strange.stderr).contains("did you mean `stripe`?"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_is_shown_with_the_url_of_its_source_and_what_its_file_says() {
    let standin = stand_in().await;
    let (folder, _) = folder(&standin);
    extend(
        folder.path(),
        "[server]\npublic_url = \"https://hooks.example.com\"\n",
        "[sources.desk]\nprovider = \"desk\"\nsecret = \"s\"\n[sources.desk.conf]\nword = \"w\"\n",
    );
    std::fs::create_dir(folder.path().join("providers")).expect("a folder");
    let provider = "title = \"Desk\"\nroutine = [\"ticket.edited\", \"note.*\"]\nsetup = \"Settings, then Webhooks.\"\ndelivery = \"Waits 3 s.\"\nunverified = true\n[verify]\nscheme = \"token\"\nquery = \"key\"\n[body]\nformat = \"form\"\nredact = \"/password\"\n[event]\ntype = \"/type\"\n[[facts]]\non = [\"ticket.opened\"]\ntopic = \"issue\"\n[[handshake]]\nsigned = false\nwhen = { method = \"GET\", \"query:word\" = \"conf:word\" }\n";
    std::fs::write(folder.path().join("providers/desk.toml"), provider).expect("a provider");
    let shown = json(&hookbell(folder.path(), &["providers", "show", "desk", "--json"]));
    assert_eq!(shown["urls"][0]["url"], "https://hooks.example.com/hooks/desk");
    assert_eq!((&shown["setup"], &shown["delivery"]), (&"Settings, then Webhooks.".into(), &"Waits 3 s.".into()));
    assert_eq!((&shown["proof"], &shown["conf"][0]), (&"unverified".into(), &"word".into()));
    assert_eq!(
        shown["types"],
        serde_json::json!([
            { "type": "ticket.edited", "topic": "other", "routine": true },
            { "type": "ticket.opened", "topic": "issue", "routine": false },
        ])
    );
    let words = text(&hookbell(folder.path(), &["providers", "show", "desk"]).stdout);
    for part in [
        "Settings, then Webhooks.",
        "https://hooks.example.com/hooks/desk?key=SECRET (source `desk`)",
        "the secret itself in `key` in the query",
        "GET with `word` in the query = `conf.word` is answered before any check",
        "/password",
        "Routine: they update a message",
        "note.*",
        "[sources.desk.conf]\nword = \"${DESK_WORD}\"\n",
    ] {
        assert!(words.contains(part), "{part}\n{words}");
    }
    let list = text(&hookbell(folder.path(), &["providers", "list"]).stdout);
    let row = list.lines().find(|line| line.starts_with("desk")).expect("a row");
    assert!(row.contains("unverified") && list.lines().any(|row| row.starts_with("stripe") && row.contains("proved")));
    let checked = hookbell(folder.path(), &["check"]);
    let printed = text(&checked.stdout);
    assert!(
        checked.status.success()
            && printed.contains("`sources.desk.provider`")
            && printed.contains("the signature scheme of Desk"),
        "{printed}"
    );
}

#[test]
fn the_config_that_each_provider_shows_can_be_served() {
    use hookbell::config::{Config, Environment};

    let folder = tempfile::tempdir().expect("a folder");
    for provider in hookbell::embedded::providers().iter() {
        let shown = json(&hookbell(folder.path(), &["providers", "show", &provider.name, "--json"]));
        let (secrets, asked) = provider.test_secrets();
        let secret = secrets.first().expect("a secret").expose().to_owned();
        let variable = provider.name.to_uppercase().replace('-', "_");
        let environment = move |name: &str| {
            let rest = name.strip_prefix(&format!("{variable}_"))?;
            (rest == "SECRET" || asked.0.keys().any(|key| key.to_uppercase() == rest)).then(|| secret.clone())
        };
        let snippet = shown["config"].as_str().expect("a snippet");
        let config = format!(
            "{snippet}[destinations.DESTINATION]\nwebhook_url = \"https://discord.com/api/webhooks/1/token\"\n"
        );
        let mut diagnostics = hookbell_config_file::Diagnostics::default();
        Config::read("shown", &config, folder.path(), &Environment::of(environment), &mut diagnostics);
        assert_eq!(diagnostics.errors(), 0, "{diagnostics}\n{config}");
    }
}
