//! The table "who sees what" of docs/bot.md, made by trying every command as everybody everywhere. `UPDATE_DOCS=1` writes it.

use std::fmt::Write;

use serde_json::{Value, json};

use super::fixture::{ARRANGER, Asker, BotFixture, ELSEWHERE, OPERATOR, USER, VIEWER, command};
use crate::bot::command::CommandForm;
use crate::bot::commands;
use crate::bot::error::CommandError;
use crate::bot::gate::Access;
use hookbell_model::delivery::Status;

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/bot.md");
const BEGIN: &str = "<!-- made by a test: who sees what -->\n";
const END: &str = "<!-- end -->";

/// Who asks where, by the heading of a column.
fn askers() -> [(&'static str, Asker); 9] {
    let here = Asker::default();
    let elsewhere = Asker { guild: Some(ELSEWHERE), channel: "7777", ..here };
    [
        ("cannot see the channel", Asker { permissions: "0", ..here }),
        ("may view", here),
        ("may operate", Asker { permissions: OPERATOR, ..here }),
        ("may arrange", Asker { permissions: ARRANGER, ..here }),
        ("may view, in a channel of another server", Asker { permissions: VIEWER, ..elsewhere }),
        ("may operate there", Asker { permissions: OPERATOR, ..elsewhere }),
        ("may arrange there", Asker { permissions: ARRANGER, ..elsewhere }),
        ("direct message", Asker { guild: None, user: "6", ..here }),
        ("direct message of an operator", Asker { guild: None, ..here }),
    ]
}

/// What a command is tried with: about an event that was posted in the channel `sales`.
fn request(name: &str, options: &[&'static str], event: &str, mute: &str) -> Value {
    let values = [
        ("id", event),
        ("text", "order"),
        ("for", "1h"),
        ("reason", "tried"),
        ("mute", mute),
        ("route", "routes[1]"),
        ("alert", "host:db1"),
        ("source", "stripe"),
        ("feed", "1"),
    ];
    // A mute of a route that is not there would say so alone.
    let is_given = |option: &str| options.contains(&option) && !(name == "alerts mute" && option == "route");
    let given: Vec<(&str, Value)> =
        values.iter().filter(|(name, _)| is_given(name)).map(|(name, value)| (*name, json!(value))).collect();
    command(name, &given)
}

fn on_message() -> Value {
    json!({ "type": 2, "data": { "id": "6", "type": 3, "name": "Explain this alert", "target_id": "777" } })
}

#[tokio::test]
async fn the_table_who_sees_what_is_what_every_command_answers_to_everybody() {
    let mut table = String::from("| command |");
    for (heading, _) in askers() {
        write!(table, " {heading} |").expect("writes");
    }
    table.push_str("\n|---|");
    table.push_str(&"---|".repeat(askers().len()));
    table.push('\n');
    for (listed, (name, options)) in commands::ALL.iter().zip(commands::names()) {
        let slash = if listed.form == CommandForm::Slash { "/" } else { "" };
        write!(table, "| {slash}{name} |").expect("writes");
        for (_, asker) in askers() {
            // Anew for each: some commands change something.
            let fixture = BotFixture::new().await;
            fixture.configure(|config| config.access = Access::with_operators(vec![USER.to_owned()]));
            let event = fixture.event(&["sales"], |event| event.facts.subject = Some("Order 7".into())).await;
            fixture.settle("sales", Status::Delivered, "").await;
            let operator = Asker { permissions: OPERATOR, ..Asker::default() };
            fixture.reply(operator, request("alerts mute", &["for", "reason"], "", "")).await;
            fixture.open_to_here("stripe");
            fixture.feed("stripe").await;
            let asked = match listed.form {
                CommandForm::Slash => request(&name, &options, &event.to_string(), "1"),
                CommandForm::Message => on_message(),
            };
            let answer = match fixture.ask(asker, asked).await {
                Ok(answer) if answer.callback().to_string().contains("Nobody has changed") => "nothing",
                Ok(answer) if answer.callback().to_string().contains("Nothing is subscribed") => "nothing",
                Ok(answer) if answer.callback().to_string().contains("Nothing is muted") => "nothing",
                Ok(answer) if answer.callback().to_string().contains("No hookbell destination") => "nothing",
                Ok(answer) if answer.callback().to_string().contains("Nothing fires") => "nothing",
                Ok(_) => "answers",
                // Discord is not asked here.
                Err(
                    CommandError::SameFeed
                    | CommandError::NoWebhook(_)
                    | CommandError::NothingToEdit
                    | CommandError::NoNotes,
                ) => "answers",
                Err(CommandError::Refused(_)) => "refuses",
                Err(
                    CommandError::NoDestination
                    | CommandError::NoSuchEvent(_)
                    | CommandError::NoSuchMute
                    | CommandError::NoSuchRoute { .. }
                    | CommandError::NoSuchAlert(_)
                    | CommandError::NotOurMessage
                    | CommandError::NoSuchSource(_)
                    | CommandError::NoSuchFeed,
                ) => "nothing",
                Err(error) => panic!("{name}: {error:?}"),
            };
            write!(table, " {answer} |").expect("writes");
        }
        table.push('\n');
    }
    let page = std::fs::read_to_string(PAGE).expect("the page");
    let (before, rest) = page.split_once(BEGIN).expect("where it begins");
    let (documented, after) = rest.split_once(END).expect("where it ends");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(PAGE, format!("{before}{BEGIN}{table}{END}{after}")).expect("written");
    } else {
        assert_eq!(documented, table, "UPDATE_DOCS=1 writes it");
    }
}
