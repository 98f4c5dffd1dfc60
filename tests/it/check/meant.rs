//! Mistakes that people make often are told what was meant.

use clap::CommandFactory;

use super::{CONFIG, write};
use crate::cli::{hookbell, json, text};

/// What `check` prints of a config.
fn printed(config: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "config.toml", config);
    let output = hookbell(folder.path(), &["check"]);
    assert_eq!(output.status.code(), Some(2), "{config}\n{}", text(&output.stdout));
    text(&output.stdout)
}

fn assert_says(config: &str, parts: &[&str]) {
    let printed = printed(config);
    for part in parts {
        assert!(printed.contains(part), "{part}\n--\n{config}\n--\n{printed}");
    }
}

/// The shared config with a line more in its route.
fn route(line: &str) -> String {
    format!("{CONFIG}{line}\n")
}

#[test]
fn quotes_for_people_and_blanks_that_are_none_are_named() {
    let curly = "[sources.s]\nprovider = “generic”\nsecret = \"s\"\n";
    assert_says(curly, &["config.toml:2:12: `“` is a quote for people", "help: write straight quotes"]);
    assert!(!printed(curly).contains("no provider"), "one mistake is reported once");
    let nbsp = "[store]\nkeep\u{a0}= \"90d\"\n";
    assert_says(nbsp, &["config.toml:2:5: a non-breaking space (U+00A0)", "help: write a space there"]);
    assert_says(&route("when = \"event.type == “x”\""), &["`“` is a quote for people", "help: write straight quotes"]);
}

#[test]
fn a_variable_of_a_shell_is_told_how_it_is_written_here() {
    for written in ["$SALES_URL", "%SALES_URL%", "{{SALES_URL}}"] {
        let config = format!("[destinations.a]\nwebhook_url = \"{written}\"\n");
        assert_says(&config, &["error[placeholder-value]: config.toml:2:15", "help: `${SALES_URL}`"]);
    }
    assert_says("[destinations.a]\nwebhook_url = \"<your webhook url>\"\n", &["`${A_WEBHOOK_URL}`"]);
}

#[test]
fn what_is_no_webhook_is_called_by_its_name() {
    for (url, says) in [
        ("https://hooks.slack.com/services/T0/B0/S3", "a webhook of Slack"),
        ("https://discord.com/channels/1/2", "the address of a channel"),
        ("https://discord.com/api/webhooks/1/S3/slack", "help: leave `/slack` at its end out"),
        ("https://discord.com/api/webhooks/1", "no token"),
    ] {
        let config = format!("[destinations.a]\nwebhook_url = \"{url}\"\n");
        assert_says(&config, &[says]);
        assert!(!printed(&config).contains("S3"));
    }
    let thread = "[destinations.a]\nwebhook_url = \"https://discord.com/api/webhooks/1/t\"\nthread_id = 1\n";
    assert_says(thread, &["`destinations.a.thread_id`: a thread is a part of the webhook's URL", "?thread_id=ID"]);
}

#[test]
fn operators_of_other_languages_are_replaced_by_those_of_expressions() {
    for (written, meant) in [
        ("{{ event.amount > 1 }}", "event.amount > 1"),
        ("event.type == 'x' && event.amount > 1", "event.type == 'x' and event.amount > 1"),
        ("event.test || event.amount > 1", "event.test or event.amount > 1"),
        ("!event.test", "not event.test"),
        ("event.type = 'x'", "event.type == 'x'"),
        ("event.type === 'x' AND event.test", "event.type == 'x' and event.test"),
        ("if event.test", "event.test"),
    ] {
        assert_says(&route(&format!("when = \"{written}\"")), &[&format!("help: `{meant}`\n")]);
    }
    assert_says(&route("when = \"event.type == null\""), &["write `is none`"]);
    assert_says(&route("when = \"event.type.contains('y')\""), &["write `'part' in value`"]);
    assert_says(&route("when = \"event.type == 'x\""), &["config.toml:9:23", "this `'` is not closed"]);
}

#[test]
fn a_key_in_the_wrong_table_is_told_its_place() {
    for (config, help) in [
        ("[store]\nlisten = \"0.0.0.0:80\"\n", "`listen` belongs in `[server]`"),
        ("[log]\ntemplates = \"mine\"\n", "`templates` belongs at the top of the file, before the first `[table]`"),
        ("[route]\nsource = \"x\"\n", "did you mean `[[routes]]`?"),
        ("[[sources]]\nname = \"stripe\"\n", "`[sources.stripe]` instead of `[[sources]]`"),
        ("[destination.x]\nlocale = \"de\"\n", "did you mean `[destinations.NAME]`?"),
        ("[destinations.x]\nurl = \"y\"\n", "did you mean `webhook_url`?"),
    ] {
        assert_says(config, &[&format!("help: {help}\n")]);
    }
    assert_says(&route("secret = \"S3\""), &["help: `secret` belongs in `[sources.NAME]`\n"]);
}

#[test]
fn values_of_another_type_are_shown_as_they_should_be() {
    for (config, help) in [
        ("[discord]\nguilds = [112233445566778899]\n", "write it in quotes: `\"112233445566778899\"`"),
        ("[server]\nmax_connections = \"768\"\n", "write it without quotes: `768`"),
        ("[store]\nkeep = 90\n", "`\"90d\"`"),
        ("[store]\nkeep = \"90 days\"\n", "did you mean `90d`?"),
        ("[server]\nmax_body = \"5 megabytes\"\n", "did you mean `5 MB`?"),
        ("[server]\nlisten = \"8080\"\n", "did you mean `0.0.0.0:8080`?"),
    ] {
        assert_says(config, &[help]);
    }
    assert_says(&route("mention = \"<@&123>\""), &["help: `\"role:123\"`"]);
    assert_says(&route("mask = \"none\""), &["help: `mask = []` masks nothing"]);
}

#[test]
fn a_wrong_value_is_shown_where_it_can_be_no_secret() {
    assert_says(
        "[discord]\nchannel_budget = \"thirty\"\nbot_tokn = \"S3\"\n",
        &["| channel_budget = \"thirty\"", "| bot_tokn = \"…\""],
    );
}

#[test]
fn a_ping_in_the_words_of_a_message_is_a_warning_with_what_pings() {
    let (output, printed) = super::check(
        "provider = \"generic\"\n[[message]]\nname = \"a\"\non = [\"signup\"]\ncontent = \"Hey @everyone, {event.title}\"\n",
    );
    assert_eq!(output.status.code(), Some(0), "{printed}");
    for part in [
        "warning[ping-in-text]: templates/own.toml:5:16",
        "help: `mention = \"everyone\"` of a route pings",
        "warning[literal-placeholder]: templates/own.toml:5:27",
        "help: `{{ event.title }}`",
    ] {
        assert!(printed.contains(part), "{part}\n--\n{printed}");
    }
}

#[test]
fn a_failure_is_json_for_whoever_asked_for_json() {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "config.toml", "[store]\nkeep = 90\n");
    for (arguments, code, exit) in [
        (vec!["events", "list", "--json"], "config", 2),
        (vec!["lanes", "--json"], "config", 2),
        (vec!["audit", "--json"], "config", 2),
        (vec!["events", "list", "--json", "--no-such-option"], "usage", 2),
        (vec!["providers", "show", "strpe", "--json"], "usage", 2),
    ] {
        let output = hookbell(folder.path(), &arguments);
        assert_eq!(output.status.code(), Some(exit), "{arguments:?}");
        let printed = json(&output);
        assert_eq!((&printed["ok"], &printed["error"]["code"]), (&false.into(), &code.into()), "{arguments:?}");
        let listed = printed["diagnostics"].as_array().map(|list| !list.is_empty());
        assert_eq!(listed, Some(code == "config"), "{arguments:?} {printed}");
    }
}

#[test]
fn what_is_no_provider_or_no_check_is_told_what_is_one() {
    for (source, help) in [
        ("provider = \"prometheus\"", "did you mean `alertmanager`?"),
        ("provider = \"Stripe\"", "did you mean `stripe`?"),
        ("provider = \"stripe.payment\"", "`stripe` is the provider; `template = \"stripe.payment\"`"),
        ("provider = \"generic\"\nverify = \"hmac\"", "`\"none\"` accepts every request unchecked"),
    ] {
        assert_says(&format!("[sources.s]\nsecret = \"s\"\n{source}\n"), &[help]);
    }
}

/// Every command that prints JSON, by the words that name it.
fn commands_with_json(command: &clap::Command, path: &[String], found: &mut Vec<Vec<String>>) {
    if command.get_arguments().any(|argument| argument.get_long() == Some("json")) {
        found.push(path.to_vec());
    }
    for inner in command.get_subcommands().filter(|inner| inner.get_name() != "help") {
        commands_with_json(inner, &[path, &[inner.get_name().to_owned()]].concat(), found);
    }
}

#[test]
fn every_command_that_prints_json_fails_in_json() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut commands = Vec::new();
    commands_with_json(&hookbell::cli::Args::command(), &[], &mut commands);
    assert!(commands.len() > 20, "{commands:?}");
    for words in commands {
        let words: Vec<&str> = words.iter().map(String::as_str).chain(["--json", "--no-such-option"]).collect();
        let output = hookbell(folder.path(), &words);
        let printed = json(&output);
        assert_eq!((output.status.code(), &printed["error"]["code"]), (Some(2), &"usage".into()), "{words:?}");
    }
}
