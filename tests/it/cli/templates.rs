//! `hookbell templates` and `hookbell samples`: what is listed and shown, and that an ejected file changes nothing.

use super::*;

fn err(output: &Output) -> String {
    text(&output.stderr)
}

#[test]
fn templates_are_listed_with_their_own_marked() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("templates")).expect("a folder");
    let own = "provider = \"stripe\"\n[[message]]\nname = \"payment\"\nextends = \"stripe.payment\"\ntitle = \"We earned {{ cash }}\"\n";
    std::fs::write(folder.path().join("templates/mine.toml"), own).expect("a template");
    let listed = hookbell(folder.path(), &["templates", "list", "stripe."]);
    let printed = text(&listed.stdout);
    assert_eq!(listed.status.code(), Some(0), "{}", err(&listed));
    let row = printed.lines().find(|line| line.starts_with("stripe.payment ")).expect(&printed);
    assert!(row.contains("yes") && row.contains("We earned …") && row.ends_with("templates/mine.toml"), "{row}");
    let list = json(&hookbell(folder.path(), &["templates", "list", "--json"]));
    let list = list.as_array().expect("a list");
    assert_eq!(list.len(), hookbell::embedded::templates().list().len());
    let own: Vec<&Value> = list.iter().filter(|message| message["own"] == true).collect();
    assert_eq!(own.len(), 1);
    assert_eq!((&own[0]["name"], &own[0]["extends"][0]), (&"stripe.payment".into(), &"stripe.payment".into()));
    let nothing = hookbell(folder.path(), &["templates", "list", "strpe"]);
    assert!(nothing.status.code() == Some(2) && err(&nothing).contains("did you mean `stripe`?"), "{}", err(&nothing));
}

#[test]
fn a_message_is_shown_as_its_file_has_it_with_the_ids_of_its_parts() {
    let folder = tempfile::tempdir().expect("a folder");
    let show = |name: &str, more: &[&str]| hookbell(folder.path(), &[&["templates", "show", name], more].concat());
    let file = text(&show("stripe", &[]).stdout);
    let shipped = hookbell::embedded::template_text("stripe.toml").expect("a file");
    assert_eq!(file.trim_end(), shipped.trim_end());
    let message = text(&show("stripe.payment", &[]).stdout);
    assert!(message.contains("[[message]]\nname = \"payment\"\n"), "{message}");
    assert_eq!(message.matches("[[message]]").count(), 1, "{message}");
    assert!(message.contains("#   field  paid-with\n"), "{message}");
    let shown = json(&show("stripe.payment", &["--json"]));
    let ids: Vec<&str> =
        shown["parts"].as_array().expect("parts").iter().filter_map(|part| part["id"].as_str()).collect();
    assert!(ids.contains(&"paid-with") && shown["text"].as_str().is_some_and(|text| shipped.contains(text)), "{shown}");
    // Each id that is listed can be removed.
    std::fs::create_dir(folder.path().join("templates")).expect("a folder");
    let removed: String = shown["parts"]
        .as_array()
        .expect("parts")
        .iter()
        .filter(|part| part["embed"].is_null())
        .map(|part| {
            format!("[[message.{}]]\nid = {}\nremove = true\n", part["part"].as_str().expect("a list"), part["id"])
        })
        .collect();
    let own =
        format!("provider = \"stripe\"\n[[message]]\nname = \"payment\"\nextends = \"stripe.payment\"\n{removed}");
    std::fs::write(folder.path().join("templates/mine.toml"), own).expect("a template");
    let bare = json(&show("stripe.payment", &["--json"]));
    assert_eq!(
        (bare["parts"].as_array().map(Vec::len), &bare["bases"][0]["name"]),
        (Some(0), &"stripe.payment".into())
    );
    let unknown = show("stripe.paymnt", &[]);
    assert!(unknown.status.code() == Some(2) && err(&unknown).contains("did you mean `stripe.payment`?"));
}

#[test]
fn an_ejected_file_is_never_written_over_and_passes_check() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = "[destinations.a]\nwebhook_url = \"https://discord.com/api/webhooks/1/token\"\n[sources.stripe]\nprovider = \"stripe\"\nsecret = \"s\"\n[[routes]]\nsource = \"stripe\"\nto = \"a\"\n";
    std::fs::write(folder.path().join("config.toml"), config).expect("a config");
    let eject = |more: &[&str]| hookbell(folder.path(), &[&["templates", "eject"], more].concat());
    assert_eq!(eject(&["stripe.payment"]).status.code(), Some(0));
    let check = hookbell(folder.path(), &["check"]);
    assert_eq!(check.status.code(), Some(0), "{}", text(&check.stdout));
    let path = folder.path().join("templates/stripe-payment.toml");
    std::fs::write(&path, "provider = \"stripe\" # mine\n").expect("an edit");
    let again = eject(&["stripe.payment"]);
    assert!(again.status.code() == Some(2) && err(&again).contains("--force"), "{}", err(&again));
    assert!(std::fs::read_to_string(&path).expect("the file").contains("# mine"));
    assert_eq!(eject(&["stripe.payment", "--force"]).status.code(), Some(0));
    let second = eject(&["stripe.payment", "--to", "templates/other.toml"]);
    assert!(second.status.code() == Some(2) && err(&second).contains("is your own already"), "{}", err(&second));
    assert_eq!(eject(&["github", "--to", "elsewhere/github.toml"]).status.code(), Some(0));
    let copied = std::fs::read_to_string(folder.path().join("elsewhere/github.toml")).expect("a copy");
    assert_eq!(Some(copied.as_str()), hookbell::embedded::template_text("github.toml"));
}

#[test]
fn a_sample_is_shown_with_its_headers_apart() {
    let folder = tempfile::tempdir().expect("a folder");
    let list = text(&hookbell(folder.path(), &["samples", "list", "github"]).stdout);
    assert!(list.lines().skip(1).all(|line| line.starts_with("github.")) && list.contains("github.push"), "{list}");
    let shown = hookbell(folder.path(), &["samples", "show", "github.push"]);
    let body: Value = serde_json::from_slice(&shown.stdout).expect("JSON");
    assert!(body["ref"].is_string() && err(&shown).contains("X-GitHub-Event: push"), "{}", err(&shown));
    let both = json(&hookbell(folder.path(), &["samples", "show", "github.push", "--json"]));
    assert_eq!((&both["headers"]["X-GitHub-Event"], &both["payload"]["ref"]), (&"push".into(), &body["ref"]));
    let dotted = hookbell(folder.path(), &["samples", "show", "stripe.invoice.paid"]);
    assert!(text(&dotted.stdout).contains("\"type\": \"invoice.paid\""), "{dotted:?}");
    let unknown = hookbell(folder.path(), &["samples", "show", "stripe.invoice.payd"]);
    assert!(unknown.status.code() == Some(2) && err(&unknown).contains("did you mean `invoice.paid`?"));
}
