//! The config as a whole: the example, every mistake at once, warnings.

use super::*;
use crate::intake;
use hookbell_config_file::{Code, Diagnostic, DiagnosticSeverity, Diagnostics, Location};
use hookbell_model::thread_mode::ThreadMode;

fn environment() -> Environment<'static> {
    Environment::of(|name| match name {
        "SALES_WEBHOOK_URL" => Some("https://discord.com/api/webhooks/1/token".to_owned()),
        "STRIPE_WEBHOOK_SECRET" => Some("whsec_example".to_owned()),
        _ => None,
    })
}

fn read(text: &str) -> (Option<Config>, Diagnostics) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut diagnostics = Diagnostics::default();
    let config = Config::read("config.toml", text, folder.path(), &environment(), &mut diagnostics);
    (config, diagnostics)
}

#[test]
fn the_example_is_a_config_without_a_mistake() {
    let (config, diagnostics) = read(EXAMPLE);
    assert_eq!(diagnostics.0, []);
    let config = config.expect("a config");
    assert_eq!((config.sources.len(), config.destinations.len()), (1, 1));
    assert_eq!(
        config.store.keep,
        crate::store::Keep {
            others: crate::store::KeepSpan::For(std::time::Duration::from_secs(90 * 86_400)),
            ..Default::default()
        }
    );
}

/// The commented lines of the example are right too, and their defaults are the ones the code has.
#[test]
fn every_commented_key_of_the_example_is_known() {
    let text: String = EXAMPLE
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(key) if key.split_once(" = ").is_some_and(|(name, _)| !name.contains(' ')) => format!("{key}\n"),
            Some(header) if header.starts_with('[') && header.ends_with(']') => format!("{header}\n"),
            _ => format!("{line}\n"),
        })
        .collect();
    let text = text
        .replace("template = \"stripe.payment\"", "")
        .replace("payload = \"examples/paid.json\"", "")
        .replace("${HOOKBELL_ADMIN_TOKEN}", "0123456789abcdef")
        .replace("${DISCORD_BOT_TOKEN}", "token")
        .replace("${DISCORD_CLIENT_SECRET}", "secret");
    let folder = tempfile::tempdir().expect("a folder");
    for name in ["templates", "providers"] {
        std::fs::create_dir(folder.path().join(name)).expect("a folder");
    }
    let mut diagnostics = Diagnostics::default();
    let config = Config::read("config.toml", &text, folder.path(), &environment(), &mut diagnostics);
    assert_eq!(diagnostics.errors(), 0, "{diagnostics}");
    let (config, usual) = (config.expect("a config"), read("").0.expect("a config"));
    let named = intake::Config { max_body_named: false, public_url: None, ..config.intake };
    assert_eq!((named, config.courier), (usual.intake, usual.courier));
    assert_eq!((config.api_base, config.log), (usual.api_base, usual.log));
    assert!(config.bot.is_some() && usual.bot.is_none());
}

#[test]
fn ten_mistakes_are_reported_in_one_go() {
    let (config, diagnostics) = read(
        r#"
[server]
listen = "everywhere"
max_bdy = "1 MiB"
admin_listen = "0.0.0.0:8081"

[store]
url = "postgres://db"
keep = "soon"

[discord]
bot_token = "${NOT_SET}"
api_base = "discord.com"

[destinations.sales]
webhook_url = "https://example.com/hello"

[sources.stripe]
provider = "strpe"
secret = ""

[sources.github]
provider = "github"

[[routes]]
source = "stripe"
to = ["sales", "salez"]
when = "payload. ="
"#,
    );
    assert!(config.is_some(), "what could be read is returned; `load` drops it");
    assert!(diagnostics.errors() >= 10, "{diagnostics}");
    insta::assert_snapshot!(diagnostics.to_string());
}

#[test]
fn a_diagnostic_never_contains_a_secret() {
    let (_, diagnostics) = read(
        "[destinations.a]\nwebhook_url = \"https://discord.com/api/webhooks/1/t0ken/extra\"\n[sources.s]\nprovider = \"standard-webhooks\"\nsecret = \"whsec_%%t0ken%%\"\n[server]\nadmin_token = \"t0ken\"\n[discord]\nbot_token = \"t0ken\"\nguilds = [\"t0ken\"]\n",
    );
    assert!(diagnostics.errors() >= 3, "{diagnostics}");
    let printed = diagnostics
        .0
        .iter()
        .filter(|diagnostic| diagnostic.location.key != "discord.guilds")
        .map(ToString::to_string)
        .collect::<String>();
    assert!(!printed.contains("t0ken"), "{printed}");
}

#[test]
fn valid_but_risky_settings_are_warnings() {
    let (config, diagnostics) = read(
        "[destinations.lonely]\nwebhook_url = \"https://discord.com/api/webhooks/1/t\"\n[sources.open]\nprovider = \"generic\"\nverify = \"none\"\n",
    );
    assert!(config.is_some());
    assert_eq!(diagnostics.errors(), 0, "{diagnostics}");
    insta::assert_snapshot!(diagnostics.to_string());
}

#[test]
fn a_tag_that_no_destination_has_is_a_warning_at_its_place() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("templates")).expect("a folder");
    let template = r#"
provider = "stripe"
[[message]]
name = "mine"
thread = "t"
title = "x"
tags = ["BUG", "urgnet", "new", "99", "{{ event.type }}"]
"#;
    std::fs::write(folder.path().join("templates/mine.toml"), template).expect("written");
    let text = format!("{EXAMPLE}\n[destinations.sales.tags]\nbug = \"1\"\nurgent = \"2\"\n");
    let mut diagnostics = Diagnostics::default();
    let config = Config::read("config.toml", &text, folder.path(), &environment(), &mut diagnostics).expect("a config");
    assert_eq!(config.destinations[0].tags.id("Urgent"), Some("2"));
    let printed = diagnostics.to_string();
    assert_eq!((diagnostics.errors(), diagnostics.warnings()), (0, 2), "{printed}");
    for part in [
        "mine.toml:7:8: `message[0].tags`: no destination has a tag `urgnet`, so it is left out\n  help: did you mean \
         `urgent`?",
        "no destination has a tag `new`, so it is left out\n  help: known here: `bug`, `urgent`",
    ] {
        assert!(printed.contains(part), "{part}\n--\n{printed}");
    }
    let mut diagnostics = Diagnostics::default();
    Config::read("config.toml", EXAMPLE, folder.path(), &environment(), &mut diagnostics);
    let printed = diagnostics.to_string();
    assert_eq!(diagnostics.warnings(), 3, "{printed}");
    assert!(printed.contains("help: add it to the destination: `tags = { \"new\" = \"ID\" }`"), "{printed}");
}

#[test]
fn settings_that_a_provider_requires_must_be_given() {
    let signed = |server: &str, content: &str, conf: &str| {
        read(&format!(
            "[server]\n{server}\n[sources.s]\nprovider = \"generic\"\nsecret = \"k\"\n\
             verify = {{ scheme = \"signed\", header = \"X-Sig\", content = \"{content}\" }}\n{conf}\n"
        ))
        .1
        .to_string()
    };
    assert!(signed("", "{url}{body}", "").contains("help: `public_url = "));
    assert!(!signed("public_url = \"https://h.test\"", "{url}{body}", "").contains("error"));
    assert!(signed("public_url = \"h.test\"", "{url}{body}", "").contains("`server.public_url`: expected the address"));
    assert!(signed("", "{conf:shop}{body}", "").contains("`conf.shop`"));
    assert!(!signed("", "{conf:shop}{body}", "[sources.s.conf]\nshop = \"7\"").contains("error"));
    assert!(signed("", "{body}", "[sources.s.conf]\nshop = \"7\"").contains("does not use `shop`"));
}

#[test]
fn slips_in_the_table_of_the_server_are_mistakes() {
    let server = |lines: &str| read(&format!("[server]\n{lines}\n")).1.to_string();
    for (lines, part) in [
        ("listen = \"127.0.0.1:8081\"", "`server.listen`: `listen` (127.0.0.1:8081) and `admin_listen`"),
        ("admin_listen = \"127.0.0.1:8080\"", "`server.admin_listen`: `listen` (0.0.0.0:8080) and `admin_listen`"),
        ("admin_token = \"                    \"", "`server.admin_token`: expected a token of at least 16"),
        ("admin_token = \"0123456789 0123456789\"", "without blanks"),
        ("public_url = \"https://hooks;example.com\"", "`server.public_url`: expected the address"),
        ("trusted_proxies = [\"10.0.0.0/8\", \"proxy\"]", "`server.trusted_proxies`: expected an address or a network"),
        ("client_address_header = \"X Real\"", "expected the name of a header"),
        ("max_connections = 3", "`server.max_connections`: expected a number from 16 to 65536"),
        ("min_body_rate = \"16 KiB\"", "such as `16 KiB/s`"),
    ] {
        let reported = server(lines);
        assert!(reported.contains(part), "{part}\n--\n{reported}");
    }
    assert!(read("[discord]\napi_base = \"https://discord;com\"\n").1.to_string().contains("`discord.api_base`"));
    let fine = "listen = \"127.0.0.1:8080\"\nmax_connections = 16\nmax_connections_per_address = 1\n\
                trusted_proxies = []\nmin_body_rate = \"1 KiB/s\"\nbody_memory_per_address = \"1 MiB\"";
    let config = read(&format!("[server]\n{fine}\n")).0.expect("a config");
    assert_eq!((config.intake.limits.max_connections, config.intake.limits.trusted_proxies), (16, Vec::new()));
}

#[cfg(unix)]
#[test]
fn a_pipe_or_a_device_is_a_mistake_and_is_not_awaited() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("templates")).expect("a folder");
    for pipe in ["templates/pipe.toml", "secret"] {
        let made = std::process::Command::new("mkfifo").arg(folder.path().join(pipe)).status().expect("mkfifo");
        assert!(made.success());
    }
    std::os::unix::fs::symlink("/dev/zero", folder.path().join("templates/zero.toml")).expect("a link");
    let path = folder.path().join("config.toml");
    std::fs::write(&path, "[sources.s]\nprovider = \"generic\"\nsecret = \"${file:secret}\"\n").expect("a file");
    drop(FileWatcher::new(&path, WatchIntervals::default()));
    let (config, diagnostics) = Config::load(&path, &environment());
    let reported = diagnostics.to_string();
    assert!(config.is_none());
    for file in ["pipe.toml", "zero.toml", "the file `secret`"] {
        let line = reported.lines().find(|line| line.contains(file) && line.contains("a pipe or a device"));
        assert!(line.is_some(), "{file}\n--\n{reported}");
    }
}

#[test]
fn an_emptied_file_is_a_mistake() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("config.toml");
    for text in ["", "\n", "# nothing yet\n"] {
        std::fs::write(&path, text).expect("a file");
        let (config, diagnostics) = Config::load(&path, &environment());
        assert!(config.is_none() && diagnostics.to_string().contains("error[empty-config]"), "{text:?}: {diagnostics}");
    }
}

const BOT: &str = "[discord]\nbot_token = \"token\"\n";

#[test]
fn a_source_is_open_to_the_servers_that_the_config_names_and_by_default_to_none() {
    let source = |more: &str| format!("{BOT}[sources.stripe]\nprovider = \"stripe\"\nsecret = \"whsec_x\"\n{more}");
    let (config, diagnostics) = read(&source("subscribe = [\"1111\", \"2222\"]\n"));
    assert_eq!(diagnostics.errors(), 0, "{diagnostics}");
    let rules = config.expect("a config").rules;
    assert!(rules.is_open_to("stripe", "1111") && rules.is_open_to("stripe", "2222"));
    assert!(!rules.is_open_to("stripe", "3333") && !rules.is_open_to("github", "1111"));
    let (config, diagnostics) = read(&source(""));
    assert_eq!(diagnostics.errors(), 0, "{diagnostics}");
    assert!(!config.expect("a config").rules.has_open_sources());
    let (_, diagnostics) = read(&source("subscribe = [\"my server\"]\n"));
    assert!(diagnostics.to_string().contains("expected a server's id"), "{diagnostics}");
    let (_, diagnostics) = read(&source("subscribe = [\"1111\"]\n").replace(BOT, ""));
    assert!(diagnostics.to_string().contains("nobody can subscribe: there is no bot"), "{diagnostics}");
}

#[test]
fn a_destination_cannot_have_the_name_of_a_feed() {
    let named = |name: &str| {
        read(&format!("[destinations.{name}]\nwebhook_url = \"https://discord.com/api/webhooks/1/t\"\n")).1
    };
    assert!(named("feed-7").to_string().contains("is that of a feed"), "{}", named("feed-7"));
    for name in ["feed-x", "feed_7", "feeds"] {
        assert_eq!(named(name).errors(), 0, "{name}");
    }
}

#[test]
fn posts_per_key_are_refused_with_a_thread_and_warned_of_with_a_digest() {
    let text = |destination: &str, route: &str| {
        format!(
            "[destinations.a]\nwebhook_url = \"https://discord.com/api/webhooks/1/token{destination}\n\n\
             [sources.shop]\nprovider = \"generic\"\nsecret = \"secret\"\n\n[[routes]]\nsource = \"shop\"\nto = [\"a\"]\n{route}"
        )
    };
    let (config, diagnostics) = read(&text("\"\nthread = \"per_key\"", ""));
    assert_eq!(diagnostics.to_string(), "");
    assert_eq!(config.expect("a config").destinations[0].threads, ThreadMode::PerKey);
    let (_, diagnostics) = read(&text("?thread_id=7\"\nthread = \"per_key\"", ""));
    let told = diagnostics.to_string();
    assert!(told.contains("config.toml:3:10: `destinations.a.thread`: the thread that `webhook_url` names"), "{told}");
    let (_, diagnostics) = read(&text("\"\nthread = \"123\"", ""));
    assert!(diagnostics.to_string().contains("expected one of `per_event`, `per_key`"), "{diagnostics}");
    for (route, why) in [
        ("digest = \"1h\"", "each digest is a post of its own there"),
        ("batch = \"always\"", "messages are not put together there"),
    ] {
        let (config, diagnostics) = read(&text("\"\nthread = \"per_key\"", route));
        let told = diagnostics.to_string();
        assert!(config.is_some() && diagnostics.errors() == 0 && told.contains(why), "{told}");
        let (_, diagnostics) = read(&text("\"", route));
        assert_eq!(diagnostics.to_string(), "", "without posts per key it is fine");
    }
}

#[test]
fn topics_may_be_kept_for_spans_of_their_own_and_every_mistake_in_them_is_reported() {
    use crate::store::KeepSpan;
    use hookbell_model::event::Topic;
    let text =
        "[store]\nkeep = \"forever\"\nkeep_topics = { payment = \"2555d\", message = \"14d\", push = \"forever\" }\n";
    let keep = read(text).0.expect("a config").store.keep;
    let days = |days: u64| KeepSpan::For(std::time::Duration::from_secs(days * 86_400));
    let topics = [(Topic::Payment, days(2555)), (Topic::Message, days(14)), (Topic::Push, KeepSpan::Forever)];
    assert_eq!((keep.others, keep.topics), (KeepSpan::Forever, topics.into_iter().collect()));
    let (_, diagnostics) = read("[store]\nkeep_topics = { paymant = \"1d\", refund = \"0s\", push = 3 }\n");
    let text = diagnostics.to_string();
    for mistake in [
        "`store.keep_topics.paymant`: unknown key",
        "did you mean `payment`?",
        "`store.keep_topics.refund`: expected at least some time, such as `90d`",
        "`store.keep_topics.push`: expected a span such as",
    ] {
        assert!(text.contains(mistake), "{text}");
    }
}

#[test]
fn warnings_about_shipped_templates_do_not_reach_a_user_and_errors_do() {
    let at = |severity, file: &str| {
        Diagnostic::new(severity, Code::INVALID_VALUE, Location { line: 3, ..Location::of_file(file) }, "wrong")
    };
    let mut diagnostics = Diagnostics::default();
    for file in ["stripe.toml", "templates/stripe.toml", "config.toml"] {
        diagnostics.add(at(DiagnosticSeverity::Warning, file));
    }
    diagnostics.add(at(DiagnosticSeverity::Error, "stripe.toml"));
    leave_out_shipped(&mut diagnostics);
    let left: Vec<_> = diagnostics.0.iter().map(|one| (one.severity, &*one.location.file)).collect();
    let expected = [
        (DiagnosticSeverity::Warning, "templates/stripe.toml"),
        (DiagnosticSeverity::Warning, "config.toml"),
        (DiagnosticSeverity::Error, "stripe.toml"),
    ];
    assert_eq!(left, expected);
}
